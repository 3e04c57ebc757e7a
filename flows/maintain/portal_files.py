"""Portal files of a data root that an earlier version wrote, brought up to date.

Owns the keys that were renamed. The rest of a file stays as people wrote it, comments included.
"""

from __future__ import annotations

import re
from pathlib import Path

from extractors.portals.portal import RENAMED_KEYS
from nianbao import atomic_write
from warehouse.maintain import MaintenanceStep

_OLD_KEY = re.compile(rf"^({'|'.join(RENAMED_KEYS)})(?=\s*:)", re.MULTILINE)


def rename_portal_keys(folder: Path, *, dry: bool) -> MaintenanceStep:
    """Rename the keys of portal files below a folder that have another name today, or with `dry` only report them."""
    step = MaintenanceStep("portals")
    for path in sorted(folder.rglob("*.yml")):
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        found = sorted({match[1] for match in _OLD_KEY.finditer(text)})
        if not found:
            continue
        step.done.append(f"{path}: {', '.join(f'{old} is {RENAMED_KEYS[old]} now' for old in found)}")
        if not dry:
            renamed = _OLD_KEY.sub(lambda match: RENAMED_KEYS[match[1]], text)
            with atomic_write(path) as out:
                out.write(renamed.encode("utf-8", "surrogateescape"))
    return step
