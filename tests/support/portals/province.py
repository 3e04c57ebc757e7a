"""A province of thirty portals on loopback, each with its own trouble, and what is to be known of it afterwards.

The table `PROVINCE` is the truth: written by hand from what each portal does, a letter a year. Every portal is that of
a county of its own, but `twin` and `city`, which list what lies at other portals.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from extractors.portals.portal import Portal, Years, write_portal
from tests.support.portals.county import COUNTY, County, report_page
from tests.support.portals.server import page
from tests.support.reports.random_reports import as_drawn, print_report
from tests.support.sample_portal.pdf import render_pdf
from tests.support.servers.scripted import Answer

YEARS = (2021, 2022, 2023)
STATES = {
    "p": "published",
    "~": "partial",
    "q": "quarantined",
    "b": "blocked",
    "u": "unreachable",
    "f": "failed",
    "l": "listed",
    "n": "not_published",
}
"""The letters of the table; a point is no row."""
GOVERNMENT, OFFICE, EDUCATION, FINANCE = "人民政府", "人民政府办公室", "教育局", "财政局"
_UNREADABLE = page("<h1>年度报告</h1><p>正文将于近日发布，请稍后再来查看。</p>" * 30)
_SHELL = "<html><div id='app'></div><script src='/app.js'></script></html>"
_LOGIN = '<title>统一身份认证</title><form><input type="password" name="p"></form>'
_REDIRECT = Answer(status=302, headers={"Location": "/login.do"})
_Fill = Callable[[County, Mapping[str, County]], object]
"""Puts lists and pages on a portal; the other portals are given by name."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a portal does, and what is known of it: its lists and bodies, a letter a year, and why something lacks.

    A list that is read to its end, although it declares more, says so all the same.
    """

    fill: _Fill
    lists: str
    bodies: Mapping[str, str]
    whole: bool = True
    why: str = ""
    of: str = ""
    """The portal whose county this one is of, too."""


@dataclass(frozen=True, slots=True)
class Province:
    """The portals while they are served."""

    servers: Mapping[str, County]

    @property
    def environment(self) -> dict[str, str]:
        """What lets a process crawl them."""
        allowed = ",".join(server.authority for server in self.servers.values())
        quick = {"NIANBAO_RETRIES": "0", "NIANBAO_BACKOFF": "0.01", "NIANBAO_READ_WORKERS": "2"}
        return quick | {"NIANBAO_ALLOW_PRIVATE_HOSTS": allowed}

    def write_files(self, data_root: Path) -> None:
        """Put their files into a data root."""
        for name, server in self.servers.items():
            changes = {"id": name, "jurisdiction": code_of(name), "divisions": {COUNTY: code_of(name)}}
            years = Years.model_validate({"from": YEARS[0], "to": YEARS[-1]})
            portal: Portal = server.file().model_copy(update=changes | {"years": years})
            write_portal(portal, data_root / "portals")


@contextmanager
def serve_province(names: Sequence[str]) -> Iterator[Province]:
    """Serve these portals, but for the one that is down."""
    servers = {name: County() for name in names}
    with ExitStack() as stack:
        for name, server in servers.items():
            PROVINCE[name].fill(server, servers)
            if name == "down":
                with server:
                    pass
            else:
                stack.enter_context(server)
        yield Province(servers)


def code_of(portal: str) -> str:
    """Return the county that a portal is of."""
    return f"CN-9903{[*PROVINCE].index(PROVINCE[portal].of or portal) + 1:02}"


def _lists(*bodies: str, years: Sequence[int] = YEARS, other: Mapping[int, Answer | str] | None = None) -> _Fill:
    """List the reports of bodies for some years; for the government's of some years there are other answers."""

    def fill(county: County, _: object) -> None:
        for body in bodies:
            for year in years:
                county.add(COUNTY + body, year, (other or {}).get(year) if body == GOVERNMENT else None)

    return fill


def _answers(answer: Answer | str, path: str | None = None) -> _Fill:
    """Answer the list, or another path, otherwise."""

    def fill(county: County, others: Mapping[str, County]) -> None:
        _lists(GOVERNMENT)(county, others)
        county.serve("/login.do", _LOGIN)
        county.serve(path or county.list_path, answer)

    return fill


def _paged(*pages: Sequence[int] | Answer | str) -> _Fill:
    """Spread the government's reports over pages: the years of each, or what answers in its place."""

    def fill(county: County, _: object) -> None:
        names = [county.list_path, *(f"{county.list_path}index_{number}.html" for number in range(2, len(pages) + 1))]
        links = "".join(f'<a href="{name}">{number}</a>' for number, name in enumerate(names, 1))
        county.foot = f'{links}<a href="{names[-1]}">尾页</a>'
        for name, years in zip(names, pages, strict=True):
            if isinstance(years, Answer | str):
                county.serve(name, years)
                continue
            county.listed = []
            for year in years:
                county.add(COUNTY + GOVERNMENT, year)
            county.serve(name, county.list_page())

    return fill


def _never(county: County, _: object) -> None:
    titles = ("关于召开会议的通知", "政府信息公开指南", "政府信息公开制度")
    rows = (
        f'<li><a href="/zwgk/{at}.html">{title}</a><span>2023-03-0{at}</span></li>'
        for at, title in enumerate(titles, 1)
    )
    county.serve(county.list_path, page(f"<ul>{''.join(rows)}</ul>"))


def _between(county: County, others: Mapping[str, County]) -> None:
    _lists(GOVERNMENT)(county, others)
    _lists(EDUCATION, years=(2021, 2023))(county, others)
    _lists(FINANCE, years=(2022,))(county, others)


def _paper(county: County, others: Mapping[str, County]) -> None:
    """Attach the report for 2022 as a file to a page that holds nothing else."""
    inner = '<p>附件：<a href="/files/1.pdf">年度报告</a></p>'
    _lists(GOVERNMENT, other={2022: report_page(COUNTY + GOVERNMENT, 2022, inner=inner)})(county, others)
    parts = print_report(2022, 1, as_drawn).parts
    county.serve("/files/1.pdf", Answer(render_pdf(COUNTY + GOVERNMENT, 2022, parts)))


def _index_for_report(county: County, others: Mapping[str, County]) -> None:
    """Show the homepage in the place of the report for 2022."""
    news = "".join(f'<li><a href="/xw/{at}.html">甲子县要闻第{at}条</a></li>' for at in range(300))
    index = page(f"<ul>{news}</ul>", "<title>甲子县人民政府</title>")
    county.serve("/", index)
    _lists(GOVERNMENT, other={2022: index})(county, others)


def _two_editions(county: County, others: Mapping[str, County]) -> None:
    """List for 2022 a page without one table behind the whole one."""
    _lists(GOVERNMENT)(county, others)
    county.add(COUNTY + GOVERNMENT, 2022, _in_part(2022))


def _same_addresses(county: County, others: Mapping[str, County]) -> None:
    """List what lies at the portal `fine`."""
    county.listed = [(others["fine"].url + path, title, day) for path, title, day in others["fine"].listed]


def _in_part(year: int) -> str:
    """Return the page of a report whose table 二 is lost."""
    return re.sub("<table.*?</table>", "", report_page(COUNTY + GOVERNMENT, year), count=1, flags=re.DOTALL)


_WHOLE = {GOVERNMENT: "ppp"}
_ROBOTS = "/robots.txt"
PROVINCE: dict[str, Known] = {
    "fine": Known(_lists(GOVERNMENT), "lll", _WHOLE),
    "bureaus": Known(_lists(GOVERNMENT, EDUCATION, FINANCE), "lll", _WHOLE | {EDUCATION: "ppp", FINANCE: "ppp"}),
    "office": Known(_lists(OFFICE), "lll", {OFFICE: "ppp"}),
    "pages": Known(_paged((2023,), (2022,), (2021,)), "lll", _WHOLE),
    "last-page-gone": Known(_paged((2023, 2022), (2021,), Answer(status=404)), "lll", _WHOLE, why="declares 3"),
    "last-page-empty": Known(_paged((2023, 2022), (2021,), page("<ul></ul>")), "lll", _WHOLE, why="declares 3"),
    "paper": Known(_paper, "lll", _WHOLE),
    "half-empty": Known(_lists(GOVERNMENT, years=(2021, 2023)), "lnl", {GOVERNMENT: "pnp"}),
    "never": Known(_never, "nnn", {GOVERNMENT: "nnn"}),
    "between": Known(_between, "lll", _WHOLE | {EDUCATION: "pnp", FINANCE: ".p."}),
    "down": Known(_lists(GOVERNMENT), "uuu", {GOVERNMENT: "uuu"}, whole=False, why="does not answer"),
    "error": Known(_answers(Answer(status=503)), "uuu", {GOVERNMENT: "uuu"}, whole=False, why="503"),
    "gone": Known(_answers(Answer(status=404)), "fff", {GOVERNMENT: "fff"}, whole=False, why="404"),
    "firewall": Known(_answers(Answer(status=412)), "bbb", {GOVERNMENT: "bbb"}, whole=False, why="412"),
    "throttled": Known(_answers(Answer(status=429)), "bbb", {GOVERNMENT: "bbb"}, whole=False, why="429"),
    "login": Known(_answers(_REDIRECT), "bbb", {GOVERNMENT: "bbb"}, whole=False, why="asks who reads it"),
    "shell": Known(_answers(_SHELL), "bbb", {GOVERNMENT: "bbb"}, whole=False, why="shell"),
    "robots": Known(
        _answers("User-agent: *\nDisallow: /\n", _ROBOTS), "bbb", {GOVERNMENT: "bbb"}, whole=False, why="robots.txt"
    ),
    "crawl-delay": Known(
        _answers("User-agent: *\nCrawl-delay: 86400\n", _ROBOTS), "bbb", {GOVERNMENT: "bbb"}, whole=False, why="86,400"
    ),
    "cut": Known(_paged((2023, 2022), Answer(status=503)), "uuu", {GOVERNMENT: "upp"}, whole=False, why="503"),
    "cut-by-firewall": Known(_paged((2023,), Answer(status=412)), "bbb", {GOVERNMENT: "bbp"}, whole=False, why="412"),
    "middle": Known(_paged((2023,), Answer(status=503), (2021,)), "uuu", {GOVERNMENT: "pup"}, whole=False, why="503"),
    "report-refused": Known(
        _lists(GOVERNMENT, other={2022: Answer(status=412)}), "lll", {GOVERNMENT: "pbp"}, why="412"
    ),
    "report-shell": Known(_lists(GOVERNMENT, other={2022: _SHELL}), "lll", {GOVERNMENT: "pbp"}, why="shell"),
    "report-index": Known(_index_for_report, "lll", {GOVERNMENT: "pbp"}, why="homepage"),
    "report-gone": Known(_lists(GOVERNMENT, other={2022: Answer(status=404)}), "lll", {GOVERNMENT: "pfp"}, why="404"),
    "report-error": Known(_lists(GOVERNMENT, other={2022: Answer(status=503)}), "lll", {GOVERNMENT: "pup"}, why="503"),
    "report-cut": Known(
        _lists(GOVERNMENT, other={2022: Answer(report_page(COUNTY, 2022)[:9000], content_length=30000)}),
        "lll",
        {GOVERNMENT: "pup"},
        why="breaks off",
    ),
    "quarantined": Known(
        _lists(GOVERNMENT, other={2022: _UNREADABLE}), "lll", {GOVERNMENT: "pqp"}, why="not an annual report"
    ),
    "in-part": Known(_lists(GOVERNMENT, other={2022: _in_part(2022)}), "lll", {GOVERNMENT: "p~p"}),
    "lesser-edition": Known(_two_editions, "lll", _WHOLE),
    "twin": Known(_same_addresses, "lll", _WHOLE, of="fine"),
    "city": Known(_lists(GOVERNMENT, years=(2021,)), "lnn", {GOVERNMENT: "pnn"}, of="firewall"),
}
