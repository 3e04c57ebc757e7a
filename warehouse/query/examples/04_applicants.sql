-- zh: 谁在申请：新收申请的申请人构成
-- en: Who applies: applications received by kind of applicant, with their percentage
WITH kinds AS (
    SELECT year, applicant, sum(value) AS received
    FROM requests
    WHERE outcome = 'received' AND applicant <> 'total'
    GROUP BY year, applicant
), years AS (
    SELECT year, sum(received) AS received_in_all FROM kinds GROUP BY year
)
SELECT
    kinds.year AS year,
    kinds.applicant AS applicant,
    kinds.received AS received,
    1e2 * kinds.received / nullif(years.received_in_all, 0) AS percent
FROM kinds
JOIN years ON kinds.year = years.year
ORDER BY year, applicant
