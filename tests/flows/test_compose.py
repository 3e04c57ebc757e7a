"""The compose file names settings and commands that are there."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.settings import Settings
from tests.support.paths import REPOSITORY

COMPOSE: dict[str, Any] = yaml.safe_load((REPOSITORY / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
OWN = {name: service for name, service in SERVICES.items() if service["image"] == "nianbao"}


def test_every_setting_is_one_of_ours_and_what_machines_share_is_no_folder() -> None:
    given = COMPOSE["x-nianbao"]["environment"]
    ours = {name.removeprefix("NIANBAO_").lower() for name in given if name.startswith("NIANBAO_")}
    assert ours <= set(Settings.model_fields)
    assert {"archive_url", "warehouse_url", "quarantine_url", "ledger_url", "dask_address"} <= ours
    assert all("://" in given[f"NIANBAO_{name}_URL"] for name in ("ARCHIVE", "WAREHOUSE", "QUARANTINE", "LEDGER"))


def test_the_document_names_what_people_must_set() -> None:
    wanted = set(re.findall(r"\$\{(\w+):\?", (REPOSITORY / "compose.yaml").read_text("utf-8")))
    text = (REPOSITORY / "docs" / "operate.md").read_text("utf-8")
    section = text.partition("## On many machines")[2].partition("\n## ")[0]
    assert wanted == {name for name in wanted if f"`{name}`" in section} != set()


@pytest.mark.parametrize("name", OWN)
def test_commands_are_installed_with_what_the_image_installs(name: str) -> None:
    program, *arguments = shlex.split(OWN[name]["command"])
    if program != "sh":
        assert shutil.which(program, path=str(Path(sys.executable).parent)), program
    else:
        for code in re.findall(r'-c "(.*?)"', arguments[1]):
            compile(code, name, "exec")


def test_services_wait_for_services_that_there_are() -> None:
    for service in SERVICES.values():
        assert set(service.get("depends_on", {})) <= set(SERVICES)
        for volume in service.get("volumes", []):
            place = volume.partition(":")[0]
            assert place.startswith("./") or place in COMPOSE["volumes"]


def test_the_image_holds_all_packages_and_what_they_read() -> None:
    copied = re.findall(r"^COPY (.+)$", (REPOSITORY / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    names = {name for line in copied for name in line.split()[:-1]}
    assert {"extractors", "transforms", "warehouse", "flows", "prefect.yaml", "pyproject.toml"} <= names
    assert all((REPOSITORY / name).exists() for name in names)
