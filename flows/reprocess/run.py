"""The archive read again by today's parser: portal by portal, batch by batch, several at once.

Owns the run: what is left of one that was cut off, the order of batches, their sum and its alarms. Must not import
Prefect, nor hold what was found: the run's notes in the ledger's database do.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache, partial

from extractors.portals.portal import Portal, PortalError
from flows.ledger.reprocess_runs import ReprocessRun, ReprocessRuns
from flows.ledger.run_lock import AlreadyRunning
from flows.reprocess.batch import reprocess_batch
from flows.reprocess.diff import ReportChange
from flows.reprocess.selection import Batch, Holdings, Selection, holdings, listed_batches, other_batches
from flows.reprocess.summary import BatchResult, ReprocessCounts
from flows.runs.alarms import send_alarms
from flows.runs.progress import display
from flows.runs.result import Alarm, Counts, Failure, RunResult
from flows.settings import Settings
from flows.steps.fetch import FILES
from flows.steps.lifecycle import STAGE
from flows.steps.pipeline import publish_dimensions
from flows.workers.threads import Pending, Submit
from flows.workspace import Workspace, known_portals, open_workspace
from transforms.parser_version import parser_version
from warehouse.publish.manifest import compact_manifest
from warehouse.publish.run_log import Run

_AHEAD = 32
"""Batches that are begun before the first is waited for."""

Begin = Submit[[str, list[str], str, str, bool], BatchResult]
"""Begins `read_again`."""
_Begun = Iterator[tuple[Batch, BatchResult]]


@dataclass(frozen=True, slots=True)
class ReprocessResult:
    """A run that read the archive again. `resumed`: when it began, where an earlier start of it had been cut off."""

    run_id: str
    tally: ReprocessCounts
    alarms: tuple[Alarm, ...]
    published: bool
    resumed: datetime | None

    @property
    def outcome(self) -> RunResult:
        """The same in the words that runs of all flows have."""
        put = self.tally.changed + self.tally.added if self.published else 0
        counts = Counts(
            found=self.tally.documents,
            read=self.tally.documents,
            published=put,
            changed=self.tally.changed if self.published else 0,
            failed=len(self.tally.failures),
        )
        return RunResult(counts, list(self.tally.failures), list(self.alarms))


def read_again(settings: Settings, portal: str, urls: list[str], key: str, run_id: str, publish: bool) -> BatchResult:
    """Reads one batch again, by the addresses of its documents: what a run hands to threads or to Prefect's tasks."""
    with open_workspace(settings) as workspace, ReprocessRuns(settings.database) as notes:
        own = None if portal == FILES else _portals(settings, run_id)[portal]
        batch = Batch(portal, tuple(urls), key)
        return reprocess_batch(batch, own, workspace, notes, Run(run_id, parser_version()), publish=publish)


def reprocess_archive(
    selection: Selection, settings: Settings, begin: Begin, *, publish: bool = False
) -> ReprocessResult:
    """Reads a selection of the archive again, and with `publish` puts what changed in place of what was published.

    Goes on with the last run of the same selection and parser that was cut off. Raises AlreadyRunning where another
    process is at it, PortalError where nothing was ever read of a portal.
    """
    with open_workspace(settings) as workspace, ReprocessRuns(settings.database) as notes:
        try:
            with notes.claimed():
                return _reread(selection, workspace, notes, begin, publish=publish)
        except AlreadyRunning:
            raise AlreadyRunning("the archive is being read again by another process: wait until it ends") from None


def found_changes(run_id: str, settings: Settings) -> Iterator[ReportChange]:
    """What the last run found otherwise, report by report, one batch in memory at a time."""
    with ReprocessRuns(settings.database) as notes:
        for found in notes.found(run_id):
            yield from map(ReportChange.model_validate, found["changes"])


def _reread(
    selection: Selection, workspace: Workspace, notes: ReprocessRuns, begin: Begin, *, publish: bool
) -> ReprocessResult:
    begun = _begun(selection, workspace, notes, publish=publish)
    in_turn = partial(_in_turn, begin, notes, begun.run_id, publish)
    names = selection.portals or workspace.ledger.portals()
    portals, tally, alarms = _portals(workspace.settings, begun.run_id), ReprocessCounts(), list[Alarm]()
    for at, name in enumerate(names):
        display().show(STAGE, at, len(names))
        if name == FILES or name in portals:
            held = holdings(workspace.ledger, name)
            again = _noted_batches(held, notes, begun.run_id, publish=publish)
            part = _read_portal(held, again, portals.get(name), selection, in_turn)
            alarms += _alarms(name, part.failures)
        else:
            reason = f"no file tells of this portal any more: put {name}.yml back, so that its reports can be placed"
            part = ReprocessCounts(failures=(Failure(name, reason),))
            alarms.append(Alarm(name, "failed", reason))
        tally += part
    display().show(STAGE, len(names), len(names))
    if publish:
        compact_manifest(workspace.warehouse)
        publish_dimensions(workspace, portals.values())
    done = ReprocessResult(begun.run_id, tally, tuple(alarms), publish, begun.began if begun.done else None)
    counts = {**tally.numbers, "found": tally.documents, "published": done.outcome.counts.published}
    workspace.ledger.runs.end(begun.run_id, counts, [asdict(alarm) for alarm in alarms])
    notes.finish(begun.run_id)
    send_alarms("reprocess", begun.run_id, done.outcome, workspace.settings.alarm_urls)
    return done


def _alarms(portal: str, failures: Sequence[Failure]) -> Iterator[Alarm]:
    """One alarm of all failures of a portal."""
    if failures:
        first = f"{failures[0].where}: {failures[0].reason}"
        reason = f"{len(failures)} of its reports or documents cannot be read again, the first: {first}"
        yield Alarm(portal, "reports_failed", reason)


def _noted_batches(held: Holdings, notes: ReprocessRuns, run_id: str, *, publish: bool) -> list[Batch]:
    """The batches of a portal that found something in an earlier start of the run.

    Where nothing is published, what was found in other bytes than today's is dropped, and is found anew.
    """
    noted = [Batch(held.portal, one.urls, one.batch) for one in notes.batches(run_id, held.portal)]
    stale = [batch for batch in noted if not publish and not held.is_as_it_was(batch)]
    for batch in stale:
        notes.delete_batch(run_id, batch.key)
    return [batch for batch in noted if batch not in stale]


def _begun(selection: Selection, workspace: Workspace, notes: ReprocessRuns, *, publish: bool) -> ReprocessRun:
    """The run that is gone on with, or a new one."""
    unknown = sorted(set(selection.portals) - set(workspace.ledger.portals()))
    if unknown:
        raise PortalError(f"nothing of {', '.join(unknown)} was ever read: nianbao status shows what was")
    asked = {**selection.asked, "parser_version": parser_version(), "publish": publish}
    begun = notes.unfinished(asked)
    if begun is None:
        begun = ReprocessRun(workspace.ledger.runs.begin("reprocess"), datetime.now(UTC), 0)
        notes.begin(begun.run_id, asked)
        return begun
    workspace.ledger.runs.resume(begun.run_id)
    if begun.done:
        display().show(f"go on where the run of {begun.began:%Y-%m-%d %H:%M} UTC was, batches done:", 0, begun.done)
    return begun


def _read_portal(
    held: Holdings,
    again: Sequence[Batch],
    portal: Portal | None,
    selection: Selection,
    in_turn: Callable[[Iterable[Batch]], _Begun],
) -> ReprocessCounts:
    """Reads what is selected of one portal: what its lists name with all parts, then what stands by itself.

    `again` are the batches of an earlier start, which go before what these lack.
    """
    read: set[str] = set()
    rest = replace(held, taken=frozenset(url for batch in again for url in batch.urls))
    listed = [*again, *listed_batches(rest, selection, portal)]
    tally = _read_all(f"{held.portal}: read again", listed, in_turn, read)
    return tally + _read_all(f"{held.portal}: read the rest", other_batches(rest, selection, read), in_turn, read)


def _read_all(
    stage: str, batches: list[Batch], in_turn: Callable[[Iterable[Batch]], _Begun], read: set[str]
) -> ReprocessCounts:
    """The sum of batches; adds the addresses of all that was read with them."""
    tally, total, done = ReprocessCounts(), sum(len(batch.urls) for batch in batches), 0
    for batch, found in in_turn(batches):
        display().show(stage, done, total)
        tally, done = tally + found.tally, done + len(batch.urls)
        read |= set(found.read)
    if batches:
        display().show(stage, total, total)
    return tally


def _in_turn(begin: Begin, notes: ReprocessRuns, run_id: str, publish: bool, batches: Iterable[Batch]) -> _Begun:
    """What each batch found; what is done is not begun again, and what was found is not held."""
    begun: deque[tuple[Batch, Pending[BatchResult]]] = deque()
    for batch in batches:
        noted = notes.batch(run_id, batch.key)
        if noted and noted.done:
            yield batch, BatchResult.from_json(noted.found)
            continue
        begun.append((batch, begin(batch.portal, list(batch.urls), batch.key, run_id, publish)))
        if len(begun) >= _AHEAD:
            first, pending = begun.popleft()
            yield first, pending.result()
    while begun:
        first, pending = begun.popleft()
        yield first, pending.result()


@lru_cache(maxsize=1)
def _portals(settings: Settings, run_id: str) -> dict[str, Portal]:  # noqa: ARG001 (read once a run)
    return known_portals(settings)
