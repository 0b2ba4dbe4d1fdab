-- Why the published code of an installation-year differs from the status that our rules stated at the deadline.
-- `$table` is the published table, `ours` has participant, year, status and figure_t from the registry. The first line
-- whose rule holds gives the cause; a `*` of the published code (entered or corrected by the authority) is no difference.
WITH published AS (
    SELECT *, replace(ComplianceCode, '*', '') AS letter,
           sum(coalesce(VerifiedEmissions, 0)) OVER period AS emitted_t,
           sum(coalesce(UnitsSurrendered, 0)) OVER period AS surrendered_t
      FROM read_parquet($table)
    WINDOW period AS (PARTITION BY id, ETSPhase ORDER BY year)
), compared AS (
    SELECT published.* EXCLUDE (status), ours.status,
           CASE ours.status WHEN 'compliant' THEN 'A' WHEN 'non_compliant' THEN 'B' WHEN 'not_entered' THEN 'C'
                            ELSE '-' END AS own
      FROM ours JOIN published ON published.id = ours.participant AND published.year = ours.year
)
SELECT CASE
           WHEN letter = own THEN 'same'
           WHEN letter IS NULL THEN 'no_code'
           WHEN own = '-' THEN 'excluded'
           WHEN letter IN ('D', 'E') THEN 'historical'
           WHEN letter = 'X' THEN 'suspended'
           WHEN letter = '-' THEN 'no_status'
           WHEN letter = 'C' THEN 'entered_late'
           WHEN own = 'C' AND VerifiedEmissionsText IS NULL THEN 'nothing_due'
           WHEN act = '10' AND year = 2013 THEN 'aviation_2013'
           WHEN own = 'A' AND CumulativeSurrenderedUnits >= CumulativeVerifiedEmissions THEN 'surrendered_late'
           WHEN CumulativeVerifiedEmissions <> emitted_t THEN 'emissions_corrected'
           WHEN CumulativeSurrenderedUnits <> surrendered_t THEN 'surrender_corrected'
           WHEN CumulativeSurrenderedUnits IS NULL THEN 'surrender_unpublished'
           ELSE 'unexplained'
       END AS cause,
       status, coalesce(ComplianceCode, '') AS code, count(*) AS rows
  FROM compared
 GROUP BY ALL
 ORDER BY 1, 2, 3
