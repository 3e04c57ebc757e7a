"""The folder that everything lies in by default: made if it is missing, and refused in words if it cannot be used."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from flows.settings import Settings


def prepare_data_root(settings: Settings) -> None:
    """Create the data root if it is missing.

    Raises OSError, naming the setting, if it cannot be created, or if something must be created in it and cannot be.
    """
    root = settings.data_root
    try:
        root.mkdir(parents=True, exist_ok=True)
        if _must_be_writable(settings) and not os.access(root, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        remedy = "set NIANBAO_DATA_ROOT to a folder that you may write to"
        raise OSError(f"the data root {root} cannot be written ({error.strerror}): {remedy}") from error


def _must_be_writable(settings: Settings) -> bool:
    """Return whether the data root gets files or folders of its own: the ledger, or a store that has no folder yet."""
    stores = {
        settings.archive: settings.archive_url,
        settings.quarantine: settings.quarantine_url,
        settings.warehouse: settings.warehouse_url,
    }
    return settings.ledger_url is None or any(url is None and not Path(place).is_dir() for place, url in stores.items())
