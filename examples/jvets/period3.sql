-- Period 3 out of the register: reports, allocations, transfers and stated statuses.
WITH holder AS (
    SELECT participant.id, participant.attributes->>'participation_type' AS type,
           sum(report.emissions_t) FILTER (WHERE report.year LIKE 'base\__') / 3 AS base_t,
           sum(report.emissions_t) FILTER (WHERE report.year = 'target') AS actual_t,
           sum(report.emissions_t) FILTER (WHERE report.year IN ('first_target', 'target')) AS owed_t,
           count(*) FILTER (WHERE report.year IN ('first_target', 'target')) AS years
      FROM parties_participant AS participant JOIN emissions_report AS report ON report.participant_id = participant.id
     WHERE participant.scheme = 'jvets' AND participant.phase = 3 AND report.settled_on IS NOT NULL
     GROUP BY participant.id
), standing AS (
    SELECT holder.*, trunc(base_t) - allocation.quantity_t / years AS promised_t,
           allocation.quantity_t - owed_t AS left_t,
           (SELECT statement.status FROM registry_obligation AS obligation
              JOIN registry_compliancestatement AS statement ON statement.obligation_id = obligation.id
             WHERE obligation.participant_id = holder.id ORDER BY statement.id LIMIT 1) AS status
      FROM holder JOIN registry_allocation AS allocation ON allocation.participant_id = holder.id
), total AS (
    SELECT sum(trunc(base_t)) AS base_t, sum(actual_t) AS actual_t, sum(promised_t) AS promised_t, sum(left_t) AS left_t
      FROM standing
), trade AS (
    SELECT row.quantity, terms.price_yen
      FROM ledger_journal AS row
      JOIN ledger_account AS source ON source.id = row.from_account_id AND source.role = 'holding'
      JOIN ledger_account AS target ON target.id = row.to_account_id AND target.role = 'holding'
      LEFT JOIN registry_transferterms AS terms ON terms.journal_id = row.id
)
SELECT name, 'value', value::numeric
  FROM total, LATERAL (VALUES
       ('holders', (SELECT count(*) FROM standing)::numeric),
       ('type_a', (SELECT count(*) FROM standing WHERE type = 'a')),
       ('type_b', (SELECT count(*) FROM standing WHERE type = 'b')),
       ('type_c', (SELECT count(*) FROM standing WHERE type = 'c')),
       ('trading_participants', (SELECT count(*) FROM parties_participant WHERE kind = 'trading_participant')),
       ('verifiers', (SELECT count(*) FROM parties_participant WHERE kind = 'verifier')),
       ('base_t', base_t),
       ('actual_t', actual_t),
       ('cut_t', base_t - actual_t),
       ('cut_percent', 100 * (base_t - actual_t) / base_t),
       ('promised_t', promised_t),
       ('promised_percent', 100 * promised_t / base_t),
       ('over', (SELECT count(*) FROM standing WHERE left_t > 0)),
       ('short', (SELECT count(*) FROM standing WHERE left_t < 0)),
       ('over_delivery_t', left_t),
       ('over_delivery_10000t', left_t / 10000.0),
       ('trades', (SELECT count(*) FROM trade)),
       ('traded_t', (SELECT sum(quantity) FROM trade)),
       ('traded_10000t', (SELECT sum(quantity) / 10000.0 FROM trade)),
       ('price_yen', (SELECT sum(price_yen) / sum(quantity) FILTER (WHERE price_yen IS NOT NULL) FROM trade)),
       ('compliant', (SELECT count(*) FROM standing WHERE status = 'compliant'))
       ) AS figure (name, value)
