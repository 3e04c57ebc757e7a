"""The guard and the forms, on an application with a form and a defect of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from fastapi.testclient import TestClient

from flows.explorer.explorer import Explorer, open_explorer
from flows.explorer.forms import TOKEN, Fields
from flows.explorer.guard import Guard
from flows.explorer.server import guard_of
from flows.settings import Settings
from tests.support.explorer_client import HOST, client_of
from tests.support.warehouse.example_answers import publish_examples

ORIGIN = f"http://{HOST}"


def save(fields: Fields) -> PlainTextResponse:
    return PlainTextResponse(repr(dict(fields)))


def fail() -> None:
    raise ZeroDivisionError("secret of the program")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("guarded")
    publish_examples(folder / "warehouse")
    return folder


@pytest.fixture(params=[False, True], ids=["writable", "read-only"])
def explorer(request: pytest.FixtureRequest, root: Path) -> Iterator[Explorer]:
    with open_explorer(Settings(data_root=root), request.param) as opened:
        yield opened


@pytest.fixture
def client(explorer: Explorer) -> TestClient:
    client = client_of(explorer)
    assert isinstance(client.app, FastAPI)
    client.app.post("/save")(save)
    client.app.get("/fail")(fail)
    client.app.get("/archived/fail")(fail)
    return client


def test_a_form_needs_its_token_and_a_writable_explorer(client: TestClient, explorer: Explorer) -> None:
    def sent(**fields: str) -> int:
        answer = client.post("/save", data={"name": "甲", **fields}, headers={"Origin": ORIGIN})
        return int(answer.status_code)

    assert sent(**{TOKEN: explorer.form_token}) == (403 if explorer.read_only else 200)
    assert sent() == 403
    for wrong in ("", "x", explorer.form_token[:-1], explorer.form_token + "x", "é", explorer.form_token.upper()):
        assert sent(**{TOKEN: wrong}) == 403
    files = {TOKEN: ("a.txt", explorer.form_token)}
    assert client.post("/save", files=files, headers={"Origin": ORIGIN}).status_code == 403
    answer = client.post("/save", content=b"\xff\xfe%00", headers={"Origin": ORIGIN})
    assert answer.status_code == 403
    torn = {"Origin": ORIGIN, "Content-Type": "multipart/form-data; boundary=x"}
    assert client.post("/save", content=b"--x\r\nContent-", headers=torn).status_code in (400, 403)


def test_a_form_of_another_site_is_refused_even_with_its_token(client: TestClient, explorer: Explorer) -> None:
    fields = {TOKEN: explorer.form_token}
    for headers in ({}, {"Origin": "null"}, {"Origin": "http://evil.example"}, {"Referer": f"{ORIGIN}/en/"}):
        assert client.post("/save", data=fields, headers=headers).status_code == 403


@pytest.mark.parametrize("address", ["/fail", "/archived/fail"])
def test_a_defect_has_the_headers_and_shows_no_traceback(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 500
    assert "secret of the program" not in answer.text
    assert "Traceback" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert ("sandbox" in answer.headers["content-security-policy"]) is address.startswith("/archived/")


def test_every_start_has_other_tokens(root: Path) -> None:
    with open_explorer(Settings(data_root=root), False) as one, open_explorer(Settings(data_root=root), False) as other:
        assert one.form_token != other.form_token
    assert len({guard_of("0.0.0.0", "0.0.0.0", 8321)[0].token for _ in range(5)}) == 5


@pytest.mark.parametrize(
    ("host", "bound", "port", "token", "answers", "refuses"),
    [
        ("127.0.0.1", "127.0.0.1", 8321, False, {"localhost:8321", "[::1]:8321"}, {"localhost", "127.0.0.1"}),
        ("localhost", "127.0.0.1", 80, False, {"localhost", "localhost:80", "127.0.0.1"}, {"localhost:8321"}),
        ("127.0.0.2", "127.0.0.2", 8321, True, {"127.0.0.2:8321"}, {"127.0.0.1:8321", "localhost:8321"}),
        ("Archive.Example", "10.0.0.5", 8321, True, {"archive.example:8321", "10.0.0.5:8321"}, {"10.0.0.6:8321"}),
        (
            "0.0.0.0",
            "0.0.0.0",
            8321,
            True,
            {"192.168.0.7:8321", "[fe80::1]:9000", "localhost:8321"},
            {"a.example:8321"},
        ),
        ("::", "::", 8321, True, {"[fe80::1]:8321", "192.168.0.7:80"}, {"1.2.3.4.evil.example:8321", "", "[", "evil"}),
    ],
)
def test_names_by_which_it_may_be_addressed(
    host: str, bound: str, port: int, token: bool, answers: set[str], refuses: set[str], explorer: Explorer
) -> None:
    guard, address = guard_of(host, bound, port)
    assert (guard.token is not None) is token
    assert ("?token=" in address) is token
    client = client_of(explorer, guard)
    for name in answers:
        assert client.get("/en/", headers={"Host": name}).status_code == (401 if token else 200), name
    for name in refuses:
        assert client.get("/en/", headers={"Host": name}).status_code == 421, name


def test_the_token_in_an_address_leads_to_the_same_page_without_it(explorer: Explorer) -> None:
    client = client_of(explorer, Guard(frozenset({HOST}), "t" * 32))
    answer = client.get(f"/zh/quarantine/?reason=%E5%B9%B4%26&token={'t' * 32}&portal=a")
    assert (answer.status_code, answer.headers["location"]) == (303, "/zh/quarantine/?reason=%E5%B9%B4%26&portal=a")
    assert client.get("/zh/quarantine/").status_code == 200
    for address in ("//evil.example/", "///evil.example", "/\\evil.example", "/%2f%2fevil.example"):
        leading = client.get(f"http://{HOST}{address}?token={'t' * 32}").headers.get("location", "")
        assert not leading.startswith(("//", "/\\", "http")), leading


@pytest.mark.parametrize(
    ("site", "mode", "destination", "status"),
    [
        ("cross-site", "navigate", "document", 200),
        ("cross-site", "navigate", "iframe", 403),
        ("cross-site", "no-cors", "image", 403),
        ("cross-site", "no-cors", "document", 403),
        ("same-origin", "no-cors", "image", 200),
        ("none", "navigate", "document", 200),
    ],
)
def test_another_site_may_link_but_not_ask(
    client: TestClient, site: str, mode: str, destination: str, status: int
) -> None:
    sent = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": destination}
    answer = client.get("/en/ask/", headers=sent)
    assert answer.status_code == status
    assert client.head("/en/ask/", headers=sent).status_code in (status, 405)
