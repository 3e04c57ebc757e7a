-- zh: 行政复议、行政诉讼的纠错率
-- en: Reversals in reconsideration and litigation, as a percentage of the cases that were decided
WITH cases AS (
    SELECT
        year,
        channel,
        sum(CASE WHEN result = 'corrected' THEN value END) AS corrected,
        sum(CASE WHEN result IN ('upheld', 'corrected', 'other') THEN value END) AS decided
    FROM proceedings
    GROUP BY year, channel
)
SELECT year, channel, corrected, decided, 1e2 * corrected / nullif(decided, 0) AS percent
FROM cases
ORDER BY year, channel
