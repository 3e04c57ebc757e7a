"""All decisions of a data root, and which of them go with the documents of a portal."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from extractors.portals.portal import Portal
from flows.decisions.decisions import add_review, read_decisions
from transforms.checks.reviews import NoReport
from transforms.parser_version import parser_version

URL, CAPTURE = "http://www.example.gov.cn/a.html", "c" * 64


def portal(identifier: str) -> Portal:
    return Portal(
        id=identifier,
        name=identifier,
        jurisdiction="CN-140522",
        homepage="http://www.example.gov.cn/",
        list_pages=("http://www.example.gov.cn/list/",),
    )


def test_an_address_that_two_portals_list_is_no_report_for_both(tmp_path: Path) -> None:
    day = date(2026, 11, 30)
    add_review(
        tmp_path,
        NoReport(decision="no_report", portal="one", url=URL, reason="a notice", by="王五", date=day, capture=CAPTURE),
    )
    decisions = read_decisions(tmp_path)
    said = [decisions.of(portal(name)).why_no_report(URL, CAPTURE) for name in ("one", "other")]
    assert said == ["a person says that it is no report: a notice (王五, 2026-11-30)"] * 2
    versions = [decisions.of(portal(name)).version == parser_version() for name in ("one", "other")]
    assert versions == [False, True], "the other portal need not be read again for it"
