"""From a finding to the warehouse and back: a decision changes what it says, and goes when its line is deleted."""

from __future__ import annotations

import csv

from tests.support.desk import Desk
from tests.support.warehouse.place import Place
from warehouse.schema import load_tables

GRANTED = "%in row granted%"
"""乙丑县's report for 2023 prints a total of 22 in a row whose parts add up to 12."""
Tables = dict[str, set[tuple[object, ...]]]


def tables(place: Place) -> Tables:
    """Return all rows of all tables."""
    names = [name for name in load_tables() if (place.warehouse / name).exists()]
    return {name: {tuple(map(str, row)) for row in place.ask(f'FROM "{name}"')} for name in names}


def changed(before: Tables, after: Tables) -> dict[str, tuple[int, int]]:
    """Return table → how many rows are gone and how many are new, of those that differ."""
    both = {name: (len(before[name] - after[name]), len(after[name] - before[name])) for name in before}
    return {name: counts for name, counts in both.items() if counts != (0, 0)}


def report_bytes(place: Place) -> dict[str, bytes]:
    return {path: data for path, (_, data) in place.report_files().items()}


def cell(place: Place) -> list[tuple[object, ...]]:
    """Return the planted cell."""
    return place.ask(
        "SELECT value, raw, state FROM requests WHERE jurisdiction = 'CN-990102' AND year = 2023 "
        "AND outcome = 'granted' AND applicant = 'total'"
    )


def test_a_misread_figure_is_corrected_alone_and_comes_back_when_its_line_is_deleted(place: Place, desk: Desk) -> None:
    before, files, finding = tables(place), report_bytes(place), desk.finding("row_total", GRANTED)
    assert cell(place) == [(22, "22", "number")]
    answer = desk.decide("correction", finding, cell="requests/granted/total", prints="12", reason="it prints 12")
    assert answer.status_code == 303
    assert answer.headers["location"].endswith(f"done={finding['report_id']}")
    assert tables(place) == before, "nothing is changed before it is applied"
    page = desk.get(answer.headers["location"])
    assert "Apply: read this document again" in page

    path = place.settings.data_root / "corrections.yml"
    assert path.read_text("utf-8").startswith(
        "corrections:\n  - jurisdiction: CN-990102\n    body: 人民政府\n    year: 2023\n    table: requests\n"
        "    cell: [granted, total]\n    read: '22'\n    prints: '12'\n    reason: it prints 12\n    by: 王五\n"
    )
    state = desk.run(report=finding["report_id"])
    (change,) = state.changes
    (figure,) = change.figures
    assert (figure.table, figure.key) == ("requests", "granted/total")
    assert cell(place) == [(12, "12", "number")]
    after = tables(place)
    assert {name: counts for name, counts in changed(before, after).items() if name != "coverage"} == {
        "requests": (1, 1),
        "findings": (2, 1),
    }
    gone = before["findings"] - after["findings"]
    assert sorted("row granted" in str(row) or "results add up" in str(row) for row in gone) == [True, True]
    (told,) = after["findings"] - before["findings"]
    assert any("12 is printed, 22 was read: it prints 12 (王五, " in column for column in map(str, told))
    source = desk.get(f"/en/reports/{finding['report_id']}/source/requests/granted/total/")
    assert "read: 22; prints, by a correction: 12" in source
    assert "It was not found again" not in source
    assert 'id="figure"' in source or "#figure-" in source, "the cell is marked"
    page = desk.get("/en/runs/")
    assert "<td>22</td><td>12</td>" in page
    assert f'href="../reports/{finding["report_id"]}/"' in page
    assert "12 is printed, 22 was read" in desk.get("/en/findings/?state=all")
    assert desk.client.get(f"/en/findings/{finding['finding']}/").status_code == 404
    assert "This finding is gone" in desk.client.get(f"/en/findings/{finding['finding']}/").text

    path.write_text("corrections:\n", "utf-8")
    assert "Decisions on 1 reports or documents wait" in desk.get("/en/findings/")
    desk.run()
    assert report_bytes(place) == files
    assert cell(place) == [(22, "22", "number")]
    assert "wait to be applied" not in desk.get("/en/findings/")


def test_a_wrong_number_is_put_right_and_stays_as_printed(place: Place, desk: Desk) -> None:
    before, finding = tables(place), desk.finding("row_total", GRANTED)
    assert desk.decide("correction", finding, cell="requests/granted/total", value="12").status_code == 303
    assert "printed: '22'\n    value: 12\n" in (place.settings.data_root / "corrections.yml").read_text("utf-8")
    desk.run()
    assert cell(place) == [(12, "22", "number")]
    assert changed(before, tables(place))["requests"] == (1, 1)


def test_a_finding_that_is_printed_so_is_settled_and_nothing_else_is(place: Place, desk: Desk) -> None:
    before, files, finding = tables(place), report_bytes(place), desk.finding("row_total", GRANTED)
    answer = desk.decide("printed-so", finding)
    following = desk.finding("results_total")
    assert answer.headers["location"].startswith("/en/findings/"), "on to the next one that is open, if there is one"
    assert str(finding["finding"]) not in desk.get("/en/findings/?check=row_total")
    assert str(finding["finding"]) in desk.get("/en/findings/?state=waiting")
    assert str(following["finding"]) in desk.get("/en/findings/")
    desk.run()
    settled = place.ask('SELECT "check", severity, settled FROM findings WHERE settled IS NOT NULL')
    ((check, severity, why),) = settled
    assert (check, severity, str(why).startswith("seen (王五, ")) == ("row_total", "error", True)
    assert {name: counts for name, counts in changed(before, tables(place)).items() if name != "coverage"} == {
        "findings": (1, 1)
    }
    page = desk.get(f"/en/findings/{finding['finding']}/")
    assert "Settled: seen (王五, " in page
    assert str(finding["finding"]) in desk.get("/en/findings/?state=settled")
    page = desk.get(f"/en/reports/{finding['report_id']}/")
    assert "Settled: seen (王五, " in page
    assert f'<a class="mark settled" href="#finding-{finding["finding"]}">' in page
    saved = list(csv.DictReader(desk.get("/en/places/CN-990102/findings.csv").removeprefix("\ufeff").splitlines()))
    assert [row["check"] for row in saved if row["settled"].startswith("seen (王五, ")] == ["row_total"]
    (place.settings.data_root / "reviews.yml").unlink()
    desk.run()
    assert report_bytes(place) == files


def test_what_is_no_report_goes_and_comes_back(place: Place, desk: Desk) -> None:
    before, files, finding = tables(place), report_bytes(place), desk.finding("row_total", GRANTED)
    own = str(finding["report_id"])
    assert desk.decide("no-report", finding, reason="a draft").status_code == 303
    assert tables(place)["reports"] == before["reports"]
    state = desk.run()
    assert state.result is not None
    assert state.result.counts.failures == ()
    after = tables(place)
    assert {row for row in before["reports"] if own in row} == before["reports"] - after["reports"]
    assert not any(own in row for name in ("requests", "findings", "sections") for row in after[name])
    (verdict,) = [row for row in place.verdicts() if row["url"] == finding["url"]]
    assert verdict["state"] == "no_report"
    assert str(verdict["reason"]).startswith("a person says that it is no report: a draft (王五, ")
    (place.settings.data_root / "reviews.yml").write_text("# none any more\n", "utf-8")
    desk.run(address=finding["url"])
    assert report_bytes(place) == files
    assert changed(before, tables(place)).keys() <= {"coverage"}


def test_a_name_is_another_bodys(place: Place, desk: Desk) -> None:
    finding = desk.finding("row_total", GRANTED)
    answer = desk.decide("body", finding, body="乙丑县教育局", how="rename")
    assert answer.status_code == 303, answer.text
    lines = (place.settings.data_root / "agencies.csv").read_text("utf-8").splitlines()
    assert lines[0] == "jurisdiction,name,agency,reason,by,date"
    assert lines[1].startswith("CN-990102,乙丑县人民政府,乙丑县教育局,seen,王五,20")
    assert "Apply: read this document again" in desk.get(answer.headers["location"])
    desk.run(report=finding["report_id"])
    named = "SELECT DISTINCT agency FROM reports WHERE jurisdiction = 'CN-990102' AND year = 2023 ORDER BY 1"
    assert ("乙丑县教育局",) in place.ask(named)


def test_a_line_that_names_a_body_in_short_waits_until_it_is_applied(place: Place, desk: Desk) -> None:
    finding = desk.finding("row_total", GRANTED)
    (place.settings.data_root / "agencies.csv").write_text(
        "jurisdiction,name,agency,reason,by,date\nCN-990102,乙丑县人民政府,税务局,seen,王五,2026-01-01\n", "utf-8"
    )
    assert "wait to be applied" in desk.get("/en/findings/")
    desk.run()
    assert finding["report_id"] not in {row[0] for row in place.ask("SELECT report_id FROM reports")}
    assert "wait to be applied" not in desk.get("/en/findings/")
