-- zh: 各省每年新收多少申请（以政府的报告计，按层级）
-- en: Applications received a year by province and level, as governments report them (each counts its departments in)
WITH places AS (
    SELECT jurisdiction, level, concat(substr(jurisdiction, 1, 5), '0000') AS province FROM jurisdictions
)
SELECT
    coalesce(nullif(provinces.name, ''), places.province) AS province,
    places.level AS level,
    requests.year AS year,
    count(*) AS reports,
    sum(requests.value) AS received
FROM requests
JOIN reports ON requests.report_id = reports.report_id
JOIN places ON reports.jurisdiction = places.jurisdiction
LEFT JOIN jurisdictions AS provinces ON places.province = provinces.jurisdiction
WHERE reports.agency_kind = 'government' AND requests.outcome = 'received' AND requests.applicant = 'total'
GROUP BY coalesce(nullif(provinces.name, ''), places.province), places.level, requests.year
ORDER BY province, level, year
