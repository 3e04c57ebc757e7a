"""The archive read again by today's parser: portal by portal, batch by batch, several at once.

Owns the run: what is left of an interrupted one, the order of batches, their sum and its alarms. What was found is not
kept in memory but in the ledger's database.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache, partial
from itertools import chain

from extractors.portals.portal import Portal, PortalError
from flows.documents.capture import FILES
from flows.ledger.ledger import Ledger
from flows.ledger.reprocess_runs import ReprocessRun, ReprocessRuns
from flows.ledger.run_lock import AlreadyRunning
from flows.reprocess.batch import reprocess_batch
from flows.reprocess.diff import ReportChange
from flows.reprocess.selection import (
    Batch,
    Holdings,
    Selection,
    holdings,
    listed_batches,
    other_batches,
    with_other_editions,
)
from flows.reprocess.summary import BatchResult, ReprocessCounts
from flows.runs.alarms import send_alarms
from flows.runs.progress import display
from flows.runs.result import Alarm, Counts, Failure, RunResult
from flows.settings import Settings
from flows.steps.coverage import record_coverage
from flows.steps.lifecycle import STAGE
from flows.steps.publish import publish_dimensions
from flows.workers.threads import Pending, Submit
from flows.workspace import Workspace, known_portals, open_workspace
from transforms.parser_version import parser_version
from warehouse.publish.manifest import compact_manifest
from warehouse.publish.run_log import Run

_AHEAD = 32
"""Batches that are begun before the first is waited for."""

Begin = Submit[[str, list[str], str, str, bool], BatchResult]
"""Begins `read_again` elsewhere."""
_Results = Iterator[tuple[Batch, BatchResult]]


@dataclass(frozen=True, slots=True)
class ReprocessResult:
    """A run that read the archive again. `resumed`: when it began, if an earlier start of it had been interrupted."""

    run_id: str
    counts: ReprocessCounts
    alarms: tuple[Alarm, ...]
    published: bool
    resumed: datetime | None

    @property
    def outcome(self) -> RunResult:
        """The same in the form that runs of all flows have."""
        put = self.counts.changed + self.counts.added if self.published else 0
        counts = Counts(
            found=self.counts.documents,
            read=self.counts.documents,
            published=put,
            changed=self.counts.changed if self.published else 0,
            failed=len(self.counts.failures),
        )
        return RunResult(counts, list(self.counts.failures), list(self.alarms))


def read_again(settings: Settings, portal: str, urls: list[str], key: str, run_id: str, publish: bool) -> BatchResult:
    """Read one batch again, by the addresses of its documents: what a run hands to threads or to Prefect's tasks."""
    with open_workspace(settings) as workspace:
        own = None if portal == FILES else _portals(settings, run_id)[portal]
        batch, run = Batch(portal, tuple(urls), key), Run(run_id, parser_version())
        return reprocess_batch(batch, own, workspace, run, publish=publish)


def reprocess_archive(
    selection: Selection, settings: Settings, begin: Begin, *, publish: bool = False
) -> ReprocessResult:
    """Read a selection of the archive again, and with `publish` replace what was published by what changed.

    Resume the last interrupted run of the same selection and parser. Raise AlreadyRunning if another process reads the
    archive again, PortalError if nothing was ever read of a portal.
    """
    with open_workspace(settings) as workspace:
        try:
            with workspace.ledger.lock("reprocess"):
                return _reprocess(selection, workspace, begin, publish=publish)
        except AlreadyRunning:
            raise AlreadyRunning("the archive is being read again by another process: wait until it ends") from None


def found_changes(run_id: str, settings: Settings) -> Iterator[ReportChange]:
    """Yield what differs by the last run, report by report, one batch in memory at a time."""
    with Ledger(settings.database) as ledger:
        for found in ledger.reprocess_runs.results(run_id):
            yield from map(ReportChange.model_validate, found["changes"])


def _reprocess(selection: Selection, workspace: Workspace, begin: Begin, *, publish: bool) -> ReprocessResult:
    records = workspace.ledger.reprocess_runs
    started = _resume_or_begin(selection, workspace, publish=publish)
    selection = with_other_editions(selection, workspace.ledger)
    results_of = partial(_results, begin, records, started.run_id, publish)
    names = selection.portals or _portals_of(selection.documents, workspace) or workspace.ledger.portals()
    portals, counts, alarms = _portals(workspace.settings, started.run_id), ReprocessCounts(), list[Alarm]()
    for at, name in enumerate(names):
        display().show(STAGE, at, len(names))
        if name == FILES or name in portals:
            held = holdings(workspace.ledger, name, workspace.decisions.of(portals.get(name)).version)
            earlier = _recorded_batches(held, records, started.run_id, publish=publish)
            part = _read_portal(held, earlier, selection, results_of)
            alarms += _alarms(name, part.failures)
            if publish:
                record_coverage(name, portals.get(name), workspace, Run(started.run_id, parser_version()))
        else:
            reason = f"the file of this portal is missing: put {name}.yml back, so that its reports can be placed"
            part = ReprocessCounts(failures=(Failure(name, reason),))
            alarms.append(Alarm(name, "failed", reason))
        counts += part
    display().show(STAGE, len(names), len(names))
    if publish:
        compact_manifest(workspace.warehouse)
        publish_dimensions(workspace, portals.values())
    done = ReprocessResult(started.run_id, counts, tuple(alarms), publish, started.began if started.done else None)
    numbers = {**counts.numbers, "found": counts.documents, "published": done.outcome.counts.published}
    workspace.ledger.runs.end(started.run_id, numbers, [asdict(alarm) for alarm in alarms])
    records.finish(started.run_id)
    send_alarms("reprocess", started.run_id, done.outcome, workspace.settings.alarm_urls)
    return done


def _portals_of(documents: Sequence[str], workspace: Workspace) -> list[str]:
    """Return the portals of these documents, in their order. Raise PortalError for one that was never read."""
    portals = {url: [verdict.portal for verdict in workspace.ledger.verdicts_on(url)] for url in documents}
    if unknown := [url for url in documents if not portals[url]]:
        raise PortalError(f"no document at {', '.join(unknown)} was ever read")
    return list(dict.fromkeys(chain.from_iterable(portals.values())))


def _alarms(portal: str, failures: Sequence[Failure]) -> Iterator[Alarm]:
    """Yield one alarm for all failures of a portal."""
    if failures:
        first = f"{failures[0].where}: {failures[0].reason}"
        reason = f"{len(failures)} of its reports or documents cannot be read again, the first: {first}"
        yield Alarm(portal, "reports_failed", reason)


def _recorded_batches(held: Holdings, records: ReprocessRuns, run_id: str, *, publish: bool) -> list[Batch]:
    """Return the batches of a portal that were recorded in an earlier start of the run.

    If nothing is published, records of other bytes than today's are deleted, and those documents are read anew.
    """
    recorded = [Batch(held.portal, record.urls, record.batch) for record in records.batches(run_id, held.portal)]
    stale = [batch for batch in recorded if not publish and not held.is_as_it_was(batch)]
    for batch in stale:
        records.delete_batch(run_id, batch.key)
    return [batch for batch in recorded if batch not in stale]


def _resume_or_begin(selection: Selection, workspace: Workspace, *, publish: bool) -> ReprocessRun:
    """Return the interrupted run that is resumed, or a new one."""
    records = workspace.ledger.reprocess_runs
    unknown = sorted(set(selection.portals) - set(workspace.ledger.portals()))
    if unknown:
        raise PortalError(f"no document of {', '.join(unknown)} was ever read; `nianbao status` shows what was")
    version = workspace.decisions.whole.version
    key = {**selection.key, "parser_version": version, "publish": publish}
    started = records.unfinished(key)
    if started is None:
        started = ReprocessRun(workspace.ledger.runs.begin("reprocess"), datetime.now(UTC), 0)
        records.begin(started.run_id, key)
        return started
    workspace.ledger.runs.resume(started.run_id)
    if started.done:
        display().show(f"resuming the run of {started.began:%Y-%m-%d %H:%M} UTC, batches done:", 0, started.done)
    return started


def _read_portal(
    held: Holdings,
    earlier: Sequence[Batch],
    selection: Selection,
    results_of: Callable[[Iterable[Batch]], _Results],
) -> ReprocessCounts:
    """Read what is selected of one portal: first what its lists name, with all parts, then the other documents.

    `earlier` are the batches of an earlier start, which are read first.
    """
    read: set[str] = set()
    rest = replace(held, taken=frozenset(url for batch in earlier for url in batch.urls))
    listed = [*earlier, *listed_batches(rest, selection)]
    counts = _read_all(f"{held.portal}: read again", listed, results_of, read)
    return counts + _read_all(f"{held.portal}: read the rest", other_batches(rest, selection, read), results_of, read)


def _read_all(
    stage: str, batches: list[Batch], results_of: Callable[[Iterable[Batch]], _Results], read: set[str]
) -> ReprocessCounts:
    """Return the sum of batches; add to `read` the addresses of everything that was read with them."""
    counts, total, done = ReprocessCounts(), sum(len(batch.urls) for batch in batches), 0
    for batch, found in results_of(batches):
        display().show(stage, done, total)
        counts, done = counts + found.counts, done + len(batch.urls)
        read |= set(found.read)
    if batches:
        display().show(stage, total, total)
    return counts


def _results(begin: Begin, records: ReprocessRuns, run_id: str, publish: bool, batches: Iterable[Batch]) -> _Results:
    """Yield the result of each batch, without keeping it; a batch that is done is not begun again."""
    begun: deque[tuple[Batch, Pending[BatchResult]]] = deque()
    for batch in batches:
        recorded = records.batch(run_id, batch.key)
        if recorded and recorded.done:
            yield batch, BatchResult.from_json(recorded.result)
            continue
        begun.append((batch, begin(batch.portal, list(batch.urls), batch.key, run_id, publish)))
        if len(begun) >= _AHEAD:
            first, pending = begun.popleft()
            yield first, pending.result()
    while begun:
        first, pending = begun.popleft()
        yield first, pending.result()


@lru_cache(maxsize=1)
def _portals(settings: Settings, run_id: str) -> dict[str, Portal]:  # noqa: ARG001 (read once per run)
    return known_portals(settings)
