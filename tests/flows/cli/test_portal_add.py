"""`nianbao portal add` of portals that refuse, do not answer or list nothing: their files are written all the same."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from extractors.portals.portal import Portal, load_portals
from flows.cli.main import app
from flows.clock import today
from tests.extractors.discovery.test_list_search import ITEMS, REPORTS
from tests.support.portals.homepages import HUB, behind_hubs
from tests.support.portals.server import SimulatedPortal, page
from tests.support.portals.static import TrsPortal, lines
from tests.support.servers.scripted import Answer

LOGIN = "<html><title>用户登录</title><body><form>请登录<input type='password'></form></body></html>"


def refuses(portal: SimulatedPortal) -> None:
    portal.serve("/", Answer(status=412))


def forbids(portal: SimulatedPortal) -> None:
    portal.serve("/robots.txt", "User-agent: *\nDisallow: /\n")


def hides_its_robots(portal: SimulatedPortal) -> None:
    portal.serve("/robots.txt", Answer(status=403))


def asks_for_a_login(portal: SimulatedPortal) -> None:
    portal.serve("/", Answer(status=302, headers={"Location": "/login.jsp"}))
    portal.serve("/login.jsp", LOGIN)


def asks_for_a_day_between_requests(portal: SimulatedPortal) -> None:
    portal.serve("/robots.txt", "User-agent: *\nCrawl-delay: 86400\n")


def shows_a_shell(portal: SimulatedPortal) -> None:
    portal.serve("/", "<html><body></body></html>")


def asks_for_fewer_requests(portal: SimulatedPortal) -> None:
    portal.serve("/", Answer(status=429))


def is_in_trouble(portal: SimulatedPortal) -> None:
    portal.serve("/", Answer(status=503))


def does_not_answer(portal: SimulatedPortal) -> None:
    portal.serve("/robots.txt", Answer(raw=True))
    portal.serve("/", Answer(raw=True))


def is_gone(portal: SimulatedPortal) -> None:
    portal.serve("/", Answer(status=404))


def lists_nothing(portal: SimulatedPortal) -> None:
    portal.serve("/", page(f'<a href="{HUB}">政府信息公开年报</a>'))
    portal.serve(HUB, page(lines([])))


FAULTS: dict[Callable[[SimulatedPortal], None], tuple[str, str]] = {
    refuses: ("HTTP 412", "blocked"),
    forbids: ("disallows /", "blocked"),
    hides_its_robots: ("refused with HTTP 403", "blocked"),
    asks_for_a_login: ("asks who reads it", "blocked"),
    asks_for_a_day_between_requests: ("asks for 86,400 s between requests", "blocked"),
    shows_a_shell: ("HTTP 200", "blocked"),
    asks_for_fewer_requests: ("HTTP 429", "blocked"),
    is_in_trouble: ("HTTP 503", "unreachable"),
    does_not_answer: ("does not answer", "unreachable"),
    is_gone: ("HTTP 404", "failed"),
    lists_nothing: ("no list of annual reports", "failed"),
}
"""What is wrong with a portal: what is told of it, and the alarm of the next crawl."""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Return the command, which may ask these servers."""
    monkeypatch.chdir(tmp_path)

    def command(hosts: str, *arguments: str) -> Result:
        settings = {"NIANBAO_ALLOW_PRIVATE_HOSTS": hosts, "NIANBAO_RETRIES": "0", "NIANBAO_TIMEOUT": "5"}
        return CliRunner().invoke(app, arguments, env=settings)

    return command


def add(portal: SimulatedPortal, run: Callable[..., Result], *options: str, hosts: str = "") -> Result:
    arguments = ("--jurisdiction", "CN-990101", "--id", "jiazi", "--delay", "0", *options)
    return run(hosts or portal.authority, "portal", "add", portal.url, *arguments)


def written(folder: Path) -> Portal:
    return load_portals(folder / "data" / "portals")["jiazi"]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_portal_is_added_whatever_it_answers_and_is_asked_again(
    fault: Callable[[SimulatedPortal], None], run: Callable[..., Result], tmp_path: Path
) -> None:
    told, kind = FAULTS[fault]
    with TrsPortal(ITEMS) as portal:
        usual = dict(portal.scripts)
        fault(portal)
        done = add(portal, run)
        night = json.loads(run(portal.authority, "crawl", "jiazi", "--quiet", "--json").stdout)
        status = run(portal.authority, "status", "--gaps", "--format", "csv").stdout
        portal.scripts = usual
        again = json.loads(run(portal.authority, "crawl", "jiazi", "--quiet", "--json").stdout)
    assert (done.exit_code, done.stdout) == (1, "data/portals/jiazi.yml\n")
    (line,) = done.stderr.splitlines()
    assert told in line
    assert line.endswith("The file is written: the nightly run asks again")
    added = written(tmp_path)
    assert (added.verified, added.list_pages, added.dialect) == (None, (), "auto")
    assert re.fullmatch(rf"{today()}, portal add: .*{re.escape(told)}.*", added.notes)
    assert [(alarm["portal"], alarm["kind"]) for alarm in night["alarms"]] == [("jiazi", kind)]
    assert f",{kind}," in status
    assert again["counts"]["found"] == len(REPORTS)


def test_a_portal_that_is_not_there_at_all(run: Callable[..., Result], tmp_path: Path) -> None:
    with SimulatedPortal("/none/", []) as portal:
        pass
    done = add(portal, run)
    assert (done.exit_code, done.stdout) == (1, "data/portals/jiazi.yml\n")
    assert "does not answer" in written(tmp_path).notes
    assert written(tmp_path).name == "CN-990101"


def test_list_pages_that_were_given_are_kept_though_they_could_not_be_read(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    with TrsPortal(ITEMS) as portal:
        portal.serve("/", Answer(status=412))
        portal.serve("/blocked/", Answer(status=412))
        portal.serve("/empty/", page(lines([])))
        names = ("/blocked/", "/empty/")
        given = tuple(f"{portal.url}{name}" for name in names)
        done = add(portal, run, *(f"--list-page={url}" for url in given))
        none = written(tmp_path)
        whole = (*given, f"{portal.url}{portal.list_path}")
        with_one = add(portal, run, "--force", *(f"--list-page={url}" for url in whole))
        some = written(tmp_path)
    assert (done.exit_code, none.list_pages) == (1, given)
    assert all(f"{url}" in none.notes for url in given)
    assert (with_one.exit_code, some.list_pages, some.dialect) == (0, whole, "auto")
    assert "HTTP 412" in with_one.stderr
    assert "asks again" not in with_one.stderr
    assert len(some.notes.splitlines()) == 1


def test_what_was_seen_gives_way_to_what_is_seen_and_the_notes_of_people_stay(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    with TrsPortal(ITEMS) as portal:
        behind_hubs(portal)
        usual = dict(portal.scripts)
        portal.serve("/", Answer(status=412))
        add(portal, run)
        path = tmp_path / "data" / "portals" / "jiazi.yml"
        path.write_text(path.read_text("utf-8").replace("notes: '", "notes: '慢\n\n  ", 1), "utf-8")
        add(portal, run, "--force")
        refused = written(tmp_path)
        portal.scripts = usual
        done = add(portal, run, "--force")
    assert (len(refused.notes.splitlines()), refused.notes.splitlines()[0]) == (2, "慢")
    assert done.exit_code == 0, done.stderr
    assert (written(tmp_path).notes, len(written(tmp_path).list_pages)) == ("慢", 1)


def test_a_known_portal_keeps_its_list_pages_while_its_site_is_down(run: Callable[..., Result], tmp_path: Path) -> None:
    with TrsPortal(ITEMS) as portal:
        assert add(portal, run).exit_code == 0
        before = written(tmp_path)
        portal.serve("/", Answer(status=503))
        done = add(portal, run, "--force")
    assert (done.exit_code, written(tmp_path).list_pages) == (1, before.list_pages)
    assert written(tmp_path).dialect == before.dialect == "trs_static"


def test_a_file_in_a_folder_of_its_own_is_replaced_there(run: Callable[..., Result], tmp_path: Path) -> None:
    with TrsPortal(ITEMS) as portal:
        assert add(portal, run).exit_code == 0
        place = tmp_path / "data" / "portals" / "山东" / "jiazi.yml"
        place.parent.mkdir()
        (tmp_path / "data" / "portals" / "jiazi.yml").rename(place)
        done = add(portal, run, "--force", "--name", "甲子县")
    assert (done.exit_code, done.stdout) == (0, "data/portals/山东/jiazi.yml\n")
    assert written(tmp_path).name == "甲子县"


@pytest.mark.parametrize("redirected", [False, True])
def test_a_column_on_another_host_is_proposed_and_then_followed(
    run: Callable[..., Result], tmp_path: Path, redirected: bool
) -> None:
    with SimulatedPortal("/none/", []) as portal, TrsPortal(ITEMS) as column:
        host = f"localhost:{column.port}"
        hosts = f"{portal.authority},{host}"
        elsewhere = f"http://{host}{column.list_path}"
        portal.serve("/nb/", Answer(status=302, headers={"Location": elsewhere}))
        portal.serve("/", page(f'<a href="{"/nb/" if redirected else elsewhere}">政府信息公开年报</a>'))
        done = add(portal, run, hosts=hosts)
        probed = run(hosts, "portal", "probe", portal.url, "--delay", "0", "--quiet")
        assert column.requests == []
        line, notes = done.stderr.splitlines()[-1], written(tmp_path).notes
        path = tmp_path / "data" / "portals" / "jiazi.yml"
        path.write_text(f"{path.read_text('utf-8')}{line}\n", "utf-8")
        night = json.loads(run(hosts, "crawl", "jiazi", "--quiet", "--json").stdout)
        again = add(portal, run, "--force", hosts=hosts)
    assert (done.exit_code, line) == (1, f"allow_hosts: ['{host}']")
    assert (f"`{line}`" in notes, column.list_path in notes) == (True, True)
    said = {row[:14].strip(): row[14:] for row in probed.stdout.splitlines()}
    assert (said["other host"], said["to allow"]) == (
        f"政府信息公开年报: {elsewhere}",
        line,
    )
    assert night["counts"]["found"] == len(REPORTS)
    added = written(tmp_path)
    assert (again.exit_code, added.allow_hosts) == (0, (host,))
    assert added.list_pages == (elsewhere,)
