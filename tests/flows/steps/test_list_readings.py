"""Lists that answer as before are asked for as before, and name the same; one answer that differs is read anew."""

from __future__ import annotations

from pathlib import Path

from flows.workspace import open_workspace
from tests.support.portals.county import GOVERNMENT, County


def test_a_list_that_has_not_changed_is_asked_for_and_not_read_again(county: County, tmp_path: Path) -> None:
    county.add(GOVERNMENT, 2022)
    place = county.place(tmp_path)
    asked = []
    for _ in range(3):
        county.requests.clear()
        assert place.crawl().counts.found == 1
        asked.append(county.targets())
    assert asked[0] == asked[1] == asked[2]
    with open_workspace(place.settings) as workspace:
        reading = workspace.ledger.listings.reading(place.portal.id)
    assert reading is not None
    assert len(reading["found"]["entries"]) == 1


def test_a_new_entry_is_found_in_a_list_that_was_read_before(county: County, tmp_path: Path) -> None:
    place = county.place(tmp_path)
    for number, year in enumerate((2020, 2021, 2022), 1):
        county.add(GOVERNMENT, year)
        for _ in range(2):
            outcome = place.crawl()
            assert (outcome.counts.found, outcome.failures) == (number, [])
        assert {row[0] for row in place.ask("SELECT DISTINCT year FROM reports")} == set(range(2020, year + 1))


def test_a_list_that_other_code_has_read_is_read_anew(county: County, tmp_path: Path) -> None:
    county.add(GOVERNMENT, 2022)
    place = county.place(tmp_path)
    place.crawl()
    with open_workspace(place.settings) as workspace:
        reading = workspace.ledger.listings.reading(place.portal.id)
        assert reading is not None
        reading["found"]["entries"] = []
        workspace.ledger.listings.save_reading(place.portal.id, reading)
    assert place.crawl().counts.found == 0
    with open_workspace(place.settings) as workspace:
        workspace.ledger.listings.save_reading(place.portal.id, {"basis": "of other code", "in": "another form"})
    assert place.crawl().counts.found == 1
