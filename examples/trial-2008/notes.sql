-- The figures of the notes of S3 p13, from the register, the figures of the year and the ledger.
WITH setter AS (
    SELECT participant.id, participant.scheme || '/' || participant.key AS holder_key,
           participant.attributes->>'sector' AS sector, participant.attributes->>'target_form' AS form,
           participant.attributes->>'target_years' AS years, (participant.attributes->>'companies')::int AS companies,
           obligation.id AS obligation_id, statement.status, statement.figure_t
      FROM registry_obligation AS obligation
      JOIN parties_participant AS participant ON participant.id = obligation.participant_id
      JOIN registry_compliancestatement AS statement ON statement.obligation_id = obligation.id
     WHERE participant.scheme = 'trial-2008' AND obligation.fiscal_year = 2008
), figure AS (
    SELECT DISTINCT ON (participant_id, name) participant_id, name, value, reason
      FROM emissions_namedfigure WHERE fiscal_year = 2008 ORDER BY participant_id, name, id DESC
), surrendered AS (
    SELECT setter.id, setter.sector, class.unit_type, row.quantity
      FROM setter JOIN registry_surrender AS surrender ON surrender.obligation_id = setter.obligation_id
      JOIN ledger_journal AS row ON row.id = surrender.journal_id
      JOIN ledger_unit_class AS class ON class.id = row.unit_class_id
), moved AS (
    SELECT source.kind AS source_kind, class.unit_type, row.quantity, row.to_account_id
      FROM ledger_journal AS row
      JOIN ledger_unit_class AS class ON class.id = row.unit_class_id
      JOIN ledger_account AS source ON source.id = row.from_account_id AND source.role = 'holding'
      JOIN ledger_account AS target ON target.id = row.to_account_id AND target.role = 'holding'
), credited AS (
    SELECT holding.quantity FROM setter
      JOIN ledger_holder AS holder ON holder.external_key = setter.holder_key
      JOIN ledger_account AS account ON account.holder_id = holder.id
      JOIN ledger_holding AS holding ON holding.account_id = account.id
      JOIN ledger_unit_class AS class ON class.id = holding.unit_class_id AND class.unit_type = 'DC'
     WHERE holding.quantity > 0
), borrower AS (
    SELECT DISTINCT obligation_id FROM registry_borrowing
)
SELECT 'participants', 'value', count(*)::numeric FROM setter
 UNION ALL SELECT 'verified', 'value', count(*) FROM figure WHERE name = 'verified' AND value = 'true'
 UNION ALL SELECT 'companies', 'value', sum(companies) FROM setter
 UNION ALL SELECT 'absolute_over_tenths', 'value', 10.0 * count(*) FILTER (WHERE figure_t > 0) / count(*) FROM setter WHERE form = 'absolute'
 UNION ALL SELECT 'intensity_short_tenths', 'value', 10.0 * count(*) FILTER (WHERE figure_t < 0) / count(*) FROM setter WHERE form = 'intensity'
 UNION ALL SELECT 'short_every_year', 'value', count(*) FROM setter WHERE figure_t < 0 AND years = 'every_year'
 UNION ALL SELECT 'borrowed', 'value', count(*) FROM setter WHERE figure_t < 0 AND obligation_id IN (SELECT obligation_id FROM borrower)
 UNION ALL SELECT 'not_borrowed', 'value', count(*) FROM setter WHERE figure_t < 0 AND obligation_id NOT IN (SELECT obligation_id FROM borrower)
 UNION ALL SELECT 'power_short', 'value', -sum(figure_t) / 10000.0 FROM setter WHERE sector = 'power'
 UNION ALL SELECT 'power_with_kyoto', 'value', count(DISTINCT id) FROM surrendered WHERE sector = 'power' AND unit_type = 'KC'
 UNION ALL SELECT 'power_kyoto', 'value', sum(quantity) / 10000.0 FROM surrendered WHERE sector = 'power' AND unit_type = 'KC'
 -- Of all that came from others and was surrendered: Kyoto credits, and the allowances that were traded.
 UNION ALL SELECT 'power_share_percent', 'value',
                  100.0 * sum(quantity) FILTER (WHERE sector = 'power')
                  / (sum(quantity) + (SELECT sum(quantity) FROM moved WHERE unit_type = 'TA'))
             FROM surrendered WHERE unit_type = 'KC'
 UNION ALL SELECT 'allowance_trades', 'value', count(*) FROM moved WHERE unit_type = 'TA'
 UNION ALL SELECT 'domestic_credits', 'value', count(*) FROM credited
 UNION ALL SELECT 'domestic_held', 'value', sum(quantity) FROM credited
 UNION ALL SELECT 'domestic_surrendered', 'value', coalesce(sum(quantity), 0) FROM surrendered WHERE unit_type = 'DC'
 UNION ALL SELECT 'raised_targets', 'value', count(*) FROM figure WHERE name = 'target_t' AND reason <> ''
 UNION ALL SELECT 'not_achieved', 'value', count(*) FROM setter WHERE status NOT IN ('compliant', 'recorded_over')
