"""Whatever a report prints is text on its page: no markup, no script, no address that acts."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.flows.explorer.pages.read_page import page, pages_on, text
from tests.support.warehouse.rows import HERE, covered, disclosure, finding, indicator, report, request
from warehouse.publish.coverage import publish_coverage
from warehouse.publish.write import publish, write_dimension
from warehouse.schema import Row

AGENCY = "00000000000000ab"
REPORT = f"{AGENCY}-2024"
TRICKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</td></table><iframe src=//evil.example>",
    "{{ 7 * 7 }}{% raw %}",
    '=HYPERLINK("http://evil.example")',
    "\x1b[31mred\x1b[0m&lt;b&gt;",
    "'; DROP TABLE reports; --",
)
ADDRESSES = (
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "file:///etc/passwd",
    " https:x\nonclick=y",
)


def _publish(folder: Path, trick: str, url: str) -> None:
    """Publish a report that prints a trick wherever its rows have room for text."""
    about = {"agency": trick, "agency_printed": trick, "title": trick, "contact_office": trick, "method": trick}
    section = {"report_id": REPORT, "position": 1, "section": None, "heading": trick, "text": f"3件{trick}"}
    told = {"section": None, "metric": trick, "label": trick, "unit": trick, "sentence": trick, "method": trick}
    offsets = {"position": 1, "start": 0, "end": 2, "value": Decimal(3), "approximate": True}
    found = {"check": trick, "message": trick, "expected": trick, "actual": trick}
    rows: dict[str, list[Row]] = {
        "reports": [report(REPORT, layout="30号", agency_id=AGENCY, url=url, **about)],
        "requests": [request(REPORT, raw=trick, value=None, state="unreadable", method=trick)],
        "disclosures": [disclosure(REPORT, unit=trick)],
        "indicators": [indicator(REPORT, label=trick, unit=trick, raw=trick)],
        "sections": [section],
        "statements": [{"report_id": REPORT, **told, **offsets}],
        "findings": [
            finding(REPORT, cells=["received/total", trick], **found),
            finding(REPORT, table="statements", cells=[f"/{trick}/{trick}"], **found),
        ],
    }
    publish(folder / "warehouse", HERE, rows)
    lacking = [covered("sample", AGENCY, "failed", reason=trick, url=url)]
    publish_coverage(folder / "warehouse", HERE, "sample", lambda _: lacking)
    body = {"agency_id": AGENCY, "jurisdiction": HERE.jurisdiction, "name": trick, "kind": "other"}
    write_dimension(folder / "warehouse", "agencies", [body | {"spellings": [trick]}])


@pytest.mark.parametrize("trick", TRICKS)
def test_text_of_a_report_is_never_markup(tmp_path: Path, trick: str) -> None:
    _publish(tmp_path, trick, "https://example.org/" + trick)
    with pages_on(tmp_path / "warehouse", tmp_path) as client:
        for path in (f"/{language}/{place}/" for language in ("zh", "en") for place in _PLACES):
            document = page(client, path)
            assert {script.get("src") for script in document.iter("script")} <= {"../../../assets/report.js"}
            assert not [*document.iter("img", "svg", "object", "embed", "form", "base")]
            assert all(frame.get("name") == "source" and not frame.get("src") for frame in document.iter("iframe"))
            assert not [name for each in document.iter() for name in each.attrib if name.startswith("on")]
            assert " ".join(trick.replace("\x1b", "").split()) in text(document).replace("\x1b", "")


_PLACES = (f"reports/{REPORT}", f"bodies/{AGENCY}")


@pytest.mark.parametrize("url", ADDRESSES)
def test_only_web_addresses_can_be_followed(tmp_path: Path, url: str) -> None:
    _publish(tmp_path, "x", url)
    with pages_on(tmp_path / "warehouse", tmp_path) as client:
        for place in _PLACES:
            links = page(client, f"/en/{place}/").xpath("//@href | //@src | //@action")
            assert {link.partition(":")[0] for link in links if ":" in link} <= {"data"}
            assert [link for link in links if link.startswith("data:")] == ["data:,"]
        assert " ".join(url.split()) in text(page(client, f"/en/reports/{REPORT}/"))
