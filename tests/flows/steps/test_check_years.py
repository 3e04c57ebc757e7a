"""A year's figures are checked against last year's, whichever of the two is published first."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from random import Random

import pytest

from tests.support.reports.flatten import bare_tabs, flatten_report
from tests.support.reports.random_reports import as_drawn, print_report
from tests.support.sample_portal.prose import Part
from tests.support.warehouse.place import Place, make_place
from warehouse.publish.read import Rows
from warehouse.publish.write import Partition, amend

NOWHERE = "http://127.0.0.1:9"
CODE = "CN-370683"
CHECKS = ("stock_in_force", "requests_carried_over")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return make_place(tmp_path / "data", NOWHERE)


def _report(folder: Path, year: int, seed: int) -> Path:
    """Return a report of a body whose years fit together where their seeds are the same."""
    printed = print_report(year, seed, as_drawn)
    parts: list[Part] = printed.parts
    path = folder / f"{year}_{seed}.txt"
    path.write_text(flatten_report(printed.title, parts, bare_tabs, Random(1)).replace("甲子县", "莱州市"), "utf-8")
    return path


def _findings(place: Place) -> list[tuple[object, ...]]:
    return place.ask(
        "SELECT year, \"check\", expected, actual, cells FROM findings WHERE severity = 'warning' ORDER BY ALL"
    )


def test_years_that_fit_together_give_no_finding(place: Place, tmp_path: Path) -> None:
    outcome = place.ingest(*(_report(tmp_path, year, 1) for year in (2021, 2022, 2023)))
    assert (outcome.counts.published, outcome.failures) == (3, [])
    assert _findings(place) == []


def test_the_order_of_publication_makes_no_difference(tmp_path: Path) -> None:
    files = [_report(tmp_path, year, seed) for year, seed in ((2021, 1), (2022, 2), (2023, 2))]
    seen = []
    for number, order in enumerate(permutations(files)):
        place = make_place(tmp_path / str(number), NOWHERE)
        for file in order:
            place.ingest(file)
        seen.append(_findings(place))
    assert {found[:2] for found in seen[0]} == {(2022, check) for check in CHECKS}
    assert all(findings == seen[0] for findings in seen)


def test_a_report_that_is_put_right_takes_the_finding_back(place: Place, tmp_path: Path) -> None:
    place.ingest(_report(tmp_path, 2023, 1), _report(tmp_path, 2022, 2))
    assert {found[0] for found in _findings(place)} == {2023}
    outcome = place.ingest(_report(tmp_path, 2022, 1))
    assert outcome.partitions == {f"{CODE}/2022", f"{CODE}/2023"}
    assert _findings(place) == []
    files = place.files()
    place.ingest(_report(tmp_path, 2023, 1))
    assert place.files() == files


def test_a_division_is_followed_across_a_change_of_its_code(place: Place, tmp_path: Path) -> None:
    """海门 was the county-level city 320684 until 2019 and is the district 320614 since."""
    files = []
    for year, seed, name in ((2019, 1, "海门市"), (2020, 2, "南通市海门区")):
        path = _report(tmp_path, year, seed)
        path.write_text(path.read_text("utf-8").replace("莱州市", name), "utf-8")
        files.append(path)
    place.ingest(*files)
    assert place.ask("SELECT jurisdiction, year FROM reports ORDER BY year") == [
        ("CN-320684", 2019),
        ("CN-320614", 2020),
    ]
    assert (2020, "requests_carried_over") in {found[:2] for found in _findings(place)}


def test_a_report_that_repeats_last_year_s_is_found(place: Place, tmp_path: Path) -> None:
    first = _report(tmp_path, 2022, 1)
    again = tmp_path / "again.txt"
    again.write_text(first.read_text("utf-8").replace("2022", "2023"), "utf-8")
    place.ingest(first, again)
    assert (2023, "figures_of_last_year") in {found[:2] for found in _findings(place)}


def test_a_finding_of_a_check_that_no_longer_exists_stays(place: Place, tmp_path: Path) -> None:
    place.ingest(_report(tmp_path, 2022, 1), _report(tmp_path, 2023, 2))
    partition = Partition(CODE, 2023)
    ((identifier,),) = place.ask("SELECT report_id FROM reports WHERE year = 2023")

    def as_an_earlier_version(rows: Rows) -> Rows:
        (row,) = (row for row in rows["findings"] if row["check"] == CHECKS[0])
        return {**rows, "findings": [*rows["findings"], {**row, "check": "table_told"}]}

    amend(place.warehouse, partition, {str(identifier)}, as_an_earlier_version)
    result = place.ingest(_report(tmp_path, 2022, 2))
    assert (result.failures, result.partitions) == ([], {f"{CODE}/2022", f"{CODE}/2023"})
    assert [finding[:2] for finding in _findings(place)] == [(2023, "table_told")]
