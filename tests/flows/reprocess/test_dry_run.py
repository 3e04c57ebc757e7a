"""A dry run tries everything on the stores that the workspace has opened."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from extractors.archive.quarantine import Origin
from flows.reprocess.dry_run import dry_run
from flows.settings import Settings
from flows.workspace import open_workspace
from warehouse.storage.overlay import OverlayStore


def test_a_dry_run_lies_over_the_opened_quarantine_and_leaves_it_alone(tmp_path: Path) -> None:
    with open_workspace(Settings(data_root=tmp_path)) as workspace:
        trial = dry_run(workspace)
        assert isinstance(trial.quarantine.store, OverlayStore)
        assert trial.quarantine.store.below is workspace.quarantine.store
        trial.quarantine.put(
            b"bytes",
            "text/plain",
            Origin(source="http://127.0.0.1:9/", portal="example"),
            "no report",
            datetime.now(UTC),
        )
        assert [data for _, data in trial.quarantined()] == [b"bytes"]
        assert list(workspace.quarantine.entries()) == []
