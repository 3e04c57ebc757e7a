from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from flows.explorer.explorer import open_explorer
from flows.explorer.known_ledger import UnreadableLedger
from flows.explorer.overview.coverage import Share, provinces, tiles, totals, years_of
from flows.explorer.overview.runs import last_runs
from flows.settings import Settings
from tests.support.examples import examples
from tests.support.fixtures import Demo
from tests.support.warehouse.country import Known, countries, write_country
from warehouse.query.coverage import shares
from warehouse.query.query import connect, run


@settings(max_examples=examples(7), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(countries().filter(bool))
def test_provinces_count_each_report_once(tmp_path_factory: pytest.TempPathFactory, country: list[Known]) -> None:
    root = tmp_path_factory.mktemp("country")
    write_country(root / "warehouse", country)
    expected = Counter((known.code[:5] + "0000", known.year) for known in country)
    published = Counter((one.code[:5] + "0000", one.year) for one in country if one.counts_as == "published")
    with open_explorer(Settings(data_root=root), read_only=True) as explorer:
        found = provinces(explorer.index, "zh")
        counted = {(one.code, year): share for one in found for year, share in one.years.items()}
        assert counted == {key: Share(published[key], expected[key]) for key in expected}
        reports = [known for known in country if known.figures is not None]
        assert totals(explorer.index) == {
            "reports": len(reports),
            "bodies": len({one.agency_id for one in reports}),
            "divisions": len({one.code for one in reports}),
            "first": min((one.year for one in reports), default=None),
            "last": max((one.year for one in reports), default=None),
        }


def test_shares_are_those_of_status(demo: Demo) -> None:
    with connect(demo.root / "warehouse") as connection:
        expected = {(one.province, one.year): (one.published, one.expected) for one in shares(connection)}
        ((reports, divisions),) = run(connection, "SELECT count(*), count(DISTINCT jurisdiction) FROM reports").rows
    with open_explorer(Settings(data_root=demo.root), read_only=True) as explorer:
        found = provinces(explorer.index, "en")
        known = totals(explorer.index)
    assert (known["reports"], known["divisions"]) == (reports, divisions)
    assert expected == {
        (one.code, year): (share.published, share.expected) for one in found for year, share in one.years.items()
    }
    assert years_of(found) == list(range(2018, 2025))


def test_provinces_that_the_map_lacks_stand_below_it(demo: Demo) -> None:
    with open_explorer(Settings(data_root=demo.root), read_only=True) as explorer:
        *_, sample = provinces(explorer.index, "en")
    assert (sample.code, sample.column) == ("CN-990000", 1)
    assert sample.row > max(tile.row for tile in tiles())


def test_latest_runs_are_those_of_the_ledger(demo: Demo) -> None:
    found = last_runs(Settings(data_root=demo.root), 5)
    assert [one.flow for one in found] == ["crawl", "crawl"]
    assert found[0].started > found[1].started


def test_no_ledger_is_made(tmp_path: Path) -> None:
    assert last_runs(Settings(data_root=tmp_path), 5) == []
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(b"no database at all, but some bytes that are long enough to be one")
    with pytest.raises(UnreadableLedger, match="cannot be read"):
        last_runs(Settings(data_root=tmp_path), 5)
