-- zh: 本库中没有任何年报的行政区（限于本库已有年报的省份）
-- en: Divisions without a single report here, in the provinces that have reports here
WITH covered AS (
    SELECT DISTINCT concat(substr(jurisdiction, 1, 5), '0000') AS province FROM reports
), places AS (
    SELECT jurisdiction, level, full_name, concat(substr(jurisdiction, 1, 5), '0000') AS province
    FROM jurisdictions
    WHERE valid_to IS NULL AND jurisdiction NOT IN (SELECT jurisdiction FROM reports)
)
SELECT places.jurisdiction AS jurisdiction, places.level AS level, places.full_name AS full_name
FROM places
JOIN covered ON places.province = covered.province
ORDER BY jurisdiction
