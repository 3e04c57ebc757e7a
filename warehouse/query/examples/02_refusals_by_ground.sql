-- zh: 不予公开的各项理由占办理结果的百分比
-- en: Refusals by ground, as a percentage of all applications that were dealt with
WITH grounds AS (
    SELECT year, outcome, sum(value) AS refused
    FROM requests
    WHERE applicant = 'total' AND outcome LIKE 'refused.%'
    GROUP BY year, outcome
), results AS (
    SELECT year, sum(value) AS dealt_with
    FROM requests
    WHERE applicant = 'total' AND outcome = 'total'
    GROUP BY year
)
SELECT
    grounds.year AS year,
    grounds.outcome AS ground,
    grounds.refused AS refused,
    results.dealt_with AS dealt_with,
    1e2 * grounds.refused / nullif(results.dealt_with, 0) AS percent
FROM grounds
JOIN results ON grounds.year = results.year
ORDER BY year, ground
