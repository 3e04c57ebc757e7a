"""Chromium as people use it, driven through Debian's driver: what it shows, logs and asks for.

Owns where browser and driver lie, and how a page is waited for. Nothing is downloaded: where either is missing, the
tests that need them skip.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.command import Command
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

CHROMIUM, DRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
SIZE = (1400, 900)
_PATIENCE = 20
_READY = """
const places = window.vegaEmbed ? [...document.querySelectorAll("script.chart + .drawn")] : [];
return document.readyState === "complete" && places.every((place) => place.childElementCount > 0);
"""
_SERIOUS = frozenset({"serious", "critical"})
_AXE = """
const [rules, done] = arguments;
const options = {iframes: false, resultTypes: ["violations"]};
if (rules.length) options.runOnly = {type: "rule", values: rules};
const failed = (error) => done([{id: String(error), impact: "critical", nodes: []}]);
axe.run(document, options).then((found) => done(found.violations), failed);
"""


@dataclass(frozen=True, slots=True)
class Browser:
    """One window of Chromium."""

    driver: webdriver.Chrome

    def open(self, address: str) -> None:
        """Open an address, and wait until all of it is there and drawn."""
        self.forget()
        self.driver.get(address)
        self.wait_until_drawn()

    def wait_until_drawn(self) -> None:
        self.wait().until(lambda driver: driver.execute_script(_READY))

    def wait(self) -> WebDriverWait[webdriver.Chrome]:
        """Return what waits, also while a page gives way to another."""
        return WebDriverWait(self.driver, _PATIENCE, 0.05, ignored_exceptions=[StaleElementReferenceException])

    def forget(self) -> None:
        """Drop what was logged so far."""
        for kind in ("browser", "performance"):
            self._log(kind)

    def _log(self, kind: str) -> list[dict[str, Any]]:
        """Return what was logged since this was last asked."""
        entries: list[dict[str, Any]] = self.driver.execute(Command.GET_LOG, {"type": kind})["value"]
        return entries

    def complaints(self) -> list[str]:
        """Return the warnings and errors in the console since the page was opened."""
        logged = self._log("browser")
        return [entry["message"] for entry in logged if entry["level"] in ("WARNING", "SEVERE")]

    def requested(self) -> list[str]:
        """Return all addresses that were asked for since the page was opened."""
        events = (json.loads(entry["message"])["message"] for entry in self._log("performance"))
        return [_address(event) for event in events if event["method"] in _ASKING]

    def violations(self, *rules: str) -> list[str]:
        """Return the serious and critical violations that axe-core finds, of some rules or of all it has."""
        if not self.driver.execute_script("return typeof window.axe === 'object'"):
            self.driver.execute_script(_axe())
        found: Sequence[Mapping[str, Any]] = self.driver.execute_async_script(_AXE, list(rules))
        return [
            f"{violation['id']}: {violation.get('help')}: {[node['html'] for node in violation['nodes'][:3]]}"
            for violation in found
            if violation["impact"] in _SERIOUS
        ]

    def prefer(self, scheme: Literal["light", "dark"]) -> None:
        """Prefer light or dark pages from now on."""
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, wherever the focus is."""
        for key in keys:
            ActionChains(self.driver).send_keys(key).perform()

    @property
    def focused(self) -> WebElement:
        return self.driver.switch_to.active_element

    @property
    def text(self) -> str:
        """What the page shows."""
        return self.driver.find_element(By.TAG_NAME, "body").text


_ASKING = {
    "Network.requestWillBeSent": lambda event: event["params"]["request"]["url"],
    "Network.webSocketCreated": lambda event: event["params"]["url"],
}


def _address(event: Mapping[str, Any]) -> str:
    return str(_ASKING[event["method"]](event))


@cache
def _axe() -> str:
    return files("axe_core_python").joinpath("axe.min.js").read_text("utf-8")


def stays_here(address: str, server: str) -> bool:
    """Return whether an address is one of the server's, or leads nowhere.

    >>> stays_here("http://127.0.0.1:1/a", "http://127.0.0.1:1/"), stays_here("http://127.0.0.1:12/", "http://127.0.0.1:1/")
    (True, False)
    """
    parts = urlsplit(address)
    return parts.scheme in ("data", "about", "blob") or parts[:2] == urlsplit(server)[:2]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium without a window; skip the test, with the reason, where it is missing."""
    missing = [str(path) for path in (CHROMIUM, DRIVER) if not path.exists()]
    if missing:
        pytest.skip(f"{' and '.join(missing)} missing: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    width, height = SIZE
    for argument in (
        *("--headless=new", f"--window-size={width},{height}", "--hide-scrollbars", "--disable-gpu", "--lang=en"),
        *("--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"),
        "--disable-dev-shm-usage",
    ):
        options.add_argument(argument)
    if os.geteuid() == 0:  # whose processes Chromium's sandbox does not take
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, Service(str(DRIVER)))
    try:
        driver.set_page_load_timeout(60)
        driver.set_script_timeout(60)
        driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )
        yield Browser(driver)
    finally:
        driver.quit()
