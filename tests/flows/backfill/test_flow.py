"""A backfill seen in Prefect: a run of its deployment."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors.portals.portal import write_portal
from tests.support.portals.county import GOVERNMENT, County
from tests.support.servers.prefect import prefect_server
from tests.support.servers.scripted import Answer
from warehouse.query.query import connect, run


@pytest.mark.long
def test_backfill_runs_from_its_deployment(county: County, tmp_path: Path) -> None:
    county.add(GOVERNMENT, 2022)
    gone = county.add(GOVERNMENT, 2021, Answer(status=404))
    write_portal(county.file(), tmp_path / "data" / "portals")
    home = tmp_path / "prefect"
    home.mkdir()
    settings = {
        "NIANBAO_DATA_ROOT": str(tmp_path / "data"),
        "NIANBAO_ALLOW_PRIVATE_HOSTS": county.authority,
        "NIANBAO_RETRIES": "0",
    }
    with prefect_server(home) as server:
        deployed = server.command("nianbao deploy")
        assert deployed.returncode == 0, deployed.stdout
        with server.worker(**settings):
            seen = server.wait_for(server.run("backfill", first=2021, last=2022, portals=["jiazi"], gaps=False))
            gaps = server.wait_for(server.run("backfill", first=2022, portals=["jiazi"], gaps=True))
            every = server.wait_for(server.run("backfill", province="山东", first=2022, last=2021))
        own = {"flow_run_id": {"any_": [seen["id"]]}}
        artifacts = server.ask("artifacts/filter", artifacts=own)
        logged = server.ask("logs/filter", logs=own)
        tasks = server.ask("task_runs/filter", flow_runs={"id": {"any_": [seen["id"]]}})
    assert (seen["name"], seen["state_type"]) == ("backfill 2021–2022 jiazi", "FAILED")
    assert county.url + gone in seen["state"]["message"]
    assert [task["name"] for task in tasks] == ["jiazi 2021–2022"]
    assert any("reports that are still missing: failed 1" in one["message"] for one in logged)
    assert (gaps["name"], gaps["state_type"]) == ("gaps 2022– jiazi", "COMPLETED")
    assert (every["name"], every["state_type"]) == ("gaps 2022–2021 山东", "FAILED")
    assert "the first year, 2022, is after the last, 2021" in every["state"]["message"]
    assert {artifact["key"] for artifact in artifacts if artifact["key"]} == {
        "backfill-progress",
        "backfill-run",
        "backfill-alarms",
        "coverage",
    }
    with connect(tmp_path / "data" / "warehouse") as connection:
        assert run(connection, "SELECT year FROM reports").rows == [(2022,)]
