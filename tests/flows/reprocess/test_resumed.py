"""Runs that read the archive again: cut off and gone on with, as the ledger, `status` and a webhook see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.cli.output.status_tables import Standing, standing
from flows.reprocess import selection
from flows.reprocess.run import Begin, read_again
from flows.reprocess.selection import Selection
from flows.reprocess.summary import BatchResult
from flows.settings import Settings
from flows.workspace import open_workspace
from tests.support.portals.county import COUNTY, County, report_page
from tests.support.servers.alarm_receiver import AlarmReceiver
from tests.support.warehouse.place import Place
from tests.support.warehouse.reprocessed import misread, read_archive, reader_of

BUREAUS = [f"{COUNTY}{name}局" for name in ("教育", "财政", "民政")]


@pytest.fixture
def place(county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Yield a place with a report of each bureau, which an older parser misread; batches are of two documents."""
    monkeypatch.setattr(selection, "BATCH", 2)
    with reader_of(county, tmp_path / "data", monkeypatch) as place:
        for bureau in BUREAUS:
            county.add(bureau, 2022)
        assert place.crawl().failures == []
        for bureau in BUREAUS:
            misread(place, bureau, 2022)
        yield place


class Killed(BaseException):
    """Stands for a signal that nothing catches."""


class Done:
    def __init__(self, found: BatchResult) -> None:
        self._found = found

    def result(self) -> BatchResult:
        return self._found


def killed_after(count: int, found: list[BatchResult] | None = None) -> Begin:
    """Return a way to read batches one by one, that ends the run after so many."""
    begun = list[str]()

    def begin(portal: str, urls: list[str], key: str, run_id: str, publish: bool) -> Done:
        if len(begun) == count:
            raise Killed
        begun.append(key)
        done = Done(read_again(Settings(), portal, urls, key, run_id, publish))
        if found is not None:
            found.append(done.result())
        return done

    return begin


def last_run(place: Place) -> Standing:
    with open_workspace(place.settings) as workspace:
        (run,) = [run for run in workspace.ledger.runs.last(9) if run.flow == "reprocess"]
        return standing(run, datetime.now(UTC))


@pytest.mark.parametrize("publish", [pytest.param(False, marks=pytest.mark.long), True])
def test_a_run_that_goes_on_after_reports_were_added_tells_each_change_once(
    county: County, place: Place, publish: bool
) -> None:
    with pytest.raises(Killed):
        read_archive(place, begin=killed_after(1), publish=publish)
    for name in ("卫生", "人防", "交通"):
        county.add(f"{COUNTY}{name}局", 2022)
    place.crawl()
    misread(place, BUREAUS[1], 2022)  # the crawl has read it again; those in the first batch are done
    seen: list[Standing] = []

    def begin(*given: object) -> Done:
        seen.append(last_run(place))
        return Done(read_again(Settings(), *given))  # type: ignore[arg-type]  # as they came

    again = read_archive(place, begin=begin, publish=publish)
    assert again.run.resumed is not None
    assert (set(seen), last_run(place)) == ({"running"}, "ended")
    assert Counter(change.agency for change in again.changes) == dict.fromkeys(BUREAUS, 1)
    assert (again.run.counts.documents, again.run.counts.changed) == (6, 3)


@pytest.mark.long
def test_a_run_that_goes_on_finds_anew_what_it_found_in_other_bytes(county: County, place: Place) -> None:
    with pytest.raises(Killed):
        read_archive(place, begin=killed_after(1))
    for path, _, _ in county.listed:
        agency = BUREAUS[int(path[-6])]
        county.serve(path, report_page(agency, 2022, seed=9))
    assert place.crawl().failures == []
    again = read_archive(place, begin=killed_after(9))
    assert again.run.resumed is not None
    assert (again.changes, again.run.counts.documents, again.run.counts.changed) == ([], 3, 0)


@pytest.mark.long
def test_a_run_that_published_leaves_no_other_to_go_on_with(place: Place) -> None:
    with pytest.raises(Killed):
        read_archive(place, begin=killed_after(1))
    told: list[BatchResult] = []
    done = read_archive(place, Selection(older=True), killed_after(9, told), publish=True)
    assert (done.run.counts.changed, done.run.outcome.numbers["published"]) == (3, 3)
    published = [one for found in told for one in found.publications]
    assert {(one.agency, one.changed) for one in published} == {(bureau, True) for bureau in BUREAUS}
    again = read_archive(place, begin=killed_after(9))
    assert (again.run.resumed, again.changes, again.run.counts.documents) == (None, [], 3)
    told.clear()
    read_archive(place, begin=killed_after(9, told), publish=True)
    assert [found.publications for found in told] == [(), ()]


def test_what_cannot_be_read_again_is_an_alarm_of_its_portal(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    verdicts = place.verdicts()
    for sha256 in (str(row["sha256"]) for row in verdicts):
        (place.settings.data_root / "archive" / "sha256" / sha256[:2] / sha256[2:4] / sha256).unlink()
    with AlarmReceiver() as receiver:
        monkeypatch.setenv("NIANBAO_ALARM_URLS", receiver.address)
        done = read_archive(place).run
    (alarm,) = done.alarms
    assert (alarm.portal, alarm.kind) == ("jiazi", "reports_failed")
    told = "3 of its reports or documents cannot be read again, the first: "
    assert alarm.reason.startswith(told + place.portal.homepage)
    assert [posted["alarms"][0]["reason"] for posted in receiver.posted] == [alarm.reason]
    assert last_run(place) == "alarms"
    assert (done.outcome.counts.failed, done.outcome.counts.published) == (3, 0)


def test_years_in_the_wrong_order_are_refused_by_whatever_asks() -> None:
    with pytest.raises(ValueError, match="the first year, 2022, is after the last, 2020"):
        Selection(first=2022, last=2020)
