"""The rendered portal as files, as it is shipped: `python -m tests.support.sample_portal.snapshot` writes them."""

from __future__ import annotations

import csv
import io
import shutil
from email.utils import format_datetime
from pathlib import Path

from extractors.portals.sample.server import file_of
from tests.support.paths import REPOSITORY
from tests.support.sample_portal.site import Site

SHIPPED = REPOSITORY / "extractors" / "portals" / "sample"


def snapshot() -> dict[str, bytes]:
    """Render the portal as files: `pages.csv`, and the bodies below `pages/`."""
    site = Site()
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(["path", "type", "modified"])
    files = {}
    for path in site.paths():
        resource = site.get(path)
        assert resource is not None
        rows.writerow([path, resource.content_type, format_datetime(resource.modified, usegmt=True)])
        files[f"pages/{file_of(path)}"] = resource.body
    return {"pages.csv": table.getvalue().encode("utf-8"), **files}


def write_snapshot(folder: Path) -> None:
    """Replace the snapshot in `folder`."""
    shutil.rmtree(folder / "pages", ignore_errors=True)
    for name, body in snapshot().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(body)


if __name__ == "__main__":
    write_snapshot(SHIPPED)
