"""The pages with a keyboard alone: what Tab reaches, in which order, and that it can be seen."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.expected_conditions import url_to_be

from tests.flows.explorer.browser.test_pages import first_of_each_kind
from tests.support.browser import Browser
from tests.support.explorer_server import ExplorerServer
from tests.support.explorer_walk import Visited

_STOP = """
const focused = document.activeElement, style = getComputedStyle(focused), box = focused.getBoundingClientRect();
return {
    name: focused.tagName.toLowerCase(), inside: focused.closest("header, main, .skip") !== null,
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1 || focused.tagName === "IFRAME",
    shown: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
    html: focused.outerHTML.slice(0, 200),
};
"""


def stops(browser: Browser, most: int) -> list[dict[str, object]]:
    """Press Tab until the page has been gone through, or so often; return where the focus stood each time."""
    found: list[dict[str, object]] = []
    for _ in range(most):
        browser.press(Keys.TAB)
        stop = browser.driver.execute_script(_STOP)
        if stop["name"] == "body":
            break
        found.append(stop)
    return found


def test_the_first_stop_leads_past_the_navigation(browser: Browser, server: ExplorerServer) -> None:
    browser.open(f"{server.address}en/portals/")
    browser.press(Keys.TAB)
    assert browser.focused.get_attribute("class") == "skip"
    assert browser.focused.rect["x"] >= 0
    browser.press(Keys.ENTER)
    browser.wait().until(lambda _: browser.focused.get_attribute("id") == "content")
    browser.press(Keys.TAB)
    assert browser.driver.execute_script("return document.activeElement.closest('main') !== null")


def test_tab_goes_through_the_navigation_in_its_order(browser: Browser, server: ExplorerServer) -> None:
    browser.open(f"{server.address}en/")
    links = [link.text for link in browser.driver.find_elements(By.CSS_SELECTOR, "header nav a")]
    browser.press(Keys.TAB)
    found = []
    for _ in links:
        browser.press(Keys.TAB)
        found.append(browser.focused.text)
    assert found == links


@pytest.mark.parametrize("place", ["", "ask/?question=4", "portals/sample/", "quarantine/?reason=%E5%B9%B4"])
def test_the_other_language_is_the_same_page(browser: Browser, server: ExplorerServer, place: str) -> None:
    browser.open(f"{server.address}en/{place}")
    heading = browser.driver.find_element(By.TAG_NAME, "h1").text
    link = browser.driver.find_element(By.CSS_SELECTOR, "a.language")
    while browser.focused != link:
        browser.press(Keys.TAB)
    for language, other in (("zh", "zh-Hans"), ("en", "en")):
        browser.press(Keys.ENTER)
        browser.wait().until(url_to_be(f"{server.address}{language}/{place}"))
        browser.wait_until_drawn()
        assert browser.driver.find_element(By.TAG_NAME, "html").get_attribute("lang") == other
        browser.driver.execute_script("document.querySelector('a.language').focus()")
    assert browser.driver.find_element(By.TAG_NAME, "h1").text == heading


@pytest.mark.parametrize("most", [50, pytest.param(400, marks=pytest.mark.long)])
def test_every_stop_of_every_kind_of_page_is_seen(browser: Browser, pages: list[Visited], most: int) -> None:
    wrong = {}
    for address in first_of_each_kind(pages, "en"):
        if "?sql=" in address:
            continue
        browser.open(address)
        found = stops(browser, most)
        assert len(found) > 4, address
        if hidden := [stop for stop in found if not (stop["outlined"] and stop["shown"] and stop["inside"])]:
            wrong[address] = hidden[:3]
    assert wrong == {}


def test_a_question_is_typed_asked_and_answered(browser: Browser, server: ExplorerServer) -> None:
    browser.open(f"{server.address}en/ask/")
    while browser.focused.get_attribute("id") != "sql":
        browser.press(Keys.TAB)
    browser.press("SELECT year, count(*) AS reports FROM reports GROUP BY year ORDER BY year")
    browser.press(Keys.TAB)
    assert browser.focused.tag_name == "button"
    browser.press(Keys.ENTER)
    browser.wait().until(lambda driver: driver.find_elements(By.CSS_SELECTOR, "table.answer"))
    rows = browser.driver.find_elements(By.CSS_SELECTOR, "table.answer tbody tr")
    counted = {int(year): int(count) for year, count in (row.text.split() for row in rows)}
    assert sum(counted.values()) == 13
    assert min(counted) == 2018
    assert "sql=SELECT+year" in browser.driver.current_url
    browser.driver.back()
    browser.wait_until_drawn()
    assert not browser.driver.find_elements(By.CSS_SELECTOR, "table.answer")


def test_a_mistake_is_told_beside_what_was_typed(browser: Browser, server: ExplorerServer) -> None:
    browser.open(f"{server.address}zh/ask/")
    browser.driver.find_element(By.ID, "sql").send_keys("SELECT nothing FROM nowhere", Keys.TAB, Keys.NULL)
    browser.press(Keys.ENTER)
    browser.wait().until(lambda driver: driver.find_elements(By.ID, "fault"))
    assert "nowhere" in browser.driver.find_element(By.ID, "fault").text
    assert browser.driver.find_element(By.ID, "sql").get_property("value") == "SELECT nothing FROM nowhere"
    assert browser.violations() == []
