"""Reports that would act: their pages, texts, names and addresses are shown, and nothing of them does anything."""

from __future__ import annotations

import json
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from urllib.parse import urlsplit

import pytest
import uvicorn
from bs4 import BeautifulSoup
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from flows.explorer.application import create_application
from flows.explorer.evidence.marks import agree
from flows.explorer.explorer import open_explorer
from flows.explorer.guard import Guard
from tests.flows.explorer.evidence.explored import Explored, address, explored, figures_of
from tests.flows.explorer.evidence.hostile import ATTACKS
from tests.flows.explorer.evidence.test_sanitiser import assert_inert
from tests.support.reports.random_reports import COUNTY, as_drawn, print_report
from tests.support.sample_portal.page import render_article, render_parts
from tests.support.warehouse.place import Place, make_place

AGENCY = f"{COUNTY}人民政府"
NAME = "<img src=x onerror=alert(1)>&'\"; DROP TABLE reports；年报.html"
_CHROMIUM, _DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
BALANCED = (
    "a script",
    "a handler",
    "a link that is a script",
    "a form",
    "a refresh",
    "a base",
    "an import",
    "a drawing",
)
"""Attacks that leave a page whole; others swallow what follows them, and stand at its end."""


def hostile_page() -> str:
    printed = print_report(2023, 5, as_drawn)
    first = "".join(ATTACKS[name] for name in BALANCED)
    inner = first.join(render_parts([part]) for part in printed.parts) + "".join(ATTACKS.values())
    return render_article(printed.title, f"{AGENCY}<script>alert(1)</script>", date(2024, 1, 20), inner)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("hostile")
    found = make_place(folder / "data", "http://127.0.0.1:9")
    path = folder / NAME.replace("/", "")
    path.write_text(hostile_page(), "utf-8")
    assert found.ingest(path, jurisdiction="CN-370000").failures == []
    return found


@pytest.fixture(scope="module")
def site(place: Place) -> Iterator[Explored]:
    with explored(place.settings) as running:
        yield running


def test_every_figure_of_a_hostile_page_is_marked_in_a_page_that_cannot_act(site: Explored) -> None:
    (report,) = site.reports()
    figures = figures_of(report)
    assert len(figures) > 180
    for figure in figures[::7]:
        shown = site.shown(figure)
        assert agree(shown.marked or "", figure.raw), figure.name
        path = f"/archived/reports/{report.text('report_id')}/{figure.table}/{figure.name[1]}/"
        inside = site.get(path).text.partition("<body>")[2].rpartition("</body>")[0]
        assert_inert(inside, site.explorer.evidence.mark(report))


def test_nothing_of_a_hostile_report_is_markup_of_our_page(site: Explored) -> None:
    (report,) = site.reports()
    for figure in figures_of(report)[::20]:
        page = BeautifulSoup(site.get(address(figure)).text, "html.parser")
        assert [str(script.get("src")).rpartition("/")[2] for script in page.find_all("script")] == ["source.js"]
        assert page.find_all(["form", "svg", "object", "base"]) == []
        assert {name for element in page.find_all(True) for name in element.attrs if name.startswith("on")} == set()
        assert not any(frame["sandbox"] for frame in page.find_all("iframe"))


@contextmanager
def serving(place: Place) -> Iterator[str]:
    """Serve the explorer on a port of this machine."""
    listener = socket.create_server(("127.0.0.1", 0))
    host = f"127.0.0.1:{listener.getsockname()[1]}"
    with open_explorer(place.settings, False) as explorer:
        application = create_application(explorer, Guard(frozenset({host}), None))
        server = uvicorn.Server(uvicorn.Config(application, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://{host}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def browser() -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = str(_CHROMIUM)
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1200,900"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(_DRIVER)))
    try:
        yield driver
    finally:
        driver.quit()


@pytest.mark.skipif(_CHROMIUM is None or _DRIVER is None, reason="no chromium with chromedriver here")
def test_a_browser_asks_nobody_else_and_shows_the_marked_cell(place: Place, site: Explored) -> None:
    (report,) = site.reports()
    figure = next(figure for figure in figures_of(report) if figure.table == "requests" and figure.row["value"])
    with serving(place) as url, browser() as chrome:
        chrome.get(url + address(figure, "zh"))
        frame = chrome.find_element("css selector", "main > iframe.archived")
        chrome.execute_script("arguments[0].scrollIntoView({block: 'center'})", frame)
        time.sleep(1)
        chrome.switch_to.frame(frame)
        marked = chrome.find_element("css selector", "[id^=figure-]")
        assert agree(marked.text, figure.raw)
        assert chrome.execute_script("return document.scripts.length + document.forms.length") == 0
        assert chrome.find_elements("css selector", "[href], [onclick], [onerror]") == []
        lines = chrome.get_log("performance")  # type: ignore[no-untyped-call]
        logged = [json.loads(line["message"])["message"] for line in lines]
    sent = [entry["params"]["request"]["url"] for entry in logged if entry["method"] == "Network.requestWillBeSent"]
    assert {urlsplit(one).netloc for one in sent if not one.startswith("data:")} == {urlsplit(url).netloc}
    assert not any(entry["method"] == "Page.javascriptDialogOpening" for entry in logged)
