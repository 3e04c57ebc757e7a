"""Pictures of the pages, for the documentation: NIANBAO_PICTURES=docs/pictures writes them there.

They are compared by what the pages say, never by their pixels.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image

from tests.support.browser import SIZE, Browser
from tests.support.explorer_server import ExplorerServer
from tests.support.explorer_walk import Visited, kind_of
from tests.support.paths import REPOSITORY

KINDS = {
    "overview": ("en", ""),
    "place": ("en", "places", "#", ""),
    "report": ("en", "reports", "#", ""),
    "finding": ("en", "findings", "#", ""),
}
"""Name of a picture → the kind of page that it shows: the first that links lead to."""
ASKED = "en/ask/?question=4"
THERE = {"overview", "ask"}
"""Pictures of pages that are certain to be there."""
SAYS = {"overview": "13", "ask": "natural_person"}
"""Name of a picture → what its page says for certain."""
_COLOURS = 128
_FEWEST_COLOURS = 8
_LARGEST = 300_000


def pictured(pages: list[Visited], server: ExplorerServer) -> dict[str, str]:
    """Return the address of each picture."""
    found = {"ask": f"{server.address}{ASKED}"}
    for page in pages:
        for name, kind in KINDS.items():
            if page.status == 200 and kind_of(page.address) == kind:
                found.setdefault(name, page.address)
    return found


def save(picture: bytes, path: Path) -> Image.Image:
    """Save a picture with as many colours as text and charts need."""
    with Image.open(io.BytesIO(picture)) as opened:
        image = opened.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    image.save(path, optimize=True)
    return image


def test_pictures_show_what_the_pages_say(
    browser: Browser, server: ExplorerServer, pages: list[Visited], tmp_path: Path
) -> None:
    wanted = os.environ.get("NIANBAO_PICTURES")
    folder = REPOSITORY / wanted if wanted else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    addresses = pictured(pages, server)
    assert addresses.keys() >= THERE
    for name, address in addresses.items():
        browser.open(address)
        assert SAYS.get(name, "") in browser.text, name
        path = folder / f"{name}.png"
        image = save(browser.driver.get_screenshot_as_png(), path)
        assert image.size == SIZE
        assert len(image.getcolors(256) or ()) >= _FEWEST_COLOURS, name
        assert path.stat().st_size < _LARGEST, name
