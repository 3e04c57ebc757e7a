-- zh: 年报有缺年的机关
-- en: Bodies that report for some years between their first and their last, but not for all
WITH named AS (
    SELECT jurisdiction, coalesce(agency_id, agency) AS body, agency, year FROM reports
)
SELECT
    jurisdiction,
    max(agency) AS agency,
    min(year) AS first_year,
    max(year) AS last_year,
    max(year) - min(year) + 1 - count(DISTINCT year) AS years_missing
FROM named
GROUP BY jurisdiction, body
HAVING max(year) - min(year) + 1 > count(DISTINCT year)
ORDER BY jurisdiction, agency
