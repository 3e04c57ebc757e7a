"""Pictures of the pages, for the documentation: NIANBAO_PICTURES=docs/pictures writes them there.

They are compared by what the pages say, never by their pixels.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions

from tests.support.browser import SIZE, Browser
from tests.support.explorer_server import ExplorerServer
from tests.support.paths import REPOSITORY
from transforms.jurisdictions.identifiers import report_id

REPORT = report_id("CN-990102", "人民政府", 2023)
ADDRESSES = {
    "overview": "en/",
    "place": "en/places/CN-990101/",
    "report": f"en/reports/{REPORT}/",
    "finding": "en/findings/",
    "ask": "en/ask/?question=4",
}
"""Name of a picture → the page that it shows, or that leads there."""
SAYS = {
    "overview": "13",
    "ask": "natural_person",
    "place": "Applications received",
    "report": "乙丑县人民政府",
    "finding": "Printed so",
}
"""Name of a picture → what its page says for certain."""
_COLOURS = 128
_FEWEST_COLOURS = 8
_LARGEST = 300_000


def save(picture: bytes, path: Path) -> Image.Image:
    """Save a picture with as many colours as text and charts need."""
    with Image.open(io.BytesIO(picture)) as opened:
        image = opened.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    image.save(path, optimize=True)
    return image


def open_a_source(browser: Browser) -> None:
    """Open the source of the figure that a finding concerns first, and wait until it stands in the frame."""
    browser.driver.execute_script("document.querySelector('td a[target=source][href*=granted]').click()")
    browser.wait().until(expected_conditions.frame_to_be_available_and_switch_to_it((By.NAME, "source")))
    browser.wait().until(expected_conditions.presence_of_element_located((By.CSS_SELECTOR, "iframe.archived")))
    browser.driver.switch_to.default_content()
    browser.driver.execute_script("document.getElementById('table-disclosures').scrollIntoView()")


def test_pictures_show_what_the_pages_say(browser: Browser, server: ExplorerServer, tmp_path: Path) -> None:
    wanted = os.environ.get("NIANBAO_PICTURES")
    folder = REPOSITORY / wanted if wanted else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    browser.driver.set_window_size(*SIZE)  # another test may have made it narrow
    for name, address in ADDRESSES.items():
        browser.open(f"{server.address}{address}")
        if name == "report":
            open_a_source(browser)
        if name == "finding":
            browser.driver.find_element(By.PARTIAL_LINK_TEXT, "prints 96").click()
            browser.wait_until_drawn()
        assert SAYS.get(name, "") in browser.text, name
        path = folder / f"{name}.png"
        image = save(browser.driver.get_screenshot_as_png(), path)
        assert image.width == SIZE[0]
        assert len(image.getcolors(256) or ()) >= _FEWEST_COLOURS, name
        assert path.stat().st_size < _LARGEST, name
