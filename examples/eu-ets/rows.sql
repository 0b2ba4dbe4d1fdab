-- One row an installation-year, in the words of the replay. `$table` is the published table.
-- other_unit: what was surrendered beside allowances, which are SurrenderedAllowances: international credits in the
-- second period, Swiss allowances since 2020.
SELECT id                                        AS participant,
       year,
       reg                                       AS "group",
       reg                                       AS registry,
       act                                       AS activity,
       coalesce(AllowanceInAllocation, 0)        AS allocated_t,
       VerifiedEmissions                         AS emissions_t,
       VerifiedEmissionsText IS NOT DISTINCT FROM 'Excluded' AS is_excluded,
       coalesce(SurrenderedAllowances, 0)        AS surrendered_t,
       coalesce(UnitsSurrendered, 0) - coalesce(SurrenderedAllowances, 0) AS other_t,
       CASE WHEN year < 2013 THEN 'CER' ELSE 'CHU' END AS other_unit
  FROM read_parquet($table)
 ORDER BY reg, length(id), id, year
