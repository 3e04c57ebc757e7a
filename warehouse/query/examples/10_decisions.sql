-- zh: 行政许可、行政处罚、行政强制的处理决定数量（以政府的报告计）
-- en: Licensing decisions, penalties and coercive measures a year, as governments report them
SELECT
    disclosures.year AS year,
    disclosures.item AS item,
    count(*) AS reports,
    sum(disclosures.value) AS decisions
FROM disclosures
JOIN reports ON disclosures.report_id = reports.report_id
WHERE
    reports.agency_kind = 'government'
    AND disclosures.measure = 'decisions'
    AND disclosures.item IN ('licence', 'penalty', 'coercion')
GROUP BY disclosures.year, disclosures.item
ORDER BY year, item
