from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.flows.command import clean_environment

REPOSITORY = Path(__file__).parents[2]
DECLARED: dict[str, Any] = yaml.safe_load((REPOSITORY / "prefect.yaml").read_text("utf-8"))
LONGEST_START = 120

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
    assert nightly["entrypoint"] == "flows/nightly.py:nightly"


@dataclass(frozen=True, slots=True)
class Server:
    """A Prefect server of our own, to which the repository was deployed."""

    api: str
    deploy: subprocess.CompletedProcess[str]

    def deployment(self, flow: str, name: str) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.api}/deployments/name/{flow}/{name}", timeout=30) as response:
            found: dict[str, Any] = json.load(response)
        return found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home, port = tmp_path_factory.mktemp("server"), _free_port()
    api = f"http://127.0.0.1:{port}/api"
    environment = clean_environment() | {
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": api,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_ENABLED": "false",
    }
    command = [*_prefect("server", "start"), "--host", "127.0.0.1", "--port", str(port)]
    with (
        (home / "server.log").open("wb") as log,
        subprocess.Popen(command, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            _wait_until_healthy(api, process, home / "server.log")
            _run("work-pool", "create", "nianbao", "--type", "process", environment=environment).check_returncode()
            yield Server(api, _run("--no-prompt", "deploy", "--all", environment=environment))
        finally:
            process.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _prefect(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "prefect", *arguments]


def _run(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _prefect(*arguments),
        cwd=REPOSITORY,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=LONGEST_START,
        check=False,
    )


def _wait_until_healthy(api: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text("utf-8")
        try:
            with urllib.request.urlopen(f"{api}/health", timeout=5) as response:
                assert response.status == 200
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    pytest.fail(f"no server within {LONGEST_START} s: {log.read_text('utf-8')}")


def test_deploying_ends_without_an_error(server: Server) -> None:
    assert server.deploy.returncode == 0, server.deploy.stdout


@pytest.mark.parametrize("declared", DECLARED["deployments"], ids=lambda declared: str(declared["name"]))
def test_what_was_deployed_is_what_the_file_declares(server: Server, declared: dict[str, Any]) -> None:
    deployed = server.deployment(declared["entrypoint"].split(":")[1], declared["name"])
    for key in ("name", "description", "entrypoint", "tags", "parameters"):
        assert deployed[key] == declared[key], key
    assert deployed["paused"] is False
    assert deployed["work_pool_name"] == declared["work_pool"]["name"]
    schedules = [{**one["schedule"], "active": one["active"]} for one in deployed["schedules"]]
    assert [{key: one[key] for key in ("cron", "timezone", "active")} for one in schedules] == declared["schedules"]
    assert deployed["global_concurrency_limit"]["limit"] == declared["concurrency_limit"]["limit"]
    strategy = declared["concurrency_limit"]["collision_strategy"]
    assert deployed["concurrency_options"]["collision_strategy"] == strategy
