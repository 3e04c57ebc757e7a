"""Long addresses and long words in a narrow window: nothing reaches beyond it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.explorer.finding_id import finding_id
from tests.support.browser import Browser
from tests.support.explorer_server import explorer_server
from tests.support.warehouse.rows import HERE, finding, report, request
from warehouse.publish.write import publish

_OVERFLOW = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
_LONG = "W" * 120


@contextmanager
def narrow(browser: Browser) -> Iterator[None]:
    def show(width: int, *, mobile: bool) -> None:
        metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": mobile}
        browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    show(360, mobile=True)
    try:
        yield
    finally:
        show(1400, mobile=False)


def test_long_words_stay_in_a_narrow_window(browser: Browser, tmp_path: Path) -> None:
    long = report("a-2024", agency=_LONG, title=_LONG, url=f"https://example.org/{_LONG}.html", agency_id="a")
    found = finding("a-2024", message=_LONG, cells=["received/total"], expected=_LONG, actual=_LONG)
    rows = [request("a-2024"), request("a-2024", "granted", raw="1" * 60)]
    publish(tmp_path / "data/warehouse", HERE, {"reports": [long], "requests": rows, "findings": [found]})
    identifier = finding_id("a-2024", "total_equals_parts", "requests", ["received/total"], _LONG)
    beyond = {}
    with narrow(browser), explorer_server(tmp_path / "data") as server:
        for page in ("bodies/a/", "reports/a-2024/", f"findings/{identifier}/", "findings/"):
            for language in ("zh", "en"):
                browser.open(f"{server.address}{language}/{page}")
                assert _LONG in browser.text
                beyond[language, page] = int(browser.driver.execute_script(_OVERFLOW))
    assert {page: pixels for page, pixels in beyond.items() if pixels > 1} == {}
