"""One file read, nothing stored: what `nianbao extract` prints.

Owns the rows of a report that has no place in the warehouse yet. Must not open a workspace.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from extractors.reader import Unreadable
from extractors.sniff import sniff
from flows.isolation import Limits, Readers
from flows.reading import Task
from flows.settings import PARSER_VERSION
from transforms.report import Context
from transforms.tidy import Row, Source


def read_single(file: Path, limits: Limits) -> dict[str, list[Row]]:
    """The rows of the report in a file; the report's row also carries jurisdiction (null if unknown) and year.

    Raises Unreadable with the reason where there is none, OSError where the file is not there.
    """
    body, now = file.read_bytes(), datetime.now(UTC)
    source = Source(
        url=file.resolve().as_uri(),
        capture_sha256=hashlib.sha256(body).hexdigest(),
        media_type=sniff(body),
        first_seen=now,
        last_checked=now,
        last_changed=now,
        parser_version=PARSER_VERSION,
    )
    with Readers(limits) as readers:
        told = readers.submit(Task(body, None, Context(), source))()
    if isinstance(told, str):
        raise Unreadable(told)
    told.rows["reports"][0] |= {"jurisdiction": told.jurisdiction, "year": told.year}
    return told.rows
