"""The page of one figure's source: what it says, what it needs, and which addresses there are none of."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.flows.explorer.evidence.explored import Explored, address, explored, figures_of
from tests.support.fixtures import Crawled


@pytest.fixture(scope="module")
def site(crawled: Crawled) -> Iterator[Explored]:
    with explored(crawled.place.settings) as running:
        yield running


def report_of(site: Explored, media_type: str) -> str:
    reports = (report for report in site.reports() if report.text("media_type") == media_type)
    return next(reports).text("report_id")


@pytest.mark.parametrize(("language", "printed"), [("en", "Printed"), ("zh", "印刷原文")])
@pytest.mark.parametrize("media_type", ["text/html", "application/pdf"])
def test_a_figure_says_what_it_is_in_both_languages(
    site: Explored, media_type: str, language: str, printed: str
) -> None:
    report = next(report for report in site.reports() if report.text("media_type") == media_type)
    figure = figures_of(report)[0]
    page = site.get(address(figure, language)).text
    for words in (printed, figure.report.text("url"), figure.report.text("capture_sha256"), f">{figure.raw}</q>"):
        assert words in page
    assert ('sandbox="" referrerpolicy="no-referrer"' in page) == (media_type == "text/html")


def test_a_figure_in_prose_has_one_address_and_is_found_by_its_words(site: Explored) -> None:
    report = site.reports()[0]
    figure = next(figure for figure in figures_of(report) if figure.is_statement)
    row = figure.row
    words = "/".join(quote(str(row[name] or "")) for name in ("section", "metric", "label"))
    answer = site.get(f"/zh/reports/{report.text('report_id')}/source/statements/{words}/")
    assert answer.status_code == 303
    assert site.get(answer.headers["location"]).status_code == 200


def test_beside_a_form_the_page_has_no_navigation(site: Explored) -> None:
    figure = figures_of(site.reports()[0])[0]
    framed = site.client.get(address(figure), headers={"Sec-Fetch-Dest": "iframe"}).text
    assert "<header>" not in framed
    assert "<header>" in site.get(address(figure)).text


def test_an_archived_page_comes_under_a_policy_of_its_own(site: Explored) -> None:
    report = report_of(site, "text/html")
    answer = site.get(f"/archived/reports/{report}/requests/granted/total/")
    if answer.status_code == 404:  # a report of the form without requests
        answer = site.get(f"/archived/reports/{report}/indicators/{quote('disclosed_items')}/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "script" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_picture_is_sent_once(site: Explored) -> None:
    path = f"/en/reports/{report_of(site, 'application/pdf')}/pages/1.png"
    first = site.get(path)
    assert (first.status_code, first.headers["content-type"]) == (200, "image/png")
    again = site.client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


NUMBERS = ["0", "-1", "999999999", "1e3", "1.5", "%31%00", "../1", "１", "9" * 40, "0x1", ""]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_page_that_a_document_lacks_is_none(site: Explored, number: str) -> None:
    report = report_of(site, "application/pdf")
    assert site.get(f"/en/reports/{report}/pages/{number}.png").status_code == 404


@pytest.mark.parametrize("query", ["file=1", "file=-1", "file=99999999999", "file=0&member=../../etc/passwd"])
def test_a_file_that_a_report_lacks_is_none(site: Explored, query: str) -> None:
    answer = site.get(f"/en/reports/{report_of(site, 'application/pdf')}/pages/1.png?{query}")
    # A PDF has no members: whatever is asked of them, it is the PDF itself.
    assert answer.status_code == (200 if "member" in query else 404)


HOSTILE = [
    "..",
    "../../../../etc/passwd",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "..%5c..%5c",
    "%00",
    "<script>alert(1)</script>",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "'; DROP TABLE reports; --",
    "granted/total/../total",
    "%F0%9F%92%A9" * 50,
    "a" * 5_000,
    "%0d%0aSet-Cookie:a=b",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_an_address_of_nothing_is_none_and_nothing_of_it_is_markup(site: Explored, text: str) -> None:
    report = report_of(site, "text/html")
    for path in (
        f"/en/reports/{text}/source/requests/granted/total/",
        f"/en/reports/{report}/source/{text}/granted/total/",
        f"/en/reports/{report}/source/requests/{text}/",
        f"/en/reports/{report}/source/statements/{text}/",
        f"/en/reports/{text}/pages/1.png",
        f"/archived/reports/{report}/requests/{text}/",
        f"/archived/reports/{text}/requests/granted/total/",
        f"/archived/x{text}",
    ):
        answer = site.get(path)
        assert answer.status_code in (404, 421), path
        assert "<script>alert" not in answer.text
        assert "set-cookie" not in answer.headers


def test_without_the_archive_the_page_says_so_with_the_remedy(crawled: Crawled, tmp_path: Path) -> None:
    shutil.copytree(crawled.place.warehouse, tmp_path / "elsewhere")
    settings = crawled.place.settings.model_copy(
        update={"data_root": tmp_path / "data", "warehouse_url": str(tmp_path / "elsewhere")}
    )
    (tmp_path / "data").mkdir()
    with explored(settings) as site:
        for report in site.reports():
            answer = site.get(address(figures_of(report)[0]))
            assert answer.status_code == 200
            for words in ("NIANBAO_ARCHIVE_URL", report.text("url"), report.text("capture_sha256")):
                assert words in answer.text
        assert not (tmp_path / "data" / "ledger.sqlite").exists()


def test_a_damaged_capture_is_told_from_a_missing_one(crawled: Crawled, tmp_path: Path) -> None:
    shutil.copytree(crawled.place.settings.data_root, tmp_path / "data")
    settings = crawled.place.settings.model_copy(update={"data_root": tmp_path / "data"})
    with explored(settings) as site:
        first, second = site.reports()[:2]
        for report, words in ((first, "is damaged"), (second, "is missing")):
            sha256 = report.text("capture_sha256")
            path = tmp_path / "data" / "archive" / "sha256" / sha256[:2] / sha256[2:4] / sha256
            path.write_bytes(b"other") if report is first else path.unlink()
            answer = site.get(address(figures_of(report)[0]))
            assert (answer.status_code, words in answer.text) == (200, True)
