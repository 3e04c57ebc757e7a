-- zh: 上年结转与上一年年报的“结转下年度继续办理”不符
-- en: Carried-over mismatch: applications carried in that differ from what last year's report carried out
WITH stocks AS (
    SELECT
        reports.jurisdiction AS jurisdiction,
        reports.agency AS agency,
        coalesce(reports.agency_id, reports.agency) AS body,
        requests.year AS year,
        requests.year + 1 AS following,
        requests.outcome AS outcome,
        requests.value AS value
    FROM requests
    JOIN reports ON requests.report_id = reports.report_id
    WHERE requests.applicant = 'total' AND requests.outcome IN ('carried_in', 'carried_out')
)
SELECT
    later.year AS year,
    later.jurisdiction AS jurisdiction,
    later.agency AS agency,
    earlier.value AS carried_out_before,
    later.value AS carried_in
FROM stocks AS later
JOIN stocks AS earlier
    ON later.jurisdiction = earlier.jurisdiction AND later.body = earlier.body AND later.year = earlier.following
WHERE later.outcome = 'carried_in' AND earlier.outcome = 'carried_out' AND later.value <> earlier.value
ORDER BY year, jurisdiction, agency
