"""Runs that the explorer starts: the archive's copy of some documents read again and published, one run at a time.

Owns the thread of a run, what it tells meanwhile, and what came of the last one. If the server ends, the run is killed;
started again, it is resumed as any is.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from flows.explorer.index.index import Index
from flows.ledger.ledger import Ledger
from flows.ledger.run_lock import AlreadyRunning
from flows.reprocess.diff import ReportChange
from flows.reprocess.run import Begin, ReprocessResult, found_changes, read_again, reprocess_archive
from flows.reprocess.selection import Selection
from flows.reprocess.summary import BatchResult
from flows.runs.progress import use_display
from flows.settings import Settings


@dataclass(frozen=True, slots=True)
class RunState:
    """A run: since when, of which documents, how far it is, and what came of it or why it failed."""

    began: datetime
    documents: tuple[str, ...]
    stage: str = ""
    done: int = 0
    total: int | None = None
    ended: datetime | None = None
    result: ReprocessResult | None = None
    changes: tuple[ReportChange, ...] = ()
    error: str = ""


class Runner:
    """The runs of one explorer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.state: RunState | None = None
        """The run that is going on, or the last one; None before the first."""

    def start(self, settings: Settings, index: Index, documents: Iterable[str]) -> None:
        """Begin to read documents again, of which there must be some. Raise AlreadyRunning if a run is going on."""
        chosen = tuple(sorted(set(documents)))
        if not chosen:
            raise ValueError("without documents, a selection is all that was ever read")
        with self._lock:
            if self.state and not self.state.ended:
                raise AlreadyRunning("documents are being read again: wait until that ends")
            self.state = RunState(datetime.now(UTC), chosen)
            threading.Thread(target=self._run, args=(settings, index, chosen), daemon=True).start()

    def show(self, stage: str, done: int, total: int | None) -> None:
        """Keep how far the run is."""
        self._note(stage=stage, done=done, total=total)

    def _run(self, settings: Settings, index: Index, documents: tuple[str, ...]) -> None:
        own = settings.model_copy(update={"read_workers": 1})
        try:
            with use_display(self):
                result = reprocess_archive(Selection(documents=documents), own, _at_once(own), publish=True)
            changes = tuple(change for change in found_changes(result.run_id, own) if change.changes_content)
            index.refresh()
            self._note(result=result, changes=changes)
        except BaseException as error:
            # Whatever it is, the page of the run shows it.
            self._note(error=str(error) or type(error).__name__)
            if not isinstance(error, Exception):
                raise
        finally:
            self._note(ended=datetime.now(UTC))

    def _note(self, **changes: object) -> None:
        if self.state:
            self.state = replace(self.state, **changes)  # type: ignore[arg-type]  # by the fields' names


def documents_of(reports: Iterable[str], ledger: Ledger) -> set[str]:
    """Return the addresses of all documents that contain some reports, or contained them."""
    return {verdict.url for report in reports for verdict in ledger.editions(report)}


def _at_once(settings: Settings) -> Begin:
    """Return the function that begins a batch by doing it: the thread of the run has nothing else to do."""

    def begin(portal: str, urls: list[str], key: str, run_id: str, publish: bool) -> Future[BatchResult]:
        done: Future[BatchResult] = Future()
        done.set_result(read_again(settings, portal, urls, key, run_id, publish))
        return done

    return begin
