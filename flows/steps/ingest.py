"""Files on disk through the same steps as captures of a portal: archive → read → check → publish.

Owns that order. What a page links to is read if it is given too; pictures that it shows belong to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from flows.documents.capture import FILES, Capture
from flows.documents.page_parts import parts_of
from flows.ledger.records import UNASSIGNED, Assigned
from flows.runs.progress import display
from flows.runs.result import RunResult
from flows.steps.coverage import record_coverage
from flows.steps.editions import Edition
from flows.steps.fetch import capture_file
from flows.steps.local_files import files_to_read, picture_on_disk
from flows.steps.page_reading import BATCH, PageReading, PendingEditions
from flows.steps.page_verdicts import PageSource, context_with
from flows.steps.publish import publish_dimensions, publish_editions
from flows.workspace import Workspace, known_portals
from transforms.parser_version import parser_version
from transforms.report import Context
from warehouse.publish.manifest import compact_manifest
from warehouse.publish.run_log import Run


def ingest_files(paths: Iterable[Path], workspace: Workspace, given: Assigned = UNASSIGNED) -> RunResult:
    """Read files, and all files below folders, and publish their reports.

    `given` is what people say of reports that do not say it themselves. What cannot be read or placed goes to
    quarantine, is a failure, and is read again each time: more that is given may help it. JSON files in a folder, and
    pictures that a page in it shows, are ignored.
    """
    outcome = RunResult()
    run = Run(workspace.ledger.runs.begin("ingest"), parser_version())
    files = files_to_read(paths, outcome)
    for start in range(0, len(files), BATCH):
        begun = [_begin_file(path, workspace, given, outcome) for path in files[start : start + BATCH]]
        editions: list[Edition] = []
        for done, pending in enumerate(filter(None, begun), start):
            display().show("read", done, len(files))
            editions += pending()
        workspace.ledger.fetches.flush()
        publish_editions(editions, workspace, outcome, run)
    display().show("read", len(files), len(files))
    record_coverage(FILES, None, workspace, run)
    compact_manifest(workspace.warehouse)
    publish_dimensions(workspace, known_portals(workspace.settings).values())
    workspace.ledger.runs.end(run.run_id, outcome.numbers)
    return outcome


def _begin_file(path: Path, workspace: Workspace, given: Assigned, outcome: RunResult) -> PendingEditions | None:
    """Hand a file to a reader; return None if its bytes were read before or it cannot be opened.

    What was quarantined is tried again, for its remedy may be at hand now.
    """
    outcome.counts.found += 1
    try:
        capture = capture_file(workspace, path, outcome.counts)
    except OSError as error:
        outcome.fail(str(path), error.strerror or str(error))
        return None

    def capture_picture(url: str) -> Capture | None:
        picture = picture_on_disk(path, url)
        return capture_file(workspace, picture, outcome.counts, url) if picture else None

    source = PageSource(FILES, context_with(given, Context(decisions=workspace.decisions.of(None))))
    reading = PageReading(source, capture, capture_picture, workspace, outcome)
    verdicts = workspace.ledger.verdicts_on(capture.url)
    if all(verdict.state == "quarantined" for verdict in reading.current_verdicts(capture)):
        if given != UNASSIGNED:
            workspace.ledger.assign(capture.url, given)
        return reading.begin()
    return reading.begin_if_changed(verdicts, partial(parts_of, capture, FILES), lambda: None)
