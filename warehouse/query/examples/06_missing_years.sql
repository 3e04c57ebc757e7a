-- zh: 年报有缺年的机关
-- en: Bodies that report for some years between their first and their last, but not for all
SELECT
    jurisdiction,
    agency,
    min(year) AS first_year,
    max(year) AS last_year,
    max(year) - min(year) + 1 - count(DISTINCT year) AS years_missing
FROM reports
GROUP BY jurisdiction, agency
HAVING max(year) - min(year) + 1 > count(DISTINCT year)
ORDER BY jurisdiction, agency
