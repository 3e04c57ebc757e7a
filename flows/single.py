"""One file read, nothing stored: what `nianbao extract` prints.

Owns the rows of a report that has no place in the warehouse yet. Must not open a workspace.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from extractors.document import Document
from extractors.sniff import sniff
from flows.settings import PARSER_VERSION
from transforms.report import Context, interpret, rows_of
from transforms.tidy import Row, Source


def read_single(file: Path, documents: Iterable[Document]) -> dict[str, list[Row]]:
    """The rows of the report in a file; the report's row also carries jurisdiction (null if unknown) and year.

    Raises Unreadable or NotAReport with the reason.
    """
    report = interpret(documents, Context())
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
    rows = rows_of(report, report.jurisdiction or "", source)
    rows["reports"][0] |= {"jurisdiction": report.jurisdiction, "year": report.year}
    return rows
