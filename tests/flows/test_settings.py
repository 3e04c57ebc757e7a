"""Settings that name files, and how they reach the session."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from flows.settings import Settings, explain
from tests.support.paths import REPOSITORY
from tests.support.servers.certificates import make_certificate


def test_bundle_of_certificates_reaches_the_session(tmp_path: Path) -> None:
    made = make_certificate(tmp_path, "mirror.example.org")
    assert Settings(ca_bundle=made.certificate).politeness(1.0).ca_bundle == str(made.certificate)
    assert Settings().politeness(1.0).ca_bundle is None


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_bundle_that_holds_no_certificate_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    path = tmp_path / "bundle.pem"
    if content is not None:
        path.write_text(content, "utf-8")
    monkeypatch.setenv("NIANBAO_CA_BUNDLE", str(path))
    with pytest.raises(ValidationError) as raised:
        Settings()
    assert "NIANBAO_CA_BUNDLE: " in explain(raised.value)


def test_the_old_name_of_the_web_hook_is_refused_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("NIANBAO_WEBHOOK_URL=https://example.org/SECRET\n", "utf-8")
    with pytest.raises(ValidationError) as raised:
        Settings()
    assert explain(raised.value).startswith("NIANBAO_WEBHOOK_URL: set NIANBAO_ALARM_URLS=jsons://")
    assert "SECRET" not in explain(raised.value)
    (tmp_path / ".env").write_text("NIANBAO_WEBHOOK_URL=\n", "utf-8")
    Settings()


def test_an_alarm_address_that_apprise_does_not_understand_is_refused_without_its_secret(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("NIANBAO_ALARM_URLS", "jsons://y.org/z,nonsense://SECRET/a,slack://SECRET,json://[SECRET")
    with caplog.at_level(logging.DEBUG), pytest.raises(ValidationError) as raised:
        Settings()
    reason = "apprise does not understand the address json://…, nonsense://…, slack://…"
    assert explain(raised.value) == f"NIANBAO_ALARM_URLS: {reason}"
    assert "SECRET" not in caplog.text


@pytest.mark.parametrize(
    ("given", "contact"),
    [
        ("crawler@example.org", "crawler@example.org"),
        ("mailto:a.b+c@x-y.example.org", "a.b+c@x-y.example.org"),
        (" https://example.org/crawler ", "https://example.org/crawler"),
        ("http://example.org:8080", "http://example.org:8080"),
        ("", None),
        (" ", None),
    ],
)
def test_a_contact_is_an_e_mail_or_a_web_address(
    given: str, contact: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIANBAO_CONTACT", given)
    assert Settings().politeness(1.0).contact == contact


@pytest.mark.parametrize(
    "given",
    [
        *("me", "me@localhost", "a@example.org, b@example.org", "Me <me@example.org>", "me@example.org\r\nX: y"),
        *("example.org", "ftp://example.org/", "https://localhost/", "https://example.org/a (b)", "电话@example.org"),
    ],
)
def test_a_contact_that_no_one_can_write_to_is_refused(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANBAO_CONTACT", given)
    with pytest.raises(ValidationError) as raised:
        Settings()
    assert explain(raised.value).startswith("NIANBAO_CONTACT: ")
    assert "neither an e-mail address nor a web address" in explain(raised.value)


def test_settings_load_no_reader() -> None:
    """Every command and each worker process loads the settings first."""
    code = "import sys, flows.settings; flows.settings.Settings(); print(*(name for name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert "apprise" not in done.stdout.split()
    ours = {
        name for name in done.stdout.split() if name.split(".")[0] in ("flows", "extractors", "transforms", "warehouse")
    }
    assert ours == {
        *("flows", "flows.settings", "flows.workers", "flows.workers.limits"),
        *("extractors", "extractors.web", "extractors.web.policy"),
    }
