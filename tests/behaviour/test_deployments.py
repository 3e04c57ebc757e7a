from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml
from prefect.runtime import flow_run

from extractors.portals.portal import FIRST_YEAR, write_portal
from flows.ledger.ledger import Ledger
from flows.maintain import flow as maintain_flow
from flows.nightly import flow as nightly_flow
from tests.support.paths import REPOSITORY
from tests.support.portals.county import GOVERNMENT, County
from tests.support.processes.command import nianbao
from tests.support.servers.dask import dask_cluster
from tests.support.servers.prefect import LONGEST_RUN, Server, commands, prefect_server
from tests.support.servers.s3 import S3
from tests.support.servers.scripted import Answer, RecordedRequest
from tests.support.warehouse.place import warehouse_files
from warehouse.query.query import connect
from warehouse.query.query import run as run_sql
from warehouse.storage.store import Store, open_store

DECLARED: dict[str, Any] = yaml.safe_load((REPOSITORY / "prefect.yaml").read_text("utf-8"))

# The keys that Prefect 3.8 reads; it drops all others in silence. Source: the models of prefect.cli.deploy._models
# (PrefectYamlModel, DeploymentConfig, WorkPoolConfig, ConcurrencyLimitSpec, RawScheduleConfig), as described at
# https://docs.prefect.io/v3/how-to-guides/deployments/prefect-yaml
FILE_KEYS = {"prefect-version", "name", "build", "push", "pull", "deployments"}
DEPLOYMENT_KEYS = {
    *("name", "version", "version_type", "tags", "description", "schedule", "schedules", "paused"),
    *("concurrency_limit", "flow_name", "entrypoint", "parameters", "enforce_parameter_schema"),
    *("build", "push", "pull", "work_pool", "triggers", "sla"),
}
WORK_POOL_KEYS = {"name", "work_queue_name", "job_variables"}
CONCURRENCY_KEYS = {"limit", "collision_strategy", "grace_period_seconds"}
SCHEDULE_KEYS = {
    *("cron", "interval", "rrule", "timezone", "anchor_date", "active", "parameters", "slug", "replaces", "day_or"),
}


def test_prefect_yaml_has_no_key_that_prefect_would_drop() -> None:
    assert set(DECLARED) <= FILE_KEYS
    for deployment in DECLARED["deployments"]:
        assert set(deployment) <= DEPLOYMENT_KEYS
        assert set(deployment["work_pool"]) <= WORK_POOL_KEYS
        assert set(deployment["concurrency_limit"]) <= CONCURRENCY_KEYS
        for schedule in deployment["schedules"]:
            assert set(schedule) <= SCHEDULE_KEYS


def test_the_nightly_run_is_declared_for_two_in_the_morning_in_china() -> None:
    (nightly,) = [deployment for deployment in DECLARED["deployments"] if deployment["name"] == "nightly"]
    assert nightly["schedules"] == [{"cron": "0 2 * * *", "timezone": "Asia/Shanghai", "active": True}]
    assert nightly["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}
    assert nightly["entrypoint"] == "flows.nightly.flow.nightly"


@pytest.mark.parametrize("names", [nightly_flow._name, maintain_flow._name], ids=["nightly", "maintain"])
def test_a_run_is_named_by_the_day_in_china(names: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
    two_in_the_morning = datetime(2026, 3, 31, 18, tzinfo=UTC)
    monkeypatch.setattr(flow_run, "get_scheduled_start_time", lambda: two_in_the_morning)
    monkeypatch.setattr(flow_run, "get_parameters", dict)
    assert names().split()[1] == "2026-04-01"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Yield a Prefect server to which the repository was deployed."""
    with prefect_server(tmp_path_factory.mktemp("server")) as server:
        _, api, deploy, _ = commands("Every night")
        assert api.startswith("export PREFECT_API_URL=http")
        done = server.command(deploy)
        assert done.returncode == 0, done.stdout
        yield server


def test_a_server_that_is_started_again_knows_who_holds_the_place_of_a_run(server: Server) -> None:
    concurrency = server.ask("admin/settings")["server"]["concurrency"]
    assert concurrency["lease_storage"] == "prefect.server.concurrency.lease_storage.filesystem"


def test_a_server_that_does_not_answer_is_one_line(tmp_path: Path) -> None:
    done = nianbao("deploy", folder=tmp_path, PREFECT_API_URL="http://127.0.0.1:9/api")
    assert done.code == 1
    (line,) = done.error_lines
    assert line.startswith("nianbao: no Prefect server answers at http://127.0.0.1:9/api")
    assert "prefect server start" in line


def test_the_next_runs_are_scheduled_by_the_server(server: Server) -> None:
    """Two in the morning in China is 18:00 of the day before, UTC."""
    deployed, deadline = server.deployment("nightly", "nightly")["id"], time.monotonic() + 60
    wanted = {"deployments": {"id": {"any_": [deployed]}}, "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
    while not (runs := server.ask("flow_runs/filter", **wanted)) and time.monotonic() < deadline:
        time.sleep(0.5)
    assert {one["expected_start_time"][11:16] for one in runs} == {"18:00"}


def test_plain_prefect_deploys_the_same(server: Server) -> None:
    done = server.command("prefect --no-prompt deploy --all")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("declared", DECLARED["deployments"], ids=lambda declared: str(declared["name"]))
def test_what_was_deployed_is_what_the_file_declares(server: Server, declared: dict[str, Any]) -> None:
    deployed = server.deployment(declared["entrypoint"].rpartition(".")[2], declared["name"])
    for key in ("name", "description", "entrypoint", "tags", "parameters"):
        assert deployed[key] == declared[key], key
    assert deployed["paused"] is False
    assert deployed["work_pool_name"] == declared["work_pool"]["name"]
    found = {one["schedule"]["cron"]: one | one["schedule"] for one in deployed["schedules"]}
    assert len(found) == len(declared["schedules"])
    for schedule in declared["schedules"]:
        assert {key: found[schedule["cron"]][key] for key in schedule} == schedule
    assert deployed["enforce_parameter_schema"] is True
    properties = deployed["parameter_openapi_schema"]["properties"]
    assert set(declared["parameters"]) <= set(properties)
    assert all("description" in one and {"type", "anyOf"} & set(one) for one in properties.values())
    assert deployed["global_concurrency_limit"]["limit"] == declared["concurrency_limit"]["limit"]
    strategy = declared["concurrency_limit"]["collision_strategy"]
    assert deployed["concurrency_options"]["collision_strategy"] == strategy


def test_years_of_a_backfill_have_a_bound_that_prefect_holds(server: Server) -> None:
    properties = server.deployment("backfill", "backfill")["parameter_openapi_schema"]["properties"]
    for name in ("first", "last"):
        assert {"type": "integer", "minimum": FIRST_YEAR} in properties[name]["anyOf"]


def test_nightly_runs_from_its_deployment(server: Server, county: County, tmp_path: Path) -> None:
    for year in (2022, 2023):
        county.add(GOVERNMENT, year)
    data = tmp_path / "data"
    with County() as refusing:
        refusing.serve(refusing.list_path, lambda _: Answer(status=412))
        write_portal(county.file(), data / "portals")
        write_portal(refusing.file().model_copy(update={"id": "refusing"}), data / "portals")
        settings = {
            "NIANBAO_DATA_ROOT": str(data),
            "NIANBAO_ALLOW_PRIVATE_HOSTS": f"{county.authority},{refusing.authority}",
            "NIANBAO_RETRIES": "0",
        }
        with server.worker(**settings):
            anonymous = server.wait_for(server.run("nightly", portals=["weihai"], recheck_days=0))
            run = server.wait_for(server.run("nightly", portals=["jiazi", "refusing"], recheck_days=0))
    assert (anonymous["state_type"], "set NIANBAO_CONTACT" in anonymous["state"]["message"]) == ("FAILED", True)
    assert run["name"].startswith("nightly ")
    assert run["name"].endswith(" jiazi, refusing")
    assert (run["state_type"], "refusing: the list is incomplete" in run["state"]["message"]) == ("FAILED", True)
    published = {path.split("/")[2] for path in warehouse_files(data / "warehouse") if path.startswith("reports/")}
    assert published == {"year=2022", "year=2023"}
    _assert_seen(server, run["id"])
    status = nianbao("status", folder=tmp_path)
    assert "nightly" in status.out


def _assert_seen(server: Server, run_id: str) -> None:
    tasks = server.ask("task_runs/filter", flow_runs={"id": {"any_": [run_id]}})
    assert {task["name"] for task in tasks} >= {"jiazi all years", "refusing all years"}
    found = server.ask("artifacts/filter", artifacts={"flow_run_id": {"any_": [run_id]}})
    artifacts = {one["key"]: one for one in found if one["key"]}
    assert set(artifacts) == {"nightly-progress", "nightly-run", "nightly-alarms", "coverage"}
    assert artifacts["nightly-progress"]["data"] == 100
    assert "| published | 2 |" in artifacts["nightly-run"]["data"]
    assert "| portals blocked | 1 |" in artifacts["nightly-run"]["data"]
    covered = {row["year"]: row["percent"] for row in json.loads(artifacts["coverage"]["data"])}
    assert (covered[2022], covered[2023]) == (100, 100)
    (alarm,) = json.loads(artifacts["nightly-alarms"]["data"])
    assert (alarm["portal"], alarm["kind"]) == ("refusing", "blocked")
    assert "jiazi: fetch and read 2/2" in _logs(server, run_id)
    events = _events(server)
    assert sorted(name for name, _ in events if name.startswith("report.")) == ["report.published"] * 2
    assert [event for event in events if event[0] == "portal.alarm"] == [("portal.alarm", "nianbao.portal.refusing")]


def _logs(server: Server, run_id: str) -> set[str]:
    return {line["message"] for line in server.ask("logs/filter", logs={"flow_run_id": {"any_": [run_id]}})}


def _events(server: Server) -> list[tuple[str, str]]:
    """Name and resource of our events, once all have come: they are sent while the run goes on."""
    wanted = {"event": {"prefix": ["report.", "portal."]}}
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = server.ask("events/filter", filter=wanted)["events"]
        if len(found) >= 3:
            break
        time.sleep(0.5)
    return [(one["event"], one["resource"]["prefect.resource.id"]) for one in found]


class SlowCounty(County):
    """A portal that takes its time from when it is told to."""

    pause = 0.0

    def answer(self, asked: RecordedRequest) -> Answer:
        time.sleep(self.pause)
        return super().answer(asked)


def test_many_machines_publish_what_one_does(server: Server, s3: S3, postgres_url: str, tmp_path: Path) -> None:
    with ExitStack() as stack:
        counties, portals, expected = _crawled_alone(stack, tmp_path)
        settings = _shared(counties, s3, postgres_url, tmp_path)
        assert _exported() <= {*settings, "PREFECT_API_URL"}
        cluster = stack.enter_context(dask_cluster(server.environment | settings, tmp_path))
        settings["NIANBAO_DASK_ADDRESS"] = cluster.address
        for _ in range(2):
            stack.enter_context(server.worker(**settings))
        run_id = server.run("nightly", portals=portals, recheck_days=0)
        _wait_for_requests(counties, 8)
        cluster.workers[0].kill()
        run = server.wait_for(run_id)
    assert run["state_type"] == "COMPLETED", run["state"]
    assert _published(open_store(settings["NIANBAO_WAREHOUSE_URL"])) == expected
    assert len(expected["reports"]) == 12
    assert {f"{portal}: fetch and read 3/3" for portal in portals} <= _logs(server, run_id)
    with Ledger(postgres_url) as ledger:
        (entered,) = ledger.runs.last(5)
    assert (entered.flow, entered.alarms) == ("nightly", [])


@pytest.mark.long  # the dead run keeps its place for five minutes
def test_another_machine_goes_on_where_one_died(server: Server, s3: S3, postgres_url: str, tmp_path: Path) -> None:
    """A worker and the flow that it runs die together, as with their machine; the server is told by nobody."""
    with ExitStack() as stack:
        counties, portals, expected = _crawled_alone(stack, tmp_path)
        settings = _shared(counties, s3, postgres_url, tmp_path)
        dying = stack.enter_context(server.worker(**settings))
        server.run("nightly", portals=portals, recheck_days=0)
        _wait_for_requests(counties, 8)
        machine = psutil.Process(dying.pid)
        for process in (*machine.children(recursive=True), machine):
            process.kill()
        asked = sum(len(county.requests) for county in counties)
        stack.enter_context(server.worker(**settings))
        run = server.wait_for(server.run("nightly", portals=portals, recheck_days=0))
        assert (run["state_type"], sum(len(county.requests) for county in counties)) == ("CANCELLED", asked)
        deadline = time.monotonic() + 480
        while run["state_type"] == "CANCELLED" and time.monotonic() < deadline:
            time.sleep(20)
            run = server.wait_for(server.run("nightly", portals=portals, recheck_days=0))
    assert run["state_type"] == "COMPLETED", run["state"]
    assert _published(open_store(settings["NIANBAO_WAREHOUSE_URL"])) == expected


def _crawled_alone(
    stack: ExitStack, folder: Path
) -> tuple[list[SlowCounty], list[str], dict[str, list[tuple[object, ...]]]]:
    """Four portals that are slow from now on, their ids, and what one machine has published of them."""
    counties = [stack.enter_context(SlowCounty()) for _ in range(4)]
    portals = _portals(counties, folder)
    hosts = ",".join(county.authority for county in counties)
    alone = nianbao("crawl", *portals, "--quiet", folder=folder, NIANBAO_ALLOW_PRIVATE_HOSTS=hosts)
    assert (alone.code, alone.err) == (0, "")
    for county in counties:
        county.pause = 0.3
        county.requests.clear()
    return counties, portals, _published(open_store(folder / "data" / "warehouse"))


def _shared(counties: Sequence[County], s3: S3, postgres_url: str, folder: Path) -> dict[str, str]:
    """Return the settings of machines that share everything but the files of the portals."""
    places = {f"NIANBAO_{name.upper()}_URL": f"{s3.url}/{name}" for name in ("archive", "warehouse", "quarantine")}
    return {
        **s3.environment,
        **places,
        "NIANBAO_LEDGER_URL": postgres_url,
        "NIANBAO_DATA_ROOT": str(folder / "data"),
        "NIANBAO_ALLOW_PRIVATE_HOSTS": ",".join(county.authority for county in counties),
    }


def _portals(counties: Sequence[County], folder: Path) -> list[str]:
    """Return the ids of portals with three reports each, whose files every machine has."""
    names = []
    for number, county in enumerate(counties, 1):
        for year in (2021, 2022, 2023):
            county.add(GOVERNMENT, year)
        code = f"CN-99010{number}"
        changes = {"id": f"p{number}", "jurisdiction": code, "divisions": {"甲子县": code}}
        write_portal(county.file().model_copy(update=changes), folder / "data" / "portals")
        names.append(f"p{number}")
    return names


def _exported() -> set[str]:
    """Return the settings that docs/operate.md names for many machines."""
    return {
        name
        for line in commands("On many machines")
        if line.startswith("export ")
        for name in re.findall(r"(\w+)=", line)
    }


def _wait_for_requests(counties: Sequence[County], count: int) -> None:
    deadline = time.monotonic() + LONGEST_RUN
    while sum(len(county.requests) for county in counties) < count:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _published(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Table → rows, without the moments at which they were fetched."""
    moments = "first_seen, last_checked, last_changed"
    with connect(store) as connection:
        return {
            table: run_sql(
                connection, f"SELECT * {f'EXCLUDE ({moments})' if table == 'reports' else ''} FROM {table} ORDER BY ALL"
            ).rows
            for table in ("reports", "requests", "disclosures", "proceedings", "statements", "findings")
        }
