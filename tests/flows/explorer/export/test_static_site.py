from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from flows.explorer import table_files
from flows.explorer.export.static_site import NotExported, export_site
from flows.runs.progress import Silent
from flows.settings import Settings
from tests.support.explorer_client import pages_of
from tests.support.fixtures import Demo
from tests.support.parsed_page import parsed
from tests.support.processes.command import nianbao
from tests.support.warehouse.rows import HERE, report
from warehouse.publish.write import publish

ADDRESSES = ("href", "src", "action")


@pytest.fixture(scope="module")
def site(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = nianbao("explore", "--export", folder, folder=demo.folder, NIANBAO_DATA_ROOT=str(demo.root))
    assert done.code == 0, done.err
    return folder


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def links(page: Path) -> list[str]:
    return [value for _, name, value, _ in parsed(page.read_bytes()).iterlinks() if name in ADDRESSES]


def file_of(site: Path, page: Path, link: str) -> Path:
    """Return the file that a web server would send for a link on a page."""
    address = urljoin(f"http://site/{page.relative_to(site).as_posix()}", link)
    assert urlsplit(address).netloc == "site"
    path = site / unquote(urlsplit(address).path).lstrip("/")
    return path / "index.html" if address.endswith("/") else path


def test_every_link_leads_to_a_file(site: Path) -> None:
    assert len(pages(site)) == 1 + 2 * (1 + 5)
    for page in pages(site):
        for link in links(page):
            if link.startswith("#"):
                assert link[1:] in page.read_text("utf-8")
            elif link != "data:,":
                assert not re.match(r"[a-z]+:|/", link), f"{page}: {link}"
                assert file_of(site, page, link).is_file(), f"{page}: {link}"


def test_every_file_is_reached_from_the_first_page(site: Path) -> None:
    reached, waiting = set[Path](), [site / "index.html"]
    while waiting:
        page = waiting.pop()
        reached.add(page)
        if page.suffix == ".html":
            found = {file_of(site, page, link) for link in links(page) if not link.startswith(("#", "data:"))}
            waiting += found - reached
            reached |= found
    files_ = {path for path in site.rglob("*") if path.is_file() and path.parent.name != "assets"}
    assert {path.resolve() for path in reached if path.parent.name != "assets"} == {path.resolve() for path in files_}


def test_numbers_are_those_of_the_server(site: Path, demo: Demo) -> None:
    with pages_of(demo.root) as client:
        for page in pages(site):
            address = "/" + page.relative_to(site).as_posix().removesuffix("index.html")
            if address != "/":
                served, exported = (parsed(text) for text in (client.get(address).text, page.read_text("utf-8")))
                for table in exported.iter("table"):
                    assert table.text_content() in {other.text_content() for other in served.iter("table")}
                assert [one.text for one in exported.xpath("//script[@class='chart']")] == [
                    one.text for one in served.xpath("//script[@class='chart']")
                ]


def test_it_can_be_repeated(site: Path, demo: Demo) -> None:
    before = {path: path.read_bytes() for path in site.rglob("*") if path.suffix in (".html", ".csv", ".sql", ".js")}
    export_site(Settings(data_root=demo.root), Silent(), site, None)
    assert {path: path.read_bytes() for path in before} == before
    assert list(site.rglob("*.partial")) == []


def test_one_place_alone(demo: Demo, tmp_path: Path) -> None:
    export_site(Settings(data_root=demo.root), Silent(), tmp_path, "CN-990100")
    assert sorted(path.name for path in (tmp_path / "zh/places").iterdir()) == ["CN-990100", "CN-990101", "CN-990102"]
    for page in pages(tmp_path):
        for link in links(page):
            if not link.startswith(("#", "data:")):
                assert file_of(tmp_path, page, link).is_file(), f"{page}: {link}"


def test_a_table_that_is_too_large_for_a_workbook_is_no_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path / "warehouse", HERE, {"reports": [report("a-2024")]})
    monkeypatch.setattr(table_files, "_MOST_ROWS", 0)
    export_site(Settings(data_root=tmp_path), Silent(), tmp_path / "site", "CN-371003")
    found = links(tmp_path / "site/en/places/CN-371003/index.html")
    assert "reports.csv" in found
    assert "reports.xlsx" not in found
    assert not (tmp_path / "site/en/places/CN-371003/reports.xlsx").exists()


@pytest.mark.parametrize("code", ["CN-110000", "CN-000001", "../x"])
def test_a_place_of_which_nothing_is_known_is_named(demo: Demo, tmp_path: Path, code: str) -> None:
    with pytest.raises(NotExported, match=re.escape(code)):
        export_site(Settings(data_root=demo.root), Silent(), tmp_path, code)
    assert list(tmp_path.iterdir()) == []


def test_place_without_export_is_a_mistake(demo: Demo) -> None:
    done = nianbao("explore", "--place", "CN-990000", folder=demo.folder, NIANBAO_DATA_ROOT=str(demo.root))
    assert done.code == 2
    assert "--export" in done.err
