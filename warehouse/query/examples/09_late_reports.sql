-- zh: 次年3月31日之后才公布的年报
-- en: Reports published after 31 March of the next year, the last day for any body
WITH dated AS (
    SELECT
        year,
        CASE
            WHEN extract(YEAR FROM published_on) > year + 1 THEN 1
            WHEN extract(YEAR FROM published_on) = year + 1 AND extract(MONTH FROM published_on) > 3 THEN 1
            ELSE 0
        END AS is_late
    FROM reports
    WHERE published_on IS NOT NULL
)
SELECT year, count(*) AS reports, sum(is_late) AS late, 1e2 * sum(is_late) / count(*) AS percent
FROM dated
GROUP BY year
ORDER BY year
