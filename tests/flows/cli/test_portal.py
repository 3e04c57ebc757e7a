"""`nianbao portal …`: what a probe sees of each simulated portal, the file that is added, the faults that are found."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from extractors.portals.portal import Portal, load_portals, write_portal
from flows.cli.main import main
from tests.extractors.discovery.test_list_search import ITEMS, PORTALS, REPORTS
from tests.support.portals.homepages import HUB, TRAPS, behind_hubs, nav
from tests.support.portals.lying import LyingPortal
from tests.support.portals.server import SimulatedPortal, annual_reports, page
from tests.support.portals.static import TrsPortal
from tests.support.processes.command import Done, nianbao
from tests.support.servers.scripted import Answer

YEARS = {str(year): count for year, count in Counter(item.day.year - 1 for item in REPORTS).items()}
SITE_NAME = '<meta name="SiteName" content="甲子县人民政府">'
CODE = "CN-371003"
Command = Callable[..., Done]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Return the command inside this process, which may ask one portal."""

    def run(portal: SimulatedPortal, *arguments: str) -> Done:
        monkeypatch.chdir(tmp_path)
        for name, value in environment(portal).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["nianbao", "portal", *arguments])
        with pytest.raises(SystemExit) as exited:
            main()
        said = capsys.readouterr()
        return Done(int(exited.value.code or 0), said.out, said.err)

    return run


def environment(portal: SimulatedPortal) -> dict[str, str]:
    return {"NIANBAO_ALLOW_PRIVATE_HOSTS": portal.authority, "NIANBAO_RETRIES": "0"}


def probed(done: Done) -> dict[str, Any]:
    seen: dict[str, Any] = json.loads(done.out)
    return seen


@pytest.mark.parametrize("name", PORTALS)
def test_probe_finds_dialect_and_list_page_of_every_portal_from_its_bare_homepage(name: str, command: Command) -> None:
    make, dialect = PORTALS[name]
    with make(ITEMS) as portal:
        behind_hubs(portal)
        done = command(portal, "probe", portal.url, "--format", "json", "--delay", "0", "--quiet")
        asked = {one.path for one in portal.requests}
    assert done.code == 0, done.err
    seen = probed(done)
    (list_page,) = seen["list_pages"]
    assert (list_page["dialect"], list_page["reports"], list_page["reason"]) == (dialect, YEARS, None)
    assert list_page["trail"][:2] == ["政务公开", "政府信息公开"]
    assert list_page["url"].startswith(portal.url)
    assert (seen["reason"], seen["refused"], seen["delay"]) == (None, None, 0)
    assert asked.isdisjoint(TRAPS)


def test_probe_as_a_process_says_it_in_lines(tmp_path: Path) -> None:
    with TrsPortal(ITEMS) as portal:
        behind_hubs(portal)
        portal.serve("/robots.txt", "User-agent: *\nCrawl-delay: 0.01\n")
        done = nianbao("portal", "probe", portal.url, "--delay", "0", folder=tmp_path, **environment(portal))
    assert done.code == 0, done.err
    said = {line[:14].strip(): line[14:] for line in done.out.splitlines()}
    assert said["homepage"] == portal.url
    assert said["robots.txt"] == "allows; crawl-delay 0.01 s"
    assert said["list page"] == f"{portal.url}/zwgk/nb/"
    assert said["found by"] == "政务公开 → 政府信息公开 → 政府信息公开年报"
    assert (said["dialect"], said["pages"]) == ("trs_static", "3 read of 3")
    years = " · ".join(f"{year}: {count}" for year, count in YEARS.items())
    assert said["reports"].startswith(f"{len(REPORTS)} of ")
    assert said["reports"].endswith(f"entries ({years})")
    assert not list(tmp_path.iterdir())


def test_probe_names_a_count_of_pages_that_is_wrong(command: Command) -> None:
    with LyingPortal(annual_reports(40), declares=5) as portal:
        done = command(portal, "probe", portal.url, "--delay", "0", "--quiet")
    assert done.code == 0
    assert f"  note        {portal.url}/zwgk/nb/ declares 5 pages, 3 of them contain entries" in done.out
    assert "missing" not in done.out


def test_probe_as_csv_counts_reports_by_year(command: Command) -> None:
    with TrsPortal(ITEMS) as portal:
        done = command(portal, "probe", portal.authority, "--format", "csv", "--delay", "0", "-q")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert {row["year"]: int(row["reports"]) for row in rows} == YEARS


def test_probe_without_a_list_page_is_exit_code_1_with_what_was_looked_at(command: Command) -> None:
    with SimulatedPortal("/none/", []) as portal:
        portal.serve("/", page(nav((HUB, "政府信息公开"))))
        portal.serve(HUB, page(nav()))
        done = command(portal, "probe", portal.url, "--delay", "0", "-q")
    assert done.code == 1
    (line,) = [line for line in done.out.splitlines() if line.startswith("not fetched")]
    assert "政府信息公开" in line
    assert "list_pages:" in line


@pytest.mark.parametrize(
    ("robots", "told"),
    [
        ("User-agent: *\nDisallow: /\n", "disallows /"),
        (Answer(status=403), "is refused with HTTP 403"),
    ],
)
def test_probe_obeys_robots_and_tells_what_they_forbid(robots: str | Answer, told: str, command: Command) -> None:
    with TrsPortal(ITEMS) as portal:
        portal.serve("/robots.txt", robots)
        done = command(portal, "probe", portal.url, "--format", "json", "--delay", "0", "-q")
        assert {one.path for one in portal.requests} == {"/robots.txt"}
    seen = probed(done)
    assert (done.code, seen["list_pages"], seen["outcome"]) == (1, [], "refused_by_robots")
    assert told in seen["refused"]


def test_probe_of_a_host_behind_a_firewall_says_so(command: Command) -> None:
    with TrsPortal(ITEMS) as portal:
        portal.serve("/", Answer(status=412))
        done = command(portal, "probe", portal.url, "--delay", "0", "-q")
    assert done.code == 1
    assert "HTTP 412" in done.out


@pytest.mark.parametrize("url", ["ftp://x.gov.cn/", "http://user:pw@x.gov.cn/", "http://"])
def test_probe_of_what_is_no_homepage_is_bad_usage(url: str, command: Command) -> None:
    with SimulatedPortal("/none/", []) as portal:
        assert command(portal, "probe", url).code == 2
        assert portal.requests == []


def test_add_writes_the_file_and_check_and_list_know_it(tmp_path: Path) -> None:
    """As processes, one after the other."""
    with TrsPortal(ITEMS) as portal:
        behind_hubs(portal)
        portal.serve("/", page(nav(("/zwgk/", "政务公开")), SITE_NAME))
        settings = environment(portal)
        arguments = ("--jurisdiction", CODE, "--delay", "0.01")
        added = nianbao("portal", "add", portal.url, *arguments, folder=tmp_path, **settings)
        checked = nianbao("portal", "check", folder=tmp_path)
        listed = nianbao("portal", "list", "--format", "json", folder=tmp_path)
    assert added.code == 0, added.err
    path = tmp_path / added.out.strip()
    identifier = portal.authority.replace(".", "-").replace(":", "-")
    assert path == tmp_path / "data" / "portals" / f"{identifier}.yml"
    assert yaml.safe_load(path.read_text("utf-8")) == {
        "id": identifier,
        "name": "甲子县人民政府",
        "jurisdiction": CODE,
        "homepage": portal.url,
        "list_pages": [f"{portal.url}/zwgk/nb/"],
        "dialect": "trs_static",
        "delay": 0.01,
        "verified": None,
    }
    assert (checked.code, checked.out) == (0, f"{len(load_portals()) + 1} portal files, no faults\n")
    assert identifier in {row["id"] for row in json.loads(listed.out)}


def add(portal: SimulatedPortal, command: Command, *options: str) -> Done:
    return command(portal, "add", portal.url, "--delay", "0", *options)


def test_add_with_id_and_name_and_a_list_page_by_hand(command: Command, tmp_path: Path) -> None:
    with TrsPortal(ITEMS) as portal:
        portal.serve("/", page("<div id='app'></div>"))
        list_page = f"{portal.url}/zwgk/nb/"
        options = ("--jurisdiction", "CN-990101", "--id", "jiazi", "--name", "甲子县", "--list-page", list_page)
        done = add(portal, command, *options)
    assert done.code == 0, done.err
    added = load_portals(tmp_path / "data" / "portals")["jiazi"]
    assert (added.name, added.jurisdiction, added.list_pages) == ("甲子县", "CN-990101", (list_page,))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--jurisdiction", "CN-371099"), "no division has the code CN-371099"),
        (("--jurisdiction", "CN-320684"), "CN-320614"),
        (("--jurisdiction", CODE, "--id", "weihai"), "id weihai is used by http://www.weihai.gov.cn/"),
        (("--jurisdiction", CODE, "--id", "Wei hai"), "id: "),
    ],
)
def test_add_refuses_in_one_line(options: tuple[str, ...], told: str, command: Command, tmp_path: Path) -> None:
    with TrsPortal(ITEMS) as portal:
        done = add(portal, command, *options)
    assert (done.code, done.out) == (1, "")
    line = done.error_lines[-1]
    assert line.startswith("nianbao: ")
    assert told in line
    assert not (tmp_path / "data").exists()


def test_add_by_force_keeps_what_a_person_wrote(command: Command, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "portals"
    with TrsPortal(ITEMS) as portal:
        behind_hubs(portal)
        known = Portal(
            id="weihai",
            name="威海市",
            jurisdiction="CN-371000",
            homepage="http://www.weihai.gov.cn/",
            agencies=("人民政府",),
            notes="slow",
        )
        write_portal(known, folder)
        done = add(portal, command, "--jurisdiction", "CN-371000", "--id", "weihai", "--force")
    assert done.code == 0, done.err
    added = load_portals(folder)["weihai"]
    assert (added.name, added.agencies, added.notes) == ("威海市", ("人民政府",), "slow")
    assert (added.homepage, added.list_pages) == (portal.url, (f"{portal.url}/zwgk/nb/",))


def test_show_gives_the_defaults_too(command: Command) -> None:
    with SimulatedPortal("/none/", []) as portal:
        done = command(portal, "show", "weihai")
        unknown = command(portal, "show", "nowhere")
    assert (done.code, json.loads(done.out)["years"]) == (0, {"from": 2008, "to": None})
    assert unknown.code == 2
    assert "unknown portal nowhere" in unknown.err


def test_check_prints_one_line_for_each_fault(command: Command, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "portals"
    folder.mkdir(parents=True)
    text = "id: {}\nname: x\njurisdiction: {}\nhomepage: http://x.gov.cn/\n"
    (folder / "a.yml").write_text(text.format("a", CODE) + "colums: []\n", "utf-8")
    (folder / "b.yml").write_text(text.format("b", "CN-371099"), "utf-8")
    (folder / "c.yml").write_text(text.format("c", CODE) + "divisions: {甲: CN-320684}\n", "utf-8")
    (folder / "d.yml").write_text(text.format("a", CODE), "utf-8")
    with SimulatedPortal("/none/", []) as portal:
        done = command(portal, "check")
    assert done.code == 1
    a, b, c, d = done.out.splitlines()
    assert ("a.yml: colums: " in a, "b.yml: jurisdiction: no division" in b) == (True, True)
    assert ("c.yml: divisions.甲: CN-320684 was " in c, "d.yml: id: " in d) == (True, True)
