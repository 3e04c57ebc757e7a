-- zh: 合计与分项不符的年报
-- en: Reports whose sums fail: printed totals that their parts do not add up to
SELECT
    findings.year AS year,
    reports.jurisdiction AS jurisdiction,
    reports.agency AS agency,
    count(*) AS sums,
    min(findings.message) AS one_of_them
FROM findings
JOIN reports ON findings.report_id = reports.report_id
WHERE findings.severity = 'error' AND (findings.check LIKE '%_total' OR findings.check = 'balance')
GROUP BY findings.year, reports.jurisdiction, reports.agency
ORDER BY year, jurisdiction, agency
