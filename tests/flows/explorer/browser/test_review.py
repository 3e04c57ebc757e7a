"""A review with the keyboard alone: from the queue to the changed figure, and back by deleting the decision's line."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.support.browser import Browser
from tests.support.explorer_server import ExplorerServer, explorer_server
from tests.support.fixtures import Demo
from warehouse.query.query import connect, run

FIGURES = 'SELECT jurisdiction, year, report_id, "table", figure, value FROM reconciled'
NEW = "12345"
_MOST_STOPS = 200


@pytest.fixture
def root(demo: Demo, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo.root, tmp_path / "data"))


@pytest.fixture
def desk(browser: Browser, root: Path) -> Iterator[ExplorerServer]:
    """Serve a data root that the test changes."""
    with explorer_server(root) as running:
        yield running


def figures(root: Path) -> set[tuple[object, ...]]:
    with connect(root / "warehouse") as connection:
        return set(run(connection, FIGURES).rows)


def tab_to(browser: Browser, selector: str) -> None:
    """Press Tab until an element that fits has the focus."""
    for _ in range(_MOST_STOPS):
        browser.press(Keys.TAB)
        if browser.driver.execute_script("return document.activeElement.matches(arguments[0])", selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")


def open_first_finding(browser: Browser, desk: ExplorerServer) -> None:
    browser.open(f"{desk.address}en/findings/")
    tab_to(browser, "th.message a")
    browser.press(Keys.ENTER)
    browser.wait().until(lambda driver: driver.find_elements(By.CSS_SELECTOR, "form.decision"))
    browser.wait_until_drawn()


def sign(browser: Browser) -> None:
    """Give a name, which the desk remembers from the last decision, and send the form."""
    assert browser.focused.get_attribute("name") == "by"
    if not browser.focused.get_property("value"):
        browser.press("reader")
    browser.press(Keys.ENTER)


def apply(browser: Browser) -> None:
    """Press the button that reads the document again, and wait until that is done."""
    browser.wait().until(lambda driver: driver.find_elements(By.CSS_SELECTOR, ".waiting button"))
    tab_to(browser, ".waiting button")
    browser.press(Keys.ENTER)
    browser.wait().until(lambda driver: driver.current_url.endswith("/runs/"))
    browser.wait().until(lambda _: "Done" in browser.text)


def test_a_correction_changes_exactly_that_figure(browser: Browser, desk: ExplorerServer, root: Path) -> None:
    before = figures(root)
    open_first_finding(browser, desk)
    browser.press("c")
    assert browser.focused.get_attribute("name") == "cell"
    if not browser.focused.get_property("value"):
        browser.press(Keys.ARROW_DOWN)
    cell = browser.focused.get_property("value")
    browser.press(Keys.TAB, NEW, Keys.TAB, Keys.TAB, "the scan prints it so", Keys.TAB)
    sign(browser)
    apply(browser)
    gone, came = before - figures(root), figures(root) - before
    assert len(gone) == len(came) == 1
    ((*_, old),), ((*_, table, figure, new),) = gone, came
    assert f"{table}/{figure}" == cell
    assert (old == new, str(new).rstrip("0").rstrip(".")) == (False, NEW)
    assert NEW in browser.text
    (lookup,) = [path for path in root.glob("*.yml") if NEW in path.read_text("utf-8")]
    assert "the scan prints it so" in lookup.read_text("utf-8")


def test_what_is_printed_so_is_settled_and_changes_no_figure(
    browser: Browser, desk: ExplorerServer, root: Path
) -> None:
    before = figures(root)
    open_first_finding(browser, desk)
    finding = browser.driver.current_url
    browser.press("a")
    assert browser.focused.get_attribute("name") == "reason"
    browser.press("the county's own sum is wrong", Keys.TAB)
    sign(browser)
    apply(browser)
    assert figures(root) == before
    browser.open(finding)
    assert "the county's own sum is wrong" in browser.text
    assert browser.violations() == []
