from __future__ import annotations

import hashlib
import re
from decimal import Decimal

import pytest

from tests.support.fixtures import Crawled
from tests.support.sample_portal.catalogue import IGNORED, REPORTS, truth
from tests.support.sample_portal.prose import ADDRESSES
from tests.support.sample_portal.site import Site
from transforms.forms.layout import code_columns

IN_FORCE = [report for report in truth() if not report.superseded]
SUPERSEDED = [report for report in truth() if report.superseded]
KEYS = code_columns()


def number(printed: str) -> Decimal:
    """Return what a figure of the sample portal says: signs as 增, 减, + and -, units behind."""
    digits = re.sub(r"[增+万元]", "", printed).replace("减", "-")
    return Decimal(digits)


@pytest.mark.parametrize("table", code_columns())
def test_every_figure_in_force_is_published_as_printed_and_no_other(crawled: Crawled, table: str) -> None:
    expected: dict[tuple[object, ...], tuple[Decimal, str]] = {}
    for report in IN_FORCE:
        for key, printed in getattr(report.figures, table).items():
            codes = key if isinstance(key, tuple) else (key,)
            expected[report.jurisdiction, report.year, *codes] = (number(printed), printed)
    rows = crawled.place.ask(f"SELECT jurisdiction, year, {', '.join(code_columns()[table])}, value, raw FROM {table}")
    assert len(rows) == len(expected) > 0
    for *key, value, raw in rows:
        figure, printed = expected[tuple(key)]
        assert (Decimal(str(value)), printed.removesuffix("万元")) == (figure, str(raw).removesuffix("万元")), key


def test_every_report_in_force_is_published_with_its_facts(crawled: Crawled) -> None:
    base = crawled.place.portal.homepage.rstrip("/")
    site = Site()
    expected = set()
    for report in IN_FORCE:
        resource = site.get(report.path)
        assert resource is not None
        sha256 = hashlib.sha256(resource.body).hexdigest()
        facts = (report.jurisdiction, report.year, report.agency, "government", report.published_on, report.edition)
        expected.add((*facts, "complete", report.media_type, base + report.path, sha256))
    columns = "jurisdiction, year, agency, agency_kind, published_on, layout, status, media_type, url, capture_sha256"
    assert set(crawled.place.ask(f"SELECT {columns} FROM reports")) == expected


def test_the_crawl_counts_what_it_found_ignored_read_and_published(crawled: Crawled) -> None:
    counts = crawled.outcome.counts
    assert crawled.outcome.failures == []
    assert (counts.found, counts.ignored) == (REPORTS, IGNORED)
    assert (counts.published, counts.superseded, counts.failed) == (len(IN_FORCE), len(SUPERSEDED), 0)
    assert counts.captures == counts.fetched == len(crawled.place.captures())
    assert crawled.outcome.partitions == {f"{report.jurisdiction}/{report.year}" for report in IN_FORCE}
    flagged = "SELECT count(DISTINCT report_id) FROM findings WHERE severity <> 'info'"
    assert crawled.place.ask(flagged) == [(counts.flagged,)]


def test_a_report_whose_server_fails_twice_is_fetched_all_the_same(crawled: Crawled) -> None:
    failing = [asked.path for asked in crawled.requests if asked.status == 500]
    assert len(failing) == 2
    assert crawled.place.ask(f"SELECT count(*) FROM reports WHERE url LIKE '%{failing[0]}'") == [(1,)]


def test_both_editions_of_a_corrected_report_are_archived_and_only_the_correction_is_published(
    crawled: Crawled,
) -> None:
    site = Site()
    (first,) = SUPERSEDED
    (correction,) = [report for report in IN_FORCE if (report.county, report.year) == (first.county, first.year)]
    hashes = []
    for edition in (first, correction):
        resource = site.get(edition.path)
        assert resource is not None
        hashes.append(hashlib.sha256(resource.body).hexdigest())
    assert set(hashes) <= set(crawled.place.captures())
    published = (
        f"SELECT capture_sha256 FROM reports WHERE jurisdiction = '{first.jurisdiction}' AND year = {first.year}"
    )
    assert crawled.place.ask(published) == [(hashes[1],)]
    base = crawled.place.portal.homepage.rstrip("/")
    states = {verdict["url"]: (verdict["state"], verdict["reason"]) for verdict in crawled.place.verdicts()}
    assert states[base + first.path] == ("superseded", f"superseded by {base}{correction.path}")
    assert states[base + correction.path] == ("published", None)


def test_characters_outside_gb2312_survive_on_the_page_that_claims_gb2312(crawled: Crawled) -> None:
    (page,) = [report for report in IN_FORCE if report.charset == "gb2312"]
    rare = ADDRESSES[page.county]
    with pytest.raises(UnicodeEncodeError):
        rare.encode("gb2312")
    place = f"jurisdiction = '{page.jurisdiction}' AND year = {page.year}"
    assert crawled.place.ask(f"SELECT contact_address FROM reports WHERE {place}") == [(rare,)]


def test_each_section_holds_its_own_text_and_not_that_of_the_next(crawled: Crawled) -> None:
    rows = crawled.place.ask("SELECT report_id, section, text FROM sections WHERE year >= 2019 AND position > 0")
    texts = {(report, section): str(text) for report, section, text in rows}
    reports = {report for report, _ in texts}
    assert len(reports) == len([report for report in IN_FORCE if report.year >= 2019])
    assert len(texts) == len(rows) == 6 * len(reports)
    for report in reports:
        assert texts[report, "overview"].startswith(("2", "（")), report
        assert texts[report, "problems"].startswith("主要问题"), report
        assert "六、" not in texts[report, "problems"], report
        assert "没有其他需要报告的事项" in texts[report, "other"], report


def test_the_dimension_tables_name_the_counties_and_every_code(crawled: Crawled) -> None:
    names = "SELECT DISTINCT j.name FROM reports JOIN jurisdictions j USING (jurisdiction) ORDER BY 1"
    assert crawled.place.ask(names) == sorted({(report.county,) for report in IN_FORCE})
    assert crawled.place.ask("SELECT count(*) > 100 FROM codebook") == [(True,)]
