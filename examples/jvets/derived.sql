-- What follows from the published figures of a period: totals, cuts and rates.
WITH given AS (
    SELECT figure, period, printed::numeric AS value
      FROM jsonb_to_recordset(%(inputs)s::jsonb) AS given ("row" text, "column" text, printed text),
           LATERAL (SELECT "row" AS figure, "column" AS period) AS named
), periods AS (
    SELECT period,
           max(value) FILTER (WHERE figure = 'base_t') AS base_t,
           max(value) FILTER (WHERE figure = 'promised_t') AS promised_t,
           max(value) FILTER (WHERE figure = 'base_t') - max(value) FILTER (WHERE figure = 'actual_t') AS cut_t,
           max(value) FILTER (WHERE figure = 'cut_t') AS told_cut_t,
           sum(value) FILTER (WHERE figure LIKE 'holders\__') AS holders,
           max(value) FILTER (WHERE figure = 'trading_participants') AS trading_participants
      FROM given GROUP BY period
)
SELECT 'participants', period, holders + trading_participants FROM periods WHERE holders IS NOT NULL
 UNION ALL
SELECT 'cumulative_holders', 'p5', sum(holders) FROM periods
 UNION ALL
SELECT 'cut_t', period, cut_t FROM periods WHERE cut_t IS NOT NULL
 UNION ALL
SELECT 'cut_percent', period, 100 * coalesce(cut_t, told_cut_t) / base_t FROM periods
 WHERE coalesce(cut_t, told_cut_t) IS NOT NULL AND base_t IS NOT NULL
 UNION ALL
SELECT 'promised_percent', period, 100 * promised_t / base_t FROM periods
 -- Of period 7 no rate of the promise is printed.
 WHERE promised_t IS NOT NULL AND period <> 'p7'
 UNION ALL
SELECT 'over_delivery_10000t', period, (cut_t - promised_t) / 10000 FROM periods WHERE period = 'p3'
