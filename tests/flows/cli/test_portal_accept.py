"""Reports that a portal took down: an alarm until somebody accepts it, and never a loss of what is published."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from extractors.portals.portal import write_portal
from flows.cli.main import app
from tests.support.portals.county import GOVERNMENT, County


def test_fewer_reports_are_an_alarm_until_they_are_accepted(county: County, tmp_path: Path) -> None:
    for year in (2021, 2022, 2023):
        county.add(GOVERNMENT, year)
    place = county.place(tmp_path / "data")
    write_portal(place.portal, place.settings.data_root / "portals")

    environment = {"NIANBAO_DATA_ROOT": str(place.settings.data_root), "NIANBAO_ALLOW_PRIVATE_HOSTS": county.authority}

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, arguments, env=environment)

    assert run("crawl", "jiazi", "--quiet").exit_code == 0
    published = place.files()
    gone, _, _ = county.listed.pop(0)
    for _ in range(2):
        done = run("crawl", "jiazi", "--quiet", "--json")
        assert (done.exit_code, done.stderr) == (1, "")
        told = json.loads(done.stdout)
        (alarm,) = told["alarms"]
        assert (alarm["portal"], alarm["kind"]) == ("jiazi", "fewer_than_before")
        assert "0 of 1 for 2021" in alarm["reason"]
        assert "nianbao portal accept jiazi" in alarm["reason"]
        assert (told["counts"]["found"], len(told["failures"])) == (2, 1)
        assert place.files() == published
    assert place.ask("SELECT url FROM reports WHERE year = 2021") == [(county.url + gone,)]
    accepted = run("portal", "accept", "jiazi")
    assert (accepted.exit_code, accepted.stderr) == (0, "")
    assert accepted.stdout == "jiazi: no longer compared with 2021: 1 · 2022: 1 · 2023: 1\n"
    done = run("crawl", "jiazi", "--quiet", "--json")
    assert (done.exit_code, json.loads(done.stdout)["alarms"]) == (0, [])
    assert place.files() == published
    assert run("portal", "accept", "nobody").exit_code == 2
