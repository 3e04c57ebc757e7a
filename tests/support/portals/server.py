"""What all simulated portals share: a real HTTP server on loopback, its reports, and a crawl of one column."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from extractors.discovery.list_reader import Discovery, discover
from extractors.portals.portal import AUTO, Portal
from extractors.web.client import PoliteClient
from extractors.web.policy import Politeness
from extractors.web.response import Response
from transforms.prose.titles import report_title


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list: its number on the portal, its title and its day."""

    number: int
    title: str
    day: date


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the portal saw it; `posted` is empty for GET."""

    method: str
    path: str
    query: dict[str, str]
    posted: str
    headers: dict[str, str]

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.posted, keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Answer:
    """A status with a body; routes may give the body alone."""

    body: str | bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Route = Callable[[Asked], "Answer | str | bytes | None"]


def annual_reports(count: int) -> list[Item]:
    """Reports of a county and its departments, the latest first; each is an annual report by its title."""
    names = ["财政", "教育", "民政", "司法", "审计", "统计", "水利", "交通运输", "农业农村", "自然资源", "市场监督管理"]
    bureaus = [f"甲子县{name}局" for name in names]
    agencies = ["甲子县人民政府", *bureaus, "甲子县丁卯镇人民政府", "甲子县戊辰街道办事处"]
    items = []
    for at in range(count):
        year = 2025 - at // len(agencies)
        title = f"{agencies[at % len(agencies)]}{year}年政府信息公开工作年度报告"
        items.append(Item(1000 + at, title, date(year + 1, 1 + at % 3, 1 + at % 28)))
    return items


def hub_items() -> list[Item]:
    """What stands beside reports in a column and is none (PORTALS §3)."""
    titles = [
        "甲子县政府信息公开指南",
        "政府信息公开年度报告制度（试行）",
        "关于做好2025年政府信息公开工作年度报告编制和发布工作的通知",
        "2022年上半年政府信息公开数据统计",
        "2019年政务公开工作总结",
        "2023年政府网站年度报表",
    ]
    return [Item(9000 + at, title, date(2023, 5, 1 + at)) for at, title in enumerate(titles)]


def pages_of(items: list[Item], size: int) -> list[list[Item]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def page(content: str, head: str = "") -> str:
    """A page with the chrome of a portal around its content."""
    chrome = '<div class="nav"><a href="/">首页</a><a href="/xw/index.html">新闻</a></div>'
    foot = '<div class="foot"><a href="http://www.other.gov.cn/">友情链接</a><a href="/map.html">网站地图</a></div>'
    return f'<!DOCTYPE html><html><head><meta charset="utf-8">{head}</head><body>{chrome}{content}{foot}</body></html>'


class SimulatedPortal:
    """Serves routes by path while its `with` block lasts; other paths are gone.

    `column` is the path of its column of reports, `items` are what the column lists. Its homepage leads there.
    """

    def __init__(self, column: str, items: list[Item]) -> None:
        self.items = items
        self.column = column
        self.routes: dict[str, Route] = {}
        self.asked: list[Asked] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.authority = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.authority}"
        self.serve("/", page(f'<div><a href="/zwgk/">政务公开</a><a href="{column}">政府信息公开年报</a></div>'))

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def serve(self, path: str, answer: Route | Answer | str | bytes) -> None:
        """Answer requests for `path`, whatever their query."""
        self.routes[path] = answer if callable(answer) else lambda _: answer

    def serve_articles(self, address: Callable[[Item], str], items: Iterable[Item] | None = None) -> None:
        """A page for each item."""
        for item in self.items if items is None else items:
            self.serve(
                urlsplit(address(item)).path, page(f'<h1>{item.title}</h1><div id="zoom"><p>一、总体情况</p></div>')
            )

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        route = self.routes.get(asked.path)
        given = route(asked) if route else None
        if given is None:
            return Answer("404", 404)
        return given if isinstance(given, Answer) else Answer(given)

    def politeness(self) -> Politeness:
        return Politeness(
            user_agent="nianbao/test (+mailto:contact@example.org)",
            delay=0.0,
            backoff=0.001,
            retries=0,
            timeout=5.0,
            total_time=5.0,
            allow_private_hosts=frozenset({self.authority}),
        )

    def crawl(self, dialect: str = AUTO, column: str | None = None) -> Discovery:
        """What discovery makes of the column over a real session."""
        portal = Portal(
            id="x",
            name="甲子县人民政府",
            jurisdiction="CN-990101",
            homepage=self.url + "/",
            list_pages=(self.url + (column or self.column),),
            dialect=dialect,
        )
        with PoliteClient(self.politeness()) as session:
            return discover(portal, session.get)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        portal = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # the body goes out after the head, and would wait 40 ms

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                posted = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8")
                headers = {name.lower(): value for name, value in self.headers.items()}
                query = dict(parse_qsl(parts.query, keep_blank_values=True))
                answer = portal.answer(Asked(self.command, parts.path, query, posted, headers))
                body = answer.body if isinstance(answer.body, bytes) else answer.body.encode("utf-8")
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        return Handler


def reports(found: Discovery) -> list[str]:
    """Titles of the entries that are annual reports, sorted."""
    return sorted(entry.title for entry in found.entries if report_title(entry.title))


def titles(items: Iterable[Item]) -> list[str]:
    return sorted(item.title for item in items)


def as_json(value: Any) -> Answer:
    return Answer(json.dumps(value, ensure_ascii=False), headers={"Content-Type": "application/json;charset=utf-8"})


def answered(url: str, content: str | bytes) -> Response:
    """A response as the session gives it, without a server."""
    body = content if isinstance(content, bytes) else content.encode("utf-8")
    return Response(url, url, 200, "ok", body, {}, datetime.now(UTC), "")
