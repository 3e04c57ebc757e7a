-- zh: 山东省哪些县级行政区缺2023年政府年报，原因何在（省份和年度可改）
-- en: Counties of Shandong whose government's report for 2023 is lacking, and why (put another province and year)
WITH asked AS (
    SELECT '山东省' AS province, 2023 AS year
), counties AS (
    SELECT places.jurisdiction AS jurisdiction, places.full_name AS full_name, asked.year AS year
    FROM asked
    JOIN jurisdictions AS provinces ON asked.province = provinces.name
    JOIN jurisdictions AS places ON substr(provinces.jurisdiction, 1, 5) = substr(places.jurisdiction, 1, 5)
    WHERE places.level = 'county'
        AND coalesce(places.valid_from, asked.year) <= asked.year
        AND coalesce(places.valid_to, asked.year) >= asked.year
), reporting AS (
    SELECT DISTINCT jurisdiction, year FROM reports WHERE agency_kind IN ('government', 'government_office')
), lacking AS (
    SELECT DISTINCT
        coverage.jurisdiction AS jurisdiction, coverage.year AS year, coverage.portal AS portal,
        coverage.state AS state, coverage.reason AS reason
    FROM coverage
    JOIN agencies ON coverage.agency_id = agencies.agency_id
    WHERE agencies.kind IN ('government', 'government_office') AND coverage.state NOT IN ('published', 'partial')
)
SELECT
    counties.jurisdiction AS jurisdiction,
    counties.full_name AS full_name,
    coalesce(lacking.state, 'no portal') AS state,
    lacking.portal AS portal,
    lacking.reason AS reason
FROM counties
LEFT JOIN reporting ON counties.jurisdiction = reporting.jurisdiction AND counties.year = reporting.year
LEFT JOIN lacking ON counties.jurisdiction = lacking.jurisdiction AND counties.year = lacking.year
WHERE reporting.jurisdiction IS NULL
ORDER BY jurisdiction, portal, state, reason
