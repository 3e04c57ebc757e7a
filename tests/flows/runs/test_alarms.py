"""Receivers that cannot be used cost a line of log, never a traceback or a secret."""

from __future__ import annotations

import logging

import apprise
import pytest

from flows.runs.alarms import send_alarms
from flows.runs.result import RunResult


def blocked() -> RunResult:
    result = RunResult()
    result.alarm("jiazi", "blocked", "HTTP 412")
    return result


def test_an_address_that_no_url_can_be_is_logged_without_its_secret(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        send_alarms("nightly", "run", blocked(), ["json://[SECRET"])
    (record,) = caplog.records
    assert record.message.startswith("the alarms could not be sent to json://… (NIANBAO_ALARM_URLS): ")
    assert "SECRET" not in caplog.text


def test_a_plugin_that_crashes_on_an_address_is_logged_without_its_secret(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise AttributeError("SECRET")

    monkeypatch.setattr(apprise.Apprise, "instantiate", crash)
    with caplog.at_level(logging.DEBUG):
        send_alarms("nightly", "run", blocked(), ["jsons://example.org/SECRET"])
    assert [record.message for record in caplog.records] == [
        "the alarms could not be sent to jsons://example.org (NIANBAO_ALARM_URLS): AttributeError"
    ]
