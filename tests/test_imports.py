"""The direction of imports: evidence and promise know nothing of each other, and nobody knows the clock."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.paths import REPOSITORY

OURS = ("extractors", "transforms", "warehouse", "flows")
SAMPLE = "extractors.portals.sample"
SHARED = "nianbao"
"""The one module that every folder may import: it imports none of ours."""
ALLOWED = {
    "extractors": {"extractors"},
    "transforms": {"transforms", "extractors.document", "warehouse.schema"},
    "warehouse": {"warehouse"},
    "flows": {"flows", "extractors", "transforms", "warehouse"},
}
ROOMS = {
    "extractors": [
        ("hosts", "encoding", "document", "printed_dates"),
        ("characters", "drawn_tables", "lattice", "page_breaks", "page_numbers", "urls"),
        ("html",),
        ("media_type",),
        ("web", "zip_container"),
        ("archive", "portals", "dialects", "pdf", "scans", "office", "ofd"),
        ("discovery", "formats"),
        ("reader",),
        ("page_with_pictures",),
    ],
    "transforms": [
        ("parser_version",),
        ("jurisdictions", "forms"),
        ("chapters",),
        ("prose",),
        ("tables",),
        ("local_tables",),
        ("checks", "panel_checks"),
        ("decisions",),
        ("rows", "same_report", "split_reports", "identify"),
        ("dimension_rows",),
        ("report",),
    ],
    "warehouse": [
        ("paths", "arrow_types"),
        ("schema", "storage"),
        ("publish",),
        ("query", "describe"),
        ("release", "frames"),
        ("export",),
        ("maintain",),
    ],
    "flows": [
        ("ledger", "clock"),
        ("documents",),
        ("workers",),
        ("settings", "decisions"),
        ("data_root", "runs"),
        ("status", "workspace", "workspace_protocols"),
        ("steps",),
        ("nightly", "backfill", "reprocess", "maintain", "verify"),
        ("explorer",),
        ("cli",),
        ("__main__",),
    ],
}
"""Below each folder its rooms, floor by floor: a room imports those of lower floors, never a neighbour."""
LARGEST = 16
"""Modules that a folder may hold. With more, people no longer find a thing by guessing."""
WRITERS = {"write_table", "ParquetWriter", "write_to_dataset", "write_dataset", "write_metadata", "to_parquet"}


def modules(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((REPOSITORY / folder).rglob("*.py"))]


def name_of(path: Path) -> str:
    parts = path.relative_to(REPOSITORY).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> set[str]:
    """Absolute names that a module imports anywhere in it, each name of a `from` import with its module before it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def within(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def users(*packages: str) -> set[str]:
    """Our modules that import any of some packages."""
    return {name_of(path) for path in modules(*OURS) if any(within(name, *packages) for name in imported(path))}


@pytest.mark.parametrize("folder", OURS)
def test_each_folder_imports_only_what_its_place_in_the_order_allows(folder: str) -> None:
    assert modules(folder)
    for path in modules(folder):
        ours = {name for name in imported(path) if within(name, *OURS)}
        assert {name for name in ours if not within(name, *ALLOWED[folder])} == set(), path


def test_what_all_share_imports_none_of_ours() -> None:
    assert {name for name in imported(REPOSITORY / f"{SHARED}.py") if within(name, *OURS)} == set()


def test_nobody_imports_flows() -> None:
    assert {name for name in users("flows") if not within(name, "flows")} == set()


def test_the_sample_portal_imports_nothing_of_ours_outside_itself() -> None:
    assert modules(SAMPLE.replace(".", "/"))
    for path in modules(SAMPLE.replace(".", "/")):
        ours = {name for name in imported(path) if within(name, *OURS, SHARED)}
        assert {name for name in ours if not within(name, SAMPLE)} == set(), path


def test_reports_are_drawn_in_tests_alone() -> None:
    assert users("reportlab", "tests") == set()


def test_prefect_is_imported_in_flows_alone() -> None:
    found = users("prefect")
    assert "flows.nightly.flow" in found
    assert {name for name in found if not within(name, "flows")} == set()


def test_requests_is_imported_in_the_transport_alone() -> None:
    assert users("requests") == {"extractors.web.transport"}


def test_nothing_else_speaks_http_by_itself() -> None:
    """urllib3 stands below requests: `address_guard` checks its addresses, `tls` makes its contexts.

    `prefect_events` knows the errors of Prefect's client, which are httpx's.
    """
    others = users("urllib3", "httpx", "aiohttp", "urllib.request", "http.client")
    assert others <= {
        "extractors.web.transport",
        "extractors.web.address_guard",
        "extractors.web.tls",
        "flows.runs.prefect_events",
    }


def test_parquet_is_written_in_the_warehouse_alone() -> None:
    found = {name_of(path): set(_writers(path)) for path in modules(*OURS)}
    writing = {name for name, writers in found.items() if writers}
    assert "warehouse.publish.files" in writing
    assert {name for name in writing if not within(name, "warehouse")} == set()
    assert {name for name in users("pyarrow.parquet") if not within(name, "warehouse")} == set()


def _writers(path: Path) -> Iterator[str]:
    """Names of functions and methods that write Parquet, wherever the module mentions them."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr in WRITERS:
            yield node.attr
        elif isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names if alias.name in WRITERS)


def test_no_file_of_flows_hides_a_module_of_the_standard_library() -> None:
    """Prefect puts the folder of the flow's file first on the path for imports."""
    assert {path.stem for path in (REPOSITORY / "flows").rglob("*.py")} & set(sys.stdlib_module_names) == set()


def room_of(name: str) -> str:
    """Return the folder of a module within its top folder, or the module itself where it lies there."""
    return name.split(".")[1] if "." in name else ""


@pytest.mark.parametrize("folder", OURS)
def test_each_room_imports_only_those_of_lower_floors(folder: str) -> None:
    floors = {room: floor for floor, rooms in enumerate(ROOMS[folder]) for room in rooms}
    for path in modules(folder):
        own = room_of(name_of(path))
        if not own:
            continue
        assert own in floors, f"{path} is in no room"
        others = {room_of(name) for name in imported(path) if within(name, folder)} - {own, ""}
        assert {room for room in others if floors.get(room, len(floors)) >= floors[own]} == set(), path


def test_no_folder_holds_more_modules_than_people_look_through() -> None:
    for path in {path.parent for path in modules(*OURS)}:
        found = [module for module in path.glob("*.py") if module.name != "__init__.py"]
        assert len(found) <= LARGEST, f"{path} holds {len(found)} modules: {sorted(map(str, found))}"


def test_no_files_import_each_other_in_a_circle() -> None:
    ours = {name_of(path): path for path in modules(*OURS)}
    imports = {
        name: {found for told in imported(path) if (found := _module(told, ours))} for name, path in ours.items()
    }
    with suppress(StopIteration):
        while True:  # what imports nothing that is left is in no circle
            done = next(name for name, needed in imports.items() if not needed - {name})
            del imports[done]
            for needed in imports.values():
                needed.discard(done)
    assert imports == {}


def _module(name: str, ours: dict[str, Path]) -> str | None:
    """Return the module that an imported name is, or is taken from."""
    return name if name in ours else _module(name.rpartition(".")[0], ours) if "." in name else None
