"""`nianbao portal verify`: a file beside its site, and the day that is set if they agree."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from extractors.portals.portal import Portal, load_portals, set_verified, write_portal
from flows.cli.main import app
from flows.clock import today
from tests.support.portals.county import GOVERNMENT, County
from tests.support.servers.scripted import Answer

BUREAU = "甲子县财政局"
TEXT = """\
# 甲子县 and its departments
id: jiazi
name: 甲子县人民政府
jurisdiction: CN-990101
homepage: {url}/
list_pages: ['{url}/zwgk/nb/']  # the only one
dialect: generic_list
divisions: {{甲子县: CN-990101}}
years: {{from: 2020, to: 2023}}
delay: 0
verified: null  # not yet
expectations:
  2023: 2
notes: |
  slow
"""


@pytest.fixture
def verify(county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Return the command, for a county whose file a person wrote."""
    monkeypatch.chdir(tmp_path)
    for agency, year in ((GOVERNMENT, 2021), (GOVERNMENT, 2022), (BUREAU, 2023), (GOVERNMENT, 2023)):
        county.add(agency, year)
    county.listed.append(("/zwgk/nb/zn.html", "甲子县政府信息公开指南", county.listed[0][2]))
    file(tmp_path).parent.mkdir(parents=True)
    file(tmp_path).write_text(TEXT.format(url=county.url), "utf-8")

    def command(*arguments: str, answer: str = "") -> Result:
        settings = {"NIANBAO_ALLOW_PRIVATE_HOSTS": county.authority, "NIANBAO_RETRIES": "0"}
        return CliRunner().invoke(app, ("portal", "verify", "jiazi", "-q", *arguments), input=answer, env=settings)

    return command


def file(folder: Path) -> Path:
    return folder / "data" / "portals" / "own" / "jiazi.yml"


def seen(done: Result) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(done.stdout)
    return shown


def test_what_is_listed_and_read_is_shown_beside_what_the_file_expects(
    verify: Callable[..., Result], county: County, tmp_path: Path
) -> None:
    before = file(tmp_path).read_text("utf-8")
    done = verify("--yes", "--format", "json")
    assert (done.exit_code, done.stderr) == (0, "")
    told = seen(done)
    assert (told["robots"], told["complete"], told["ignored"], told["faults"]) == ("allows", True, 1, [])
    assert told["list_pages"] == [f"{county.url}/zwgk/nb/"]
    years = {year["year"]: (year["listed"], year["expected"], year["agency"]) for year in told["years"]}
    assert years == {2023: (2, 2, BUREAU), 2022: (1, 1, GOVERNMENT), 2021: (1, 1, GOVERNMENT), 2020: (0, 1, None)}
    report = told["report"]
    assert (report["agency"], report["year"], report["jurisdiction"]) == (GOVERNMENT, 2023, "CN-990101")
    assert (report["status"], report["figures"] > 200) == ("complete", True)
    assert file(tmp_path).read_text("utf-8") == before.replace("verified: null", f"verified: {today()}")
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["portals"]


def test_a_person_is_asked_and_may_say_no(verify: Callable[..., Result], tmp_path: Path) -> None:
    before = file(tmp_path).read_text("utf-8")
    for answer in ("n\n", "\n", ""):
        done = verify(answer=answer)
        assert (done.exit_code, file(tmp_path).read_text("utf-8")) == (1, before)
    assert "甲子县财政局2023年政府信息公开工作年度报告" in done.stdout
    assert "Do the file of jiazi and its site agree?" in done.stderr
    done = verify(answer="y\n")
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "verified today: data/portals/own/jiazi.yml")
    assert load_portals(tmp_path / "data" / "portals")["jiazi"].verified == today()


def refuses(county: County) -> None:
    county.serve(county.list_path, Answer(status=412))


def forbids(county: County) -> None:
    county.serve("/robots.txt", "User-agent: *\nDisallow: /zwgk/\n")


def lists_nothing(county: County) -> None:
    county.listed.clear()


def breaks_off(county: County) -> None:
    county.foot = '<a href="index_2.html">下一页</a><span>共2页</span>'
    county.serve("/zwgk/nb/index_2.html", Answer(status=503))


def lists_less_than_expected(county: County) -> None:
    del county.listed[2]


def has_no_page(county: County) -> None:
    county.serve(county.listed[3][0], Answer(status=404))


def shows_something_else(county: County) -> None:
    county.serve(county.listed[3][0], "<html><h1>通知</h1><p>关于放假的通知。</p></html>" * 20)


FAULTS: dict[Callable[[County], None], str] = {
    refuses: "HTTP 412",
    forbids: "disallows /zwgk/nb/",
    lists_nothing: "jiazi: ",
    breaks_off: "HTTP 503",
    lists_less_than_expected: "2023: 1 reports are listed, and the file expects 2 or more",
    has_no_page: "the newest report could not be read: http",
    shows_something_else: "the newest report could not be read: http",
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_nothing_is_set_if_the_site_does_not_bear_the_file_out(
    fault: Callable[[County], None], verify: Callable[..., Result], county: County, tmp_path: Path
) -> None:
    fault(county)
    before = file(tmp_path).read_text("utf-8")
    done = verify("--yes")
    assert (done.exit_code, file(tmp_path).read_text("utf-8")) == (1, before)
    assert any(line.startswith("nianbao: jiazi: ") and FAULTS[fault] in line for line in done.stderr.splitlines())
    assert "homepage" in done.stdout


SHIPPED = load_portals()["weihai"]


@pytest.mark.parametrize(
    "text",
    [
        "verified: 2020-01-31\n",
        "verified:\n",
        "verified: null # 未核对\nnotes: |\n  verified: never\n",
        "notes: x",
        "notes: |\n  two\n  lines\n\n",
        "'verified': null\n",
        '"verified" : 2020-01-31\n',
        "verified:   ~\n# the end",
    ],
)
def test_the_day_is_set_however_a_file_is_written(tmp_path: Path, text: str) -> None:
    head = "id: x\nname: 某县\njurisdiction: CN-990101  # 县\nhomepage: http://x.gov.cn/\nexpectations: {2020: 2}\n"
    path = tmp_path / "x.yml"
    path.write_text(head + text, "utf-8")
    former = load_portals(tmp_path)["x"]
    assert set_verified("x", today(), tmp_path) == path
    assert load_portals(tmp_path)["x"] == former.model_copy(update={"verified": today()})
    kept = [line for line in (head + text).splitlines() if "verified" not in line]
    assert [line for line in path.read_text("utf-8").splitlines() if "verified" not in line] == kept


def test_a_file_in_braces_keeps_its_values(tmp_path: Path) -> None:
    path = write_portal(Portal.model_validate(SHIPPED.model_dump() | {"id": "x"}), tmp_path)
    path.write_text(str(yaml.safe_dump(yaml.safe_load(path.read_text("utf-8")), default_flow_style=True)), "utf-8")
    former = load_portals(tmp_path)["x"]
    set_verified("x", today(), tmp_path)
    assert load_portals(tmp_path)["x"] == former.model_copy(update={"verified": today()})


def test_a_shipped_portal_gets_a_file_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "portals"
    assert set_verified("weihai", today(), folder) == folder / "weihai.yml"
    assert load_portals(folder)["weihai"] == SHIPPED.model_copy(update={"verified": today()})
    assert load_portals()["weihai"] == SHIPPED
    assert "notes: The homepage is unverified" in (folder / "weihai.yml").read_text("utf-8")
