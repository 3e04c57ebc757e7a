"""What tells one set of declarations from another: forms, divisions, checks, lexicons.

Owns which files decide how a document is understood beside the code itself, whose changes are those of the package's
version. Must not read what they say.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

_KINDS = frozenset({".yml", ".csv"})


@cache
def parser_version() -> str:
    """The version of the package, and eight hexadecimal digits that change with any declaration.

    `nianbao reprocess --older` reads again what another version read.
    """
    return f"{version('nianbao')}+{fingerprint_of(Path(__file__).parent)}"


def fingerprint_of(folder: Path) -> str:
    """Eight hexadecimal digits that change when a declaration below a folder does, such as an alias."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.suffix in _KINDS):
        data = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()} {len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()[:8]
