-- The table of S3 p13 from the stated statuses: who exceeded, who fell short, and by how much (10,000 t).
WITH stated AS (
    SELECT participant.attributes->>'sector' AS sector, participant.attributes->>'target_form' AS form,
           statement.figure_t
      FROM registry_compliancestatement AS statement
      JOIN registry_obligation AS obligation ON obligation.id = statement.obligation_id
      JOIN parties_participant AS participant ON participant.id = obligation.participant_id
     WHERE participant.scheme = 'trial-2008' AND obligation.fiscal_year = 2008
), grouped AS (
    SELECT coalesce(sector, 'total') AS sector, coalesce(form, 'total') AS form,
           count(*) FILTER (WHERE figure_t > 0) AS over, count(*) FILTER (WHERE figure_t < 0) AS short,
           sum(figure_t) / 10000.0 AS difference
      FROM stated GROUP BY CUBE (sector, form)
)
SELECT sector, 'over_' || form, over::numeric FROM grouped WHERE over > 0
 UNION ALL
SELECT sector, 'short_' || form, short FROM grouped WHERE short > 0
 UNION ALL
SELECT sector, 'difference_' || form, difference FROM grouped
