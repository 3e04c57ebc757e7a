"""Several portals of counties at once, with what a backfill meets there: two pages of a list, files, gaps, refusals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from extractors.portals.portal import Portal, write_portal
from tests.support.portals.county import COUNTY, GOVERNMENT, County, report_page
from tests.support.reports.random_reports import as_drawn, print_report
from tests.support.sample_portal.pdf import render_pdf
from tests.support.servers.scripted import Answer, RecordedRequest

BUREAUS = ("甲子县教育局", "甲子县财政局")


@dataclass(frozen=True, slots=True)
class Counties:
    """Portals on loopback, each of a county of its own."""

    servers: Sequence[County]

    @property
    def portals(self) -> list[Portal]:
        """The file of each."""
        return [_file(server, number) for number, server in enumerate(self.servers, 1)]

    @property
    def environment(self) -> dict[str, str]:
        """What lets a process crawl them."""
        allowed = ",".join(server.authority for server in self.servers)
        return {"NIANBAO_ALLOW_PRIVATE_HOSTS": allowed, "NIANBAO_RETRIES": "0", "NIANBAO_READ_WORKERS": "1"}

    def write_files(self, data_root: Path) -> None:
        """Put their files into a data root."""
        for portal in self.portals:
            write_portal(portal, data_root / "portals")

    def asked(self) -> list[list[str]]:
        """Return the URLs that each portal was asked for since the last call, in order."""
        asked = [[_url(server, one) for one in server.requests] for server in self.servers]
        for server, own in zip(self.servers, asked, strict=True):
            del server.requests[: len(own)]
        return asked

    def count(self) -> int:
        """How many requests came since the last call of `asked`."""
        return sum(len(server.requests) for server in self.servers)


@contextmanager
def serve_counties(count: int, years: Sequence[int]) -> Iterator[Counties]:
    """Counties with three reports a year, less one, of which one is a file, one is gone and one is refused."""
    with ExitStack() as stack:
        servers = [stack.enter_context(County()) for _ in range(count)]
        for server in servers:
            _fill(server, years)
        yield Counties(servers)


def repeated(urls: Sequence[str]) -> set[str]:
    """Those that stand there more than once."""
    return {url for url, count in Counter(urls).items() if count > 1}


def _fill(server: County, years: Sequence[int]) -> None:
    answers: dict[tuple[str, int], Answer | str | None] = {
        (BUREAUS[0], years[0]): report_page(BUREAUS[0], years[0], inner='<p>附件：<a href="./P1.pdf">年度报告</a></p>'),
        (BUREAUS[1], years[0]): Answer(status=404),
        (BUREAUS[1], years[1]): Answer(status=412),
    }
    for year in years:
        for agency in (GOVERNMENT, *BUREAUS):
            if (agency, year) != (BUREAUS[0], years[1]):
                path = server.add(agency, year, answers.get((agency, year)))
                if (agency, year) == (BUREAUS[0], years[0]):
                    parts = print_report(year, 1, as_drawn).parts
                    server.serve(f"{path.rpartition('/')[0]}/P1.pdf", Answer(render_pdf(agency, year, parts)))
    half = len(server.listed) // 2
    later, server.listed = server.listed[half:], server.listed[:half]
    server.foot = '<a href="index_2.html">2</a><a href="index_2.html">尾页</a>'
    first = server.list_page()
    server.listed, server.foot = later, ""
    second = server.list_page()
    server.serve(server.list_path, first)
    server.serve(f"{server.list_path}index_2.html", second)


def _file(server: County, number: int) -> Portal:
    code = f"CN-9902{number:02}"
    return server.file().model_copy(
        update={"id": f"county-{number}", "jurisdiction": code, "divisions": {COUNTY: code}}
    )


def _url(server: County, asked: RecordedRequest) -> str:
    query = "&".join(f"{name}={value}" for name, value in asked.query.items())
    return f"{server.url}{asked.path}" + (f"?{query}" if query else "")
