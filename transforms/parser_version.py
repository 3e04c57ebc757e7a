"""The version of the parser: of the package, and of the declarations (forms, divisions, checks, lexicons).

Owns which files, besides the code, decide how a document is understood.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

_KINDS = frozenset({".yml", ".csv"})


@cache
def parser_version() -> str:
    """Return the version of the package, with eight hexadecimal digits that change with any declaration.

    `nianbao reprocess --older` re-reads what another version has read.
    """
    return f"{version('nianbao')}+{fingerprint_of(Path(__file__).parent)}"


def version_with(decided: Sequence[tuple[str, ...]]) -> str:
    """Return the version with which a document is read where people decided something: each line makes it another.

    >>> version_with(()) == parser_version() != version_with([("CN-990101", "县二局", "甲子县水务局")])
    True
    """
    if not decided:
        return parser_version()
    lines = "\n".join(",".join(line) for line in sorted(decided))
    return f"{parser_version()}/{hashlib.sha256(lines.encode()).hexdigest()[:8]}"


def is_of_today(version: str) -> bool:
    """Return whether a version is that of today's parser, whatever people decided since."""
    return version.partition("/")[0] == parser_version()


def fingerprint_of(folder: Path) -> str:
    """Return eight hexadecimal digits that change with any declaration below a folder, such as an alias."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.suffix in _KINDS):
        data = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()} {len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()[:8]
