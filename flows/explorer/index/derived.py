"""The tables of the index that follow from its others, so that pages need not work them out anew.

Owns their SQL: those that follow from one partition's rows are made with the partition, the others whole. Which figures
a measure adds up is said in `measures/measures.yml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from flows.explorer.measures.measures import Share, Sum, measures
from warehouse.query.views import views

PER_PARTITION = ("states", "measures")
"""Made of the rows of partitions that the relation `again` names."""
WHOLE = ("places", "governments", "medians", "totals", "shares")
"""Made of everything, in this order."""
_AGAIN = "(jurisdiction, year) IN (SELECT (jurisdiction, year) FROM again)"


@cache
def derived() -> Mapping[str, str]:
    """Return table → its SELECT, `PER_PARTITION` before `WHOLE`."""
    return {
        "states": _states(),
        "measures": _measures(),
        "places": _PLACES,
        "governments": _GOVERNMENTS,
        "medians": _medians(),
        "totals": _TOTALS,
        "shares": _SHARES,
    }


def _states() -> str:
    """Return the SELECT of each body's report for each year: that of `coverage`, and of reports no list names."""
    view, coverage = views()["report_states"], "FROM coverage WHERE"
    assert view.count(coverage) == 1, f"report_states does not read {coverage!r} once: rows would be there twice"
    return f"""
WITH known AS (
    SELECT jurisdiction, year, agency_id AS body, state, reason, url, portal, since
    FROM ({view.replace(coverage, f"{coverage} {_AGAIN} AND")})
), here AS (
    SELECT jurisdiction, year, coalesce(agency_id, regexp_replace(report_id, '-[0-9]{{4}}$', '')) AS body,
        report_id, agency, agency_kind, url,
        CASE status WHEN 'complete' THEN 'published' WHEN 'narrative_only' THEN 'published' ELSE 'partial' END AS state
    FROM reports WHERE {_AGAIN}
)
SELECT coalesce(known.jurisdiction, here.jurisdiction) AS jurisdiction, coalesce(known.year, here.year) AS year,
    coalesce(known.body, here.body) AS body, coalesce(known.state, here.state) AS state, known.reason,
    coalesce(known.url, here.url) AS url, known.portal, known.since, here.report_id, here.agency, here.agency_kind
FROM known FULL JOIN here
ON known.jurisdiction = here.jurisdiction AND known.year = here.year AND known.body = here.body"""


def _measures() -> str:
    """Return the SELECT of a report's measures: null where one of the figures that it adds up is not known."""
    sums = {name: one for name, one in measures().items() if isinstance(one, Sum)}
    keys = dict.fromkeys(figure for one in sums.values() for figures in one.figures for figure in figures)
    wide = ",\n    ".join(
        f"""max(value) FILTER ("table" = '{table}' AND figure = '{figure}') AS "{table}/{figure}\""""
        for table, _, figure in (key.partition("/") for key in keys)
    )
    columns = ",\n    ".join(f'{_first_known(one)} AS "{name}"' for name, one in sums.items())
    return f"""
SELECT jurisdiction, year, report_id,
    {columns}
FROM (
    SELECT jurisdiction, year, report_id,
    {wide}
    FROM figures WHERE {_AGAIN} GROUP BY jurisdiction, year, report_id
)"""


def _first_known(measure: Sum) -> str:
    sums = (" + ".join(f'"{figure}"' for figure in figures) for figures in measure.figures)
    return f"coalesce({', '.join(sums)})"


_PLACES = """
WITH declared AS (
    SELECT jurisdiction, name, full_name, level, parent, valid_from, valid_to, former_names, successors
    FROM jurisdictions
), used AS (
    SELECT jurisdiction FROM states UNION SELECT jurisdiction FROM reports
), named AS (
    SELECT jurisdiction FROM declared
    UNION SELECT jurisdiction FROM used
    UNION SELECT left(jurisdiction, 5) || '0000' FROM used
), levelled AS (
    SELECT jurisdiction, coalesce(name, jurisdiction) AS name, coalesce(full_name, jurisdiction) AS full_name,
        coalesce(level, CASE WHEN jurisdiction LIKE '%0000' THEN 'province'
            WHEN jurisdiction LIKE '%00' THEN 'prefecture' ELSE 'county' END) AS level,
        parent, valid_from, valid_to, former_names, successors, left(jurisdiction, 5) || '0000' AS province
    FROM named LEFT JOIN declared USING (jurisdiction)
)
SELECT own.* REPLACE (
    CASE WHEN own.level = 'province' THEN NULL
        ELSE coalesce(own.parent, prefecture.jurisdiction, own.province) END AS parent
)
FROM levelled AS own LEFT JOIN levelled AS prefecture
ON prefecture.jurisdiction = left(own.jurisdiction, 7) || '00' AND prefecture.jurisdiction <> own.jurisdiction
    AND prefecture.level = 'prefecture'
"""
"""All divisions: those of `jurisdictions`, and those of reports that it lacks, with the levels that codes tell."""

_GOVERNMENTS = """
SELECT jurisdiction, year, report_id, agency_id, agency, layout, level, province
FROM (
    SELECT reports.*, level, province, row_number() OVER (
        PARTITION BY reports.jurisdiction, year
        ORDER BY CASE agency_kind WHEN 'government' THEN 0 WHEN 'government_office' THEN 1 ELSE 2 END, report_id
    ) AS choice
    FROM reports JOIN places ON reports.jurisdiction = places.jurisdiction
    WHERE agency_kind IN ('government', 'government_office')
        OR (agency_kind = 'development_zone' AND level = 'development_zone')
) WHERE choice = 1
"""
"""The one report a division and year that is its government's, which counts its departments in."""


_TOTALS = """
SELECT count(*) AS reports, count(DISTINCT coalesce(agency_id, jurisdiction || agency)) AS bodies,
    count(DISTINCT jurisdiction) AS divisions, min(year) AS first, max(year) AS last
FROM reports
"""
_SHARES = """
SELECT left(jurisdiction, 5) || '0000' AS province, year, count(*) AS expected,
    count(*) FILTER (state IN ('published', 'partial')) AS published
FROM states GROUP BY ALL
"""


def _medians() -> str:
    """Return the SELECT of quartiles over the governments of one level: of the country (scope CN), and by province."""
    shares = ", ".join(
        f'"{one.part}" / nullif("{one.whole}", 0) AS "{name}"'
        for name, one in measures().items()
        if isinstance(one, Share)
    )
    return f"""
WITH own AS (
    SELECT governments.level, governments.province, measures.* EXCLUDE (jurisdiction, report_id), {shares}
    FROM governments JOIN measures USING (jurisdiction, year, report_id)
), long AS (
    UNPIVOT own ON COLUMNS(* EXCLUDE (level, province, year)) INTO NAME measure VALUE value
), scoped AS (
    SELECT 'CN' AS scope, * EXCLUDE (province) FROM long
    UNION ALL SELECT province AS scope, * EXCLUDE (province) FROM long
)
SELECT scope, level, year, measure, count(*) AS reports, quantile_cont(value, 0.25) AS lower,
    quantile_cont(value, 0.5) AS median, quantile_cont(value, 0.75) AS upper
FROM scoped GROUP BY scope, level, year, measure"""
