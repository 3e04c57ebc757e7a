"""What a column refers to is there, as the declarations say, whoever published the rows."""

from __future__ import annotations

from pathlib import Path

from tests.support.fixtures import Crawled
from tests.support.sample_portal.catalogue import find_report
from tests.support.sample_portal.site import Site
from tests.support.warehouse.place import Place
from warehouse.schema import full_columns, load_tables

ZONE = "CN-990103"
"""A code that is in no list; no portal names it."""


def dangling(place: Place) -> list[tuple[object, ...]]:
    """Return table, column and value of each reference that leads nowhere."""
    found: list[tuple[object, ...]] = []
    for table in load_tables().values():
        for column in full_columns(table):
            if column.references:
                target, _, name = column.references.partition(".")
                sql = f"SELECT {column.name} FROM {table.name} WHERE {column.name} NOT IN (SELECT {name} FROM {target})"
                found += [(table.name, column.name, value) for (value,) in place.ask(sql)]
    return found


def test_after_a_crawl_every_reference_leads_somewhere(crawled: Crawled) -> None:
    assert dangling(crawled.place) == []
    levels = "SELECT jurisdiction, level FROM jurisdictions WHERE jurisdiction LIKE 'CN-99%' ORDER BY ALL"
    own = [("CN-990100", "prefecture"), ("CN-990101", "county"), ("CN-990102", "county")]
    assert crawled.place.ask(levels) == own


def test_a_division_that_nobody_names_has_the_name_of_its_code(place: Place, tmp_path: Path) -> None:
    resource = Site().get(find_report("甲子县", 2024).path)
    assert resource is not None
    path = tmp_path / "report.html"
    path.write_bytes(resource.body)
    place.ingest(path, jurisdiction=ZONE)
    assert dangling(place) == []
    assert place.ask(f"SELECT name FROM jurisdictions WHERE jurisdiction = '{ZONE}'") == [(ZONE,)]
