"""Portal files of a data root that an earlier version wrote, brought up to date.

Owns the keys that were renamed. The rest of a file stays as people wrote it, comments included.
"""

from __future__ import annotations

import re
from pathlib import Path

from extractors.portals.portal import RENAMED_KEYS
from nianbao import atomic_write
from warehouse.maintain import MaintenanceStep

_OLD_KEY = re.compile(rf"""^(["']?)({"|".join(RENAMED_KEYS)})\1(?=\s*:)""", re.MULTILINE)


def rename_portal_keys(folder: Path, *, dry: bool) -> MaintenanceStep:
    """Rename the keys of portal files below a folder that have another name today, or with `dry` only report them.

    A file that cannot be read or written is damage: its portal cannot be crawled until someone renames its keys.
    """
    step = MaintenanceStep("portals")
    for path in sorted(folder.rglob("*.yml")):
        try:
            done = _rename_keys(path, dry=dry)
        except OSError as error:
            step.damaged.append(f"{path}: the keys cannot be renamed ({error.strerror or error})")
            continue
        if done:
            step.done.append(f"{path}: {done}")
    return step


def _rename_keys(path: Path, *, dry: bool) -> str:
    """Rename the old keys of one file, unless `dry`, and return what was done; empty if it has none."""
    text = path.read_bytes().decode("utf-8", "surrogateescape")
    old_keys = sorted({match[2] for match in _OLD_KEY.finditer(text)})
    if old_keys and not dry:
        renamed = _OLD_KEY.sub(lambda match: RENAMED_KEYS[match[2]], text)
        with atomic_write(path) as out:
            out.write(renamed.encode("utf-8", "surrogateescape"))
    verb = "would rename" if dry else "renamed"
    return f"{verb} {', '.join(f'{old} to {RENAMED_KEYS[old]}' for old in old_keys)}" if old_keys else ""
