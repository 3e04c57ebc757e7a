"""A decision is of the bytes that a person saw: of others it is stale, until it is made anew."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from extractors.portals.portal import write_portal
from flows.cli.main import app
from flows.explorer.records import records
from tests.support.desk import Desk, desk_of
from tests.support.portals.county import COUNTY, GOVERNMENT, County, report_page
from tests.support.warehouse.place import Place

BUREAU = f"{COUNTY}教育局"
CELL = """SELECT value, raw FROM requests JOIN reports USING (report_id)
WHERE agency = '{}' AND outcome = 'granted' AND applicant = 'total'"""


def planted(page: str) -> str:
    """Return a report that prints 71 more in the total of the row 予以公开."""
    row = page.index("予以公开")
    *_, total = re.finditer(r">(\d+)<", page[row : page.index("</tr>", row)])
    start, stop = (row + at for at in total.span(1))
    return f"{page[:start]}{int(total[1]) + 71}{page[stop:]}"


@pytest.fixture
def place(county: County, tmp_path: Path) -> Place:
    place = county.place(tmp_path / "data")
    write_portal(place.portal, tmp_path / "data" / "portals")
    return place


@pytest.fixture
def desk(county: County, place: Place) -> Iterator[Desk]:
    county.add(GOVERNMENT, 2022, planted(report_page(GOVERNMENT, 2022)))
    county.add(BUREAU, 2022, planted(report_page(BUREAU, 2022, seed=2)))
    assert place.crawl().failures == []
    with desk_of(place) as desk:
        yield desk


def cell(place: Place, agency: str) -> tuple[object, ...]:
    (row,) = place.ask(CELL.format(agency))
    return row


def finding_of(desk: Desk, agency: str) -> dict[str, object]:
    sql = """SELECT finding_id AS finding, capture_sha256 AS capture, url, report_id FROM findings JOIN reports
        USING (report_id) WHERE "check" = 'row_total' AND agency = $agency"""
    desk.explorer.index.refresh()
    (row,) = desk.explorer.index.frame(sql, {"agency": agency}).to_dict("records")
    return {str(name): value for name, value in row.items()}


def test_decisions_of_one_report_leave_another_as_it_is(place: Place, desk: Desk) -> None:
    other, verdicts = cell(place, BUREAU), [row for row in place.verdicts() if row["agency"] == BUREAU]
    rows = place.ask(f"SELECT f.* FROM findings f JOIN reports r USING (report_id) WHERE r.agency = '{BUREAU}'")
    own = finding_of(desk, GOVERNMENT)
    raw = int(str(cell(place, GOVERNMENT)[1]))
    assert desk.decide("printed-so", own).status_code == 303
    assert desk.decide("correction", own, cell="requests/granted/total", prints=str(raw - 71)).status_code == 303
    state = desk.run()
    assert [change.agency for change in state.changes] == [GOVERNMENT]
    assert cell(place, GOVERNMENT) == (raw - 71, str(raw - 71))
    assert cell(place, BUREAU) == other
    assert place.ask(f"SELECT f.* FROM findings f JOIN reports r USING (report_id) WHERE r.agency = '{BUREAU}'") == rows
    assert [row for row in place.verdicts() if row["agency"] == BUREAU] == verdicts


def test_a_decision_of_other_bytes_is_not_applied_and_shown_as_stale(county: County, place: Place, desk: Desk) -> None:
    own = finding_of(desk, GOVERNMENT)
    raw = str(cell(place, GOVERNMENT)[1])
    assert desk.decide("printed-so", own).status_code == 303
    assert desk.decide("correction", own, cell="requests/granted/total", value="1").status_code == 303
    desk.run()
    assert cell(place, GOVERNMENT) == (1, raw)
    path = str(own["url"]).removeprefix(county.url)
    county.serve(path, planted(report_page(GOVERNMENT, 2022)).replace("</body>", "<!-- again --></body>"))
    assert place.crawl().failures == []
    assert cell(place, GOVERNMENT) == (int(raw), raw)
    assert place.ask("SELECT count(*) FROM findings WHERE settled IS NOT NULL") == [(0,)]
    told = [row for row in place.ask('SELECT "check", severity FROM findings') if "correction" in str(row[0])]
    assert told == [("correction_outdated", "warning")]
    now = finding_of(desk, GOVERNMENT)
    assert str(now["finding"]) in desk.get("/en/findings/?state=stale")
    page = desk.get(f"/en/findings/{now['finding']}/")
    assert page.count("stale: made of other bytes") == 2
    again = desk.decide("correction", now, cell="requests/granted/total", value="1")
    assert again.status_code == 303, "what is decided of today's bytes is another decision"
    desk.run()
    assert cell(place, GOVERNMENT) == (1, raw)


def test_a_settled_finding_without_a_table_waits_no_longer(county: County, place: Place, desk: Desk) -> None:
    for year in ("2023", "2024"):
        county.add(BUREAU, int(year), report_page(BUREAU, 2023).replace("2023", year))
    assert place.crawl().failures == []
    sql = """SELECT finding_id AS finding, capture_sha256 AS capture, url, report_id FROM findings
        JOIN reports USING (report_id) WHERE "table" IS NULL ORDER BY 1 LIMIT 1"""
    desk.explorer.index.refresh()
    (finding,) = records(desk.explorer.index.frame(sql))
    assert desk.decide("printed-so", finding).status_code == 303
    assert finding["finding"] in desk.get("/en/findings/?state=waiting")
    desk.run()
    assert finding["finding"] not in desk.get("/en/findings/?state=waiting")
    assert finding["finding"] in desk.get("/en/findings/?state=settled")
    assert "wait to be applied" not in desk.get("/en/findings/")


def test_two_bodies_that_are_one_are_merged_at_once(place: Place, desk: Desk) -> None:
    own = finding_of(desk, BUREAU)
    answer = desk.decide("body", own, body=GOVERNMENT, how="merge", reason="one body")
    assert answer.status_code == 303, answer.text
    assert place.ask("SELECT DISTINCT agency FROM reports") == [(GOVERNMENT,)]
    line = (place.settings.data_root / "agencies.csv").read_text("utf-8").splitlines()[1]
    assert line.startswith(f"CN-990101,{BUREAU},{GOVERNMENT},one body,王五,")
    assert BUREAU not in desk.get("/en/findings/?state=all")


@pytest.mark.parametrize("how", ["merge", "rename"])
def test_a_body_on_which_decisions_stand_becomes_no_other(place: Place, desk: Desk, how: str) -> None:
    own = finding_of(desk, BUREAU)
    assert desk.decide("correction", own, cell="requests/granted/total", prints="7").status_code == 303
    answer = desk.decide("body", own, body=GOVERNMENT, how=how, reason="one body")
    assert (answer.status_code, "corrections.yml, line 2" in answer.text) == (400, True), answer.text
    assert not (place.settings.data_root / "agencies.csv").exists()
    other = finding_of(desk, GOVERNMENT)
    answer = desk.decide("body", other, body=BUREAU, how="rename", reason="its name")
    assert answer.status_code == 303, "decisions on the other body stay where they are"
    desk.run()
    assert place.ask("SELECT DISTINCT agency FROM reports") == [(BUREAU,)]


def test_a_decision_on_no_report_is_listed_and_blanks_in_a_body_do_not_count(place: Place, desk: Desk) -> None:
    own = finding_of(desk, BUREAU)
    assert desk.decide("correction", own, cell="requests/granted/total", prints="7").status_code == 303
    file = place.settings.data_root / "corrections.yml"
    line = file.read_text("utf-8")
    file.write_text(line.replace("教育局", "教育 局"), "utf-8")
    desk.run()
    assert cell(place, BUREAU) == (7, "7")
    assert "No such report" not in desk.get("/en/findings/")
    file.write_text(line.replace("教育局", "教肓局"), "utf-8")
    page = desk.get("/en/findings/")
    assert "No such report" in page
    assert "correction: CN-990101 教肓局 2022" in page


def test_what_was_settled_and_is_no_longer_found_is_listed(place: Place, desk: Desk) -> None:
    own = finding_of(desk, GOVERNMENT)
    assert desk.decide("printed-so", own).status_code == 303
    desk.run()
    assert "no longer found" not in desk.get("/en/findings/")
    file = place.settings.data_root / "reviews.yml"
    file.write_text(file.read_text("utf-8").replace("row_total", "results_total"), "utf-8")
    page = desk.get("/en/findings/")
    assert "no longer found" in page
    assert "results_total" in page


def test_every_way_to_read_a_report_takes_corrections(place: Place, desk: Desk, tmp_path: Path) -> None:
    own, raw = finding_of(desk, GOVERNMENT), str(cell(place, GOVERNMENT)[1])
    assert desk.decide("correction", own, cell="requests/granted/total", prints="7").status_code == 303
    assert place.crawl().failures == []
    assert cell(place, GOVERNMENT) == (7, "7"), "a crawl reads again what a decision concerns"
    file = tmp_path / "report.html"
    file.write_text(planted(report_page(GOVERNMENT, 2022)), "utf-8")
    elsewhere = Place(place.portal, place.settings.in_folder(tmp_path / "elsewhere"))
    elsewhere.settings.data_root.mkdir()
    line = (place.settings.data_root / "corrections.yml").read_text("utf-8")
    # Without the portal, nobody knows that the county of its name is a division.
    line = line.replace("body: 人民政府", f"body: {GOVERNMENT}")
    (elsewhere.settings.data_root / "corrections.yml").write_text(line, "utf-8")
    elsewhere.ingest(file, jurisdiction="CN-990101")
    told = elsewhere.ask("SELECT actual, expected FROM findings WHERE \"check\" = 'misread'")
    assert told == [(raw, "7")]
    assert cell(elsewhere, GOVERNMENT) == (7, "7")


def test_one_file_is_printed_with_its_correction(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "report.html"
    file.write_text(planted(report_page("阳城县人民政府", 2022)), "utf-8")
    monkeypatch.setenv("NIANBAO_DATA_ROOT", str(tmp_path))

    def granted() -> list[str]:
        told = CliRunner().invoke(app, ["extract", str(file), "--format", "json"])
        rows = json.loads(told.stdout)["requests"]
        return [row["raw"] for row in rows if (row["outcome"], row["applicant"]) == ("granted", "total")]

    (raw,) = granted()
    (tmp_path / "corrections.yml").write_text(
        "corrections:\n  - {jurisdiction: CN-140522, body: 人民政府, year: 2022, table: requests,"
        f" cell: [granted, total], read: '{raw}', prints: '7', reason: seen, date: 2026-01-01}}\n",
        "utf-8",
    )
    assert granted() == ["7"]


def test_one_document_is_read_again_by_its_address(place: Place, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    own = finding_of(desk, GOVERNMENT)
    assert desk.decide("correction", own, cell="requests/granted/total", prints="7").status_code == 303
    monkeypatch.setenv("NIANBAO_DATA_ROOT", str(place.settings.data_root))
    monkeypatch.setenv("NIANBAO_READ_WORKERS", "1")
    done = CliRunner().invoke(app, ["reprocess", "--document", str(own["url"]), "--publish", "--json"])
    assert done.exit_code == 0, done.output
    assert '"documents": 1' in done.stdout
    assert cell(place, GOVERNMENT) == (7, "7")
    none = CliRunner().invoke(app, ["reprocess", "--document", "http://127.0.0.1/none"])
    assert none.exit_code != 0
