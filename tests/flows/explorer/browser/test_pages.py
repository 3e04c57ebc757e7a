"""Every page of the demonstration in Chromium: nothing is logged, nobody else is asked, nothing keeps people out."""

from __future__ import annotations

from itertools import cycle
from urllib.parse import urlsplit

import pytest
from selenium.webdriver.common.by import By

from tests.support.browser import Browser, stays_here
from tests.support.explorer_server import ExplorerServer
from tests.support.explorer_walk import Visited, kind_of

_OVERFLOW = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"


def first_of_each_kind(pages: list[Visited], *languages: str) -> list[str]:
    """Return an address for each kind of page, in these languages by turns.

    Documents of portals, in which nothing runs, are left out.
    """
    kinds: dict[tuple[str, ...], dict[str, str]] = {}
    for page in pages:
        language, place, *rest = kind_of(page.address)
        kind = (place, *(part for part in rest if place == "ask" or not part.startswith("?")))
        if page.status == 200 and not page.is_archived:
            kinds.setdefault(kind, {}).setdefault(language, page.address)
    turns = zip(kinds.values(), cycle(languages), strict=False)
    return [of_kind.get(language) or next(iter(of_kind.values())) for of_kind, language in turns]


def test_every_page_is_shown_without_a_complaint_or_a_request_to_anybody_else(
    browser: Browser, server: ExplorerServer, pages: list[Visited]
) -> None:
    wrong: dict[str, object] = {}
    for page in pages:
        browser.open(page.address)
        complaints = browser.complaints()
        elsewhere = [address for address in browser.requested() if not stays_here(address, server.address)]
        if complaints or elsewhere or not browser.text:
            wrong[page.address] = (complaints, elsewhere)
    assert wrong == {}
    assert {urlsplit(page.address).path.split("/")[1] for page in pages} >= {"zh", "en"}


@pytest.mark.parametrize(
    ("scheme", "languages"),
    [
        ("light", ("zh", "en")),
        ("dark", ("en", "zh")),
        pytest.param("light", ("en", "zh"), marks=pytest.mark.long),
        pytest.param("dark", ("zh", "en"), marks=pytest.mark.long),
    ],
)
def test_axe_core_finds_nothing_serious(
    browser: Browser, pages: list[Visited], scheme: str, languages: tuple[str, str]
) -> None:
    browser.prefer("dark" if scheme == "dark" else "light")
    try:
        found: dict[str, list[str]] = {}
        for address in first_of_each_kind(pages, *languages):
            browser.open(address)
            # What is wrong in the light is wrong in the dark, but for colours.
            if violations := browser.violations(*(["color-contrast"] if scheme == "dark" else [])):
                found[address] = violations
        assert found == {}
    finally:
        browser.prefer("light")


def test_dark_pages_are_dark(browser: Browser, server: ExplorerServer) -> None:
    colours = []
    try:
        for scheme in ("light", "dark"):
            browser.prefer("dark" if scheme == "dark" else "light")
            browser.open(f"{server.address}zh/")
            colours.append(browser.driver.find_element(By.TAG_NAME, "body").value_of_css_property("background-color"))
    finally:
        browser.prefer("light")
    light, dark = (sum(map(float, colour.partition("(")[2].rstrip(")").split(",")[:3])) for colour in colours)
    assert light > 600
    assert dark < 200


@pytest.mark.parametrize("languages", [("en", "zh"), pytest.param(("zh", "en"), marks=pytest.mark.long)])
def test_pages_fit_a_narrow_window(browser: Browser, pages: list[Visited], languages: tuple[str, str]) -> None:
    metrics = {"width": 360, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    wrong: dict[str, int] = {}
    browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        for address in first_of_each_kind(pages, *languages):
            browser.open(address)
            if (beyond := int(browser.driver.execute_script(_OVERFLOW))) > 1:
                wrong[address] = beyond
    finally:
        wide = {"width": 1400, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", wide)
    assert wrong == {}
