"""The documents are true: their commands run and print what is shown, and what they name exists."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import pytest

from extractors.portals.portal import Portal
from flows.settings import Settings
from tests.support.fixtures import Demo
from tests.support.paths import REPOSITORY
from tests.support.processes.command import clean_environment
from tests.support.sample_portal.catalogue import find_report
from tests.support.sample_portal.site import Site

DOCUMENTS = [
    REPOSITORY / "README.md",
    REPOSITORY / "CONTRIBUTING.md",
    *sorted((REPOSITORY / "docs").rglob("*.md")),
]
RECIPES = sorted((REPOSITORY / "docs" / "recipes").glob("*.md"))
PORTALS = REPOSITORY / "docs" / "portals.md"
CODE = ("nianbao.py", "extractors", "transforms", "warehouse", "flows", "tests", "prefect.yaml", "compose.yaml")
"""What a contributor has in the clone and the tests of recipes need, beside the documents."""
PORT = 20080
"""Where the documents serve the sample portal; tests take a free port, for others may run them at the same time."""
_BLOCK = re.compile(r"(?:^`(?P<path>[\w./-]+)`:\n\n)?^```(?P<kind>\w+)\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)
_PLACE = re.compile(r"(?<![\w/.<>{}*-])(?:flows|extractors|transforms|warehouse|tests|docs)/[\w./-]*\w")
_FILE = re.compile(r"`(?P<name>[\w.-]+\.(?:py|yml|yaml|md|toml)|Makefile|Dockerfile)`")


def text_of(document: Path) -> str:
    return document.read_text("utf-8")


def names(documents: list[Path]) -> list[str]:
    return [str(document.relative_to(REPOSITORY)) for document in documents]


@dataclass
class Command:
    """A command as a reader types it, and the lines that it prints (none: not shown)."""

    text: str
    shown: list[str] = field(default_factory=list)


@dataclass
class Script:
    """The blocks of a document as one shell script; each command's output ends in a line of its own."""

    lines: list[str] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)

    def add_console(self, block: str) -> None:
        commands: list[Command] = []
        for line in block.splitlines():
            if line.startswith("$ "):
                commands.append(Command(line[2:]))
            elif line.startswith("> "):
                commands[-1].text += f"\n{line[2:]}"
            else:
                commands[-1].shown.append(line.rstrip())
        self.commands += commands
        self.lines += [f"{command.text}\necho '@@@'" for command in commands]

    def add_file(self, path: str, text: str) -> None:
        self.lines.append(f"cat >{path} <<'@@@ END'\n{text}@@@ END")

    def add_change(self, diff: str) -> None:
        """Return a change of a file as `diff` prints it, without numbers of lines."""
        for of_file in diff.split("--- a/")[1:]:
            head, *hunks = of_file.split("@@\n")
            for hunk in hunks:
                before = "".join(f"{line[1:]}\n" for line in hunk.splitlines() if not line.startswith("+"))
                after = "".join(f"{line[1:]}\n" for line in hunk.splitlines() if not line.startswith("-"))
                change = f"assert text.count({before!r}) == 1; path.write_text(text.replace({before!r}, {after!r}))"
                code = f"import pathlib\npath = pathlib.Path({head.split()[0]!r}); text = path.read_text()\n{change}"
                self.lines.append(f"python - <<'@@@ END'\n{code}\n@@@ END")


def script_of(document: Path, port: int = PORT) -> Script:
    """Return the script of a document, with the sample portal at another port than the one that is shown."""
    script = Script()
    for block in _BLOCK.finditer(text_of(document).replace(str(PORT), str(port))):
        if block["kind"] == "console":
            script.add_console(block["text"])
        elif block["kind"] == "diff":
            script.add_change(block["text"])
        elif block["path"]:
            script.add_file(block["path"], block["text"])
    return script


WITH_COMMANDS = [document for document in DOCUMENTS if script_of(document).commands]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the clone, which recipes may change."""
    folder = tmp_path_factory.mktemp("clone")
    for name in (*CODE, "pyproject.toml", "README.md", "CONTRIBUTING.md", "Makefile"):
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    return folder


def _folder_for(document: Path, demo: Demo, clone: Path, folder: Path) -> Path:
    """Return an empty folder, or for a recipe a copy of the clone, with a demonstration's data and a report in it."""
    if document in RECIPES:
        shutil.copytree(clone, folder, dirs_exist_ok=True)
    shutil.copytree(demo.folder / "data", folder / "data")
    resource = Site().get(find_report("甲子县", 2024).path)
    assert resource is not None
    (folder / "report.html").write_bytes(resource.body)
    return folder


@pytest.mark.parametrize("document", WITH_COMMANDS, ids=names(WITH_COMMANDS))
def test_every_command_runs_and_prints_what_is_shown(document: Path, demo: Demo, clone: Path, tmp_path: Path) -> None:
    folder = _folder_for(document, demo, clone, tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    script = script_of(document, port)
    lines = ["trap 'kill $(jobs -p) 2>/dev/null || true' EXIT", *script.lines]
    environment = clean_environment() | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    if document in RECIPES:
        environment["PYTHONPATH"] = str(folder)
    done = subprocess.run(
        ["bash", "-e", "-c", "\n".join(lines)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    outputs = [
        [line.rstrip() for line in output.splitlines()] for output in done.stdout.split("@@@\n")[: len(script.commands)]
    ]
    for command, output in zip(script.commands, outputs, strict=True):
        if command.shown:
            assert output == command.shown, command.text


def sessions_of(document: Path) -> str:
    """Return a document's sessions in Python as one."""
    return "".join(block["text"] for block in _BLOCK.finditer(text_of(document)) if block["kind"] == "pycon")


WITH_SESSIONS = [document for document in DOCUMENTS if sessions_of(document)]


@pytest.mark.parametrize("document", WITH_SESSIONS, ids=names(WITH_SESSIONS))
def test_every_session_in_python_prints_what_is_shown(
    document: Path, demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(demo.folder / "data", tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    told = StringIO()
    session = doctest.DocTestParser().get_doctest(sessions_of(document), {}, document.name, str(document), 0)
    # Lines of data frames end in blanks, which no document keeps.
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    doctest.DocTestRunner(optionflags=flags).run(session, out=told.write)
    assert told.getvalue() == ""


def test_what_a_newcomer_reads_first_has_commands() -> None:
    first_screen = "\n".join(text_of(REPOSITORY / "README.md").splitlines()[:45])
    assert all(words in first_screen for words in ("make demo", "make test", "nianbao query"))
    assert {"README.md", "docs/query.md", "docs/operate.md"} <= set(names(WITH_COMMANDS))


@pytest.mark.parametrize("recipe", RECIPES, ids=names(RECIPES))
def test_each_recipe_ends_in_the_command_that_checks_it(recipe: Path) -> None:
    _, _, check = text_of(recipe).partition("**Check it:**\n\n")
    assert re.fullmatch(r"```console\n\$ .*\n(?:.*\n)*?```\n", check)


@pytest.mark.parametrize("document", DOCUMENTS, ids=names(DOCUMENTS))
def test_make_targets_exist(document: Path) -> None:
    targets = set(re.findall(r"(?:^|`)make ([a-z-]+)", text_of(document), re.MULTILINE))
    assert targets <= set(re.findall(r"^([a-z-]+):", text_of(REPOSITORY / "Makefile"), re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS, ids=names(DOCUMENTS))
def test_links_lead_somewhere(document: Path) -> None:
    for place, _, heading in re.findall(r"\]\(((?!http)[^)#]*)(#?)([^)]*)\)", text_of(document)):
        target = document.parent / place if place else document
        assert target.exists(), place
        if heading:
            assert heading in set(_anchors(target)), f"{place}#{heading}"


def _anchors(document: Path) -> Iterator[str]:
    for heading in re.findall(r"^#+ (.+)$", text_of(document), re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("document", DOCUMENTS, ids=names(DOCUMENTS))
def test_files_that_are_named_exist(document: Path) -> None:
    text = text_of(document)
    made = {block["path"] for block in _BLOCK.finditer(text)}
    made |= set(re.findall(r"^\$ cp \S+ (\S+)$", text, re.MULTILINE))
    places = {place for place in _PLACE.findall(text) if "NNNN" not in place}
    assert {place for place in places - made if not (REPOSITORY / place).exists()} == set()
    named = {name for name in _FILE.findall(text) if not (REPOSITORY / name).exists()}
    assert {name for name in named if not any(REPOSITORY.glob(f"*/**/{name}"))} == set()


def test_each_folder_of_code_is_named_in_the_architecture() -> None:
    text = text_of(REPOSITORY / "docs" / "architecture.md")
    rooms = {
        folder.name
        for top in ("flows", "extractors", "transforms", "warehouse")
        for folder in (REPOSITORY / top).iterdir()
        if (folder / "__init__.py").exists()
    }
    assert {room for room in rooms if f"{room}/" not in text} == set()


def _sources() -> Iterator[tuple[str, str]]:
    """Every line of code, tests and declarations, with where it is."""
    for top in CODE:
        place = REPOSITORY / top
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.suffix in (".py", ".yml", ".yaml") and path != Path(__file__):
                for number, line in enumerate(text_of(path).splitlines(), 1):
                    yield f"{path.relative_to(REPOSITORY)}:{number}", line


def test_each_section_that_is_cited_is_a_heading_of_the_facts_on_portals() -> None:
    sections = set(re.findall(r"^#+ (\d+(?:\.\d+)?)\.? ", text_of(PORTALS), re.MULTILINE))
    cited = [
        (place, section)
        for place, line in _sources()
        if "PORTALS §" in line
        for section in re.findall(r"(?<!RFC \d{4} )§(\d+(?:\.\d+)?)", line)
    ]
    assert len(cited) > 50
    assert [where for where in cited if where[1] not in sections] == []


def test_each_case_that_is_cited_is_one_of_the_facts_on_portals() -> None:
    _, _, section = text_of(PORTALS).partition("\n## 11.")
    cases = set(re.findall(r"^(\d+)\. ", section.partition("\n## ")[0], re.MULTILINE))
    cited = [
        (place, case)
        for place, line in _sources()
        for found in re.findall(r"[Cc]ases? ([\d, and]+) of PORTALS §11|def test_case_(\d+)_", line)
        for case in re.findall(r"\d+", " ".join(found))
    ]
    assert cited
    assert [where for where in cited if where[1] not in cases] == []


def test_no_other_document_is_cited_by_its_sections() -> None:
    found = [place for place, line in _sources() if re.search(r"\bDESIGN\b|\bHOUSE\b", line)]
    assert found == []


def test_keys_of_a_portal_file_are_those_of_the_program() -> None:
    text = text_of(REPOSITORY / "docs" / "recipes" / "add-a-portal.md")
    keys = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", text, re.MULTILINE)
    assert {key for of_row in keys for key in re.findall(r"\w+", of_row)} == set(Portal.model_fields)


def test_settings_are_those_of_the_program() -> None:
    _, _, section = text_of(REPOSITORY / "docs" / "operate.md").partition("\n## Settings\n")
    named = set(re.findall(r"`NIANBAO_([A-Z_]+)`", section))
    assert named == {name.upper() for name, field in Settings.model_fields.items() if not field.deprecated}
