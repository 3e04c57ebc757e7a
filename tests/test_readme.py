"""Everything that the README tells a reader to type is run, and its output is what the README prints."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from extractors.portals.sample.catalogue import find_report
from extractors.portals.sample.site import Site
from tests.support.fixtures import Demo
from tests.support.paths import REPOSITORY

README = (REPOSITORY / "README.md").read_text("utf-8")
_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def _commands() -> list[tuple[str, list[str]]]:
    """Every command of the console blocks in order, with the lines that it prints (none: not shown)."""
    commands: list[tuple[str, list[str]]] = []
    for line in "".join(_BLOCK.findall(README)).splitlines():
        if line.startswith("$ "):
            commands.append((line[2:], []))
        elif line.startswith("> "):
            commands[-1] = (f"{commands[-1][0]}\n{line[2:]}", [])
        else:
            commands[-1][1].append(line.rstrip())
    return commands


def _run_all(demo: Demo) -> list[list[str]]:
    """The output of each command, typed one after the other into one shell in the demonstration's folder."""
    (demo.folder / "report.html").write_bytes(_page())
    commands = "\n".join(f"{command}\necho '@@@'" for command, _ in _commands())
    script = f"trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n{commands}"
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=demo.folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    outputs = done.stdout.split("@@@\n")[:-1]
    return [[line.rstrip() for line in output.splitlines()] for output in outputs]


def _page() -> bytes:
    resource = Site().get(find_report("甲子县", 2024).path)
    assert resource is not None
    return resource.body


def test_every_command_runs_and_prints_what_the_readme_shows(demo: Demo) -> None:
    outputs = _run_all(demo)
    commands = _commands()
    assert len(outputs) == len(commands) >= 8
    for (command, shown), output in zip(commands, outputs, strict=True):
        if shown:
            assert output == shown, command


def test_first_screen_names_the_two_commands_and_a_query() -> None:
    first_screen = README.splitlines()[:45]
    text = "\n".join(first_screen)
    assert "make demo" in text
    assert "make test" in text
    assert "nianbao query" in text


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`?make ([a-z-]+)", README))))
def test_make_targets_exist(target: str) -> None:
    assert re.search(rf"^{target}:", (REPOSITORY / "Makefile").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("link", re.findall(r"\]\(((?!http|#)[^)]+)\)", README))
def test_links_lead_somewhere(link: str) -> None:
    assert (REPOSITORY / link).exists()


def test_keys_of_a_portal_file_are_those_of_the_program() -> None:
    from extractors.portals.portal import Portal

    _, _, section = README.partition("## Add a portal")
    keys = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", section.partition("\n## ")[0], re.MULTILINE)
    assert {key for names in keys for key in re.findall(r"\w+", names)} == set(Portal.model_fields)


def test_settings_are_those_of_the_program() -> None:
    from flows.settings import Settings

    named = set(re.findall(r"`NIANBAO_([A-Z_]+)`", README))
    assert named == {name.upper() for name in Settings.model_fields}
