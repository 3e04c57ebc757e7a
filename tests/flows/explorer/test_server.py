"""Who may ask a running explorer, and what it bears; over real connections to the process that users start."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psutil
import pytest

from flows.explorer.guard import COOKIE, LARGEST_FORM
from tests.support.explorer_server import Answer, ExplorerServer, explorer_server
from tests.support.processes.command import nianbao
from tests.support.warehouse.example_answers import publish_examples

NAMES = ("x-content-type-options", "content-security-policy", "referrer-policy", "cross-origin-resource-policy")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served") / "data"
    publish_examples(folder / "warehouse")
    return folder


@pytest.fixture(scope="module")
def server(root: Path) -> Iterator[ExplorerServer]:
    with explorer_server(root) as running:
        yield running


def assert_guarded(answer: Answer) -> None:
    assert set(NAMES) <= answer.headers.keys(), answer
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "Traceback" not in answer.text
    assert "server" not in answer.headers


def test_the_printed_address_answers(server: ExplorerServer) -> None:
    assert server.printed == f"http://127.0.0.1:{server.port}/"
    assert server.ask("/").status == 307
    assert server.ask("/").headers["location"] == "en/"
    assert server.ask("/", Accept_Language="zh-CN,zh;q=0.9").headers["location"] == "zh/"
    assert server.ask("/en/").status == 200


def test_it_answers_for_its_own_names_alone(server: ExplorerServer) -> None:
    port = server.port
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"LOCALHOST:{port}", f"[::1]:{port}"):
        assert server.ask("/en/", host=host).status == 200, host
    for host in (
        *(f"evil.example:{port}", f"127.0.0.1.evil.example:{port}", f"localhost.evil.example:{port}"),
        *("127.0.0.1", "localhost", f"127.0.0.1:{port + 1}", f"127.0.0.1.:{port}", f"localhost.:{port}"),
        *(
            f"127.0.0.2:{port}",
            f"0.0.0.0:{port}",
            f"127.1:{port}",
            f"evil@127.0.0.1:{port}",
            f"[::ffff:127.0.0.1]:{port}",
        ),
        *(f"127.0.0.1:{port}:80", f"127.0.0.1:{port}, evil.example", f"127.0.0.1:0{port}", "x" * 1000),
    ):
        answer = server.ask("/en/", host=host)
        assert answer.status == 421, host
        assert "年报" not in answer.text
        assert_guarded(answer)


def test_a_request_without_or_with_two_hosts_is_refused(server: ExplorerServer) -> None:
    assert server.ask("/en/", host=None).status == 400
    assert b" 421 " in server.send(b"GET /en/ HTTP/1.0\r\n\r\n").splitlines()[0]
    own = f"Host: 127.0.0.1:{server.port}\r\n".encode()
    assert b" 400 " in server.send(b"GET /en/ HTTP/1.1\r\nHost: evil.example\r\n" + own + b"\r\n").splitlines()[0]
    absolute = f"GET http://evil.example:{server.port}/en/ HTTP/1.1\r\n".encode() + own + b"Connection: close\r\n\r\n"
    assert b" 200 " not in server.send(absolute).splitlines()[0]


def test_forms_of_other_sites_are_refused(server: ExplorerServer) -> None:
    own = server.address.rstrip("/")
    for method in ("POST", "PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "BREW"):
        for origin in (
            "http://evil.example",
            "null",
            f"{own}.evil.example",
            "http://[",
            "",
            own.replace("http", "ftp"),
        ):
            answer = server.ask("/en/", method=method, body=b"", Origin=origin)
            assert answer.status == 403, (method, origin)
            assert_guarded(answer)
        assert server.ask("/en/", method=method, body=b"").status == 403
        assert server.ask("/en/", method=method, body=b"", Origin=own).status == 405
    assert "access-control-allow-origin" not in server.ask("/en/", Origin="http://evil.example").headers


def test_a_form_has_a_bounded_length(server: ExplorerServer) -> None:
    own = server.address.rstrip("/")
    large = b"a=" + b"x" * LARGEST_FORM
    assert server.ask("/en/", method="POST", body=large, Origin=own).status == 413
    assert server.ask("/en/", method="POST", body=large[:1000], Origin=own).status == 405
    head = f"POST /en/ HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nOrigin: {own}\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert b" 411 " in server.send(head.encode() + b"5\r\nhello\r\n").splitlines()[0]
    lying = head.replace("Transfer-Encoding: chunked", "Content-Length: 999999999999")
    assert b" 413 " in server.send(lying.encode() + b"a").splitlines()[0]


def test_every_kind_of_answer_has_the_headers(server: ExplorerServer) -> None:
    for target, status in {
        "/": 307,
        "/en/": 200,
        "/en": 307,
        "/zh/ask/?sql=SELEKT": 400,
        "/en/ask/?question=x": 400,
        "/en/nowhere/": 404,
        "/fr/": 404,
        "/nowhere": 307,
        "/nowhere/": 404,
        "/assets/style.css": 200,
        "/assets/charts.js": 200,
        "/assets/nowhere": 404,
        "/archived/nowhere": 404,
        "/en/ask/answer.csv?sql=SELECT+1": 200,
        "/openapi.json/": 404,
        "/docs/": 404,
    }.items():
        answer = server.ask(target)
        assert answer.status == status, target
        assert_guarded(answer)
    archived = server.ask("/archived/nowhere").headers["content-security-policy"]
    assert archived.startswith("sandbox;")
    assert "script-src" not in archived


def test_no_path_leads_out_of_the_assets(server: ExplorerServer) -> None:
    for path in (
        *("/assets/../guard.py", "/assets/..%2fguard.py", "/assets/..%2f..%2f..%2fpyproject.toml"),
        *("/assets/%2e%2e/guard.py", "/assets/%2e%2e%2fguard.py", "/assets/..%252fguard.py", "/assets/..%5cguard.py"),
        *(
            "/assets/..\\guard.py",
            "/assets/style.css%00",
            "/assets/%00",
            "/assets//etc/passwd",
            "/assets/%2fetc%2fpasswd",
        ),
        *("/assets/.", "/assets/..", "/assets/", "/assets/style.css/", "/assets/./style.css/../../guard.py"),
        *("//etc/passwd", "/..", "/../../../../etc/passwd", "/en/../../etc/passwd", "/assets/file:///etc/passwd"),
        *(
            "/assets/%c0%ae%c0%ae/guard.py",
            "/assets/%e2%80%ae",
            "/en/quarantine/..%2f..%2f/",
            "/en/portals/..%2f..%2f/",
        ),
    ):
        answer = server.ask(path)
        assert answer.status in (307, 404), path
        assert b"import annotations" not in answer.body
        assert b"root:" not in answer.body
        if answer.status == 307:
            assert urlsplit(answer.headers["location"]).netloc in ("", urlsplit(server.printed).netloc), path
        assert_guarded(answer)


def test_long_addresses_and_headers_are_refused(server: ExplorerServer) -> None:
    port = server.port
    for raw in (
        b"GET /" + b"a" * 200_000 + f" HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode(),
        f"GET /en/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX: ".encode() + b"a" * 200_000 + b"\r\n\r\n",
        f"GET /en/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n".encode() + b"X: y\r\n" * 50_000 + b"\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"\x00" * 1000,
        b"GET\r\n\r\n",
    ):
        answer = server.send(raw)
        assert not answer or b" 400 " in answer.splitlines()[0] or b" 431 " in answer.splitlines()[0]
    assert server.ask("/en/").status == 200


def test_an_upgrade_is_not_followed(server: ExplorerServer) -> None:
    answer = server.ask(
        "/en/", Upgrade="websocket", Connection="Upgrade", Sec_WebSocket_Key="eA==", Sec_WebSocket_Version="13"
    )
    assert answer.status == 200


def test_slow_visitors_keep_nobody_waiting(server: ExplorerServer) -> None:
    slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(100)]
    try:
        for connection in slow:
            connection.sendall(f"POST /en/ HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Le".encode())
        began = time.monotonic()
        assert server.ask("/en/").status == 200
        assert time.monotonic() - began < 2
    finally:
        for connection in slow:
            connection.close()


def test_two_hundred_at_once_are_all_answered(server: ExplorerServer) -> None:
    before = psutil.Process(server.process.pid).memory_info().rss
    with ThreadPoolExecutor(200) as threads:
        statuses = Counter(threads.map(lambda _: server.ask("/en/portals/").status, range(200)))
    assert statuses == {200: 200}
    assert psutil.Process(server.process.pid).memory_info().rss - before < 200_000_000


def test_a_costly_question_stops_no_page(server: ExplorerServer) -> None:
    target = "/en/ask/?sql=SELECT+count(*)+FROM+range(1000000000000)"
    asked = threading.Thread(target=server.ask, args=(target,), daemon=True)
    asked.start()
    time.sleep(2)
    for _ in range(10):
        began = time.monotonic()
        assert server.ask("/en/").status == 200
        assert time.monotonic() - began < 2


def test_an_unusable_ledger_is_a_line_and_no_traceback(tmp_path: Path) -> None:
    root = tmp_path / "data"
    publish_examples(root / "warehouse")
    (root / "ledger.sqlite").write_bytes(b"no database" * 1000)
    with explorer_server(root) as running:
        answer = running.ask("/en/portals/")
        assert answer.status == 500
        assert "ledger" in answer.text
        assert_guarded(answer)
        assert running.ask("/en/").status == 200


@pytest.mark.parametrize(("warehouse", "read_only"), [("data/../data/warehouse/", False), ("copy", True)])
def test_another_warehouse_is_read_only(root: Path, warehouse: str, *, read_only: bool) -> None:
    if read_only:
        publish_examples(root.parent / warehouse)
    with explorer_server(root, "--warehouse", warehouse) as running:
        assert ("read only" in running.ask("/en/").text) == read_only


@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.2"])
def test_any_other_host_needs_the_token(host: str, root: Path) -> None:
    connect_to = "127.0.0.1" if host == "0.0.0.0" else host
    with explorer_server(root, "--host", host, connect_to=connect_to) as running:
        (token,) = parse_qs(urlsplit(running.printed).query)["token"]
        assert len(token) >= 32
        for given in ("/en/", "/assets/style.css", "/en/?token=", f"/en/?token={token[:-1]}", f"/en/?token={token}x"):
            answer = running.ask(given)
            assert answer.status == 401, given
            assert_guarded(answer)
            assert token not in answer.text
        for cookie in ("", f"{COOKIE}=", f"{COOKIE}={token[:-1]}", f"other={token}", f"{COOKIE}=\xe9"):
            assert running.ask("/en/", Cookie=cookie).status == 401, cookie
        first = running.ask(f"/en/ask/?question=4&token={token}")
        assert (first.status, first.headers["location"]) == (303, "/en/ask/?question=4")
        cookie = first.headers["set-cookie"]
        assert "httponly" in cookie.lower()
        assert "samesite=strict" in cookie.lower()
        assert running.ask("/en/", Cookie=cookie.partition(";")[0]).status == 200
        assert running.ask(f"//evil.example/?token={token}").headers["location"] == "/evil.example/"
        assert running.ask("/en/", host=f"evil.example:{running.port}", Cookie=cookie.partition(";")[0]).status == 421
        assert running.ask("/en/", host=f"{connect_to}:{running.port}", Cookie=cookie.partition(";")[0]).status == 200


def test_ctrl_c_ends_it_and_frees_the_port(root: Path) -> None:
    with explorer_server(root) as running:
        assert running.ask("/en/").status == 200
        asked = threading.Thread(
            target=lambda: running.send(
                b"GET /en/ask/?sql=SELECT+count(*)+FROM+range(1000000000000) HTTP/1.1\r\n"
                + f"Host: 127.0.0.1:{running.port}\r\n\r\n".encode()
            )
        )
        asked.start()
        time.sleep(2.5)
        children = psutil.Process(running.process.pid).children(recursive=True)
        began = time.monotonic()
        assert running.interrupt() in (0, 130)
        assert time.monotonic() - began < 8
        asked.join()
        with socket.socket() as free:
            free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            free.bind(("127.0.0.1", running.port))
        assert not psutil.wait_procs(children, 5)[1]
        assert "Traceback" not in running.errors.read_text("utf-8")


def test_an_address_that_cannot_be_had_is_a_line(server: ExplorerServer, root: Path) -> None:
    for options in (("--port", str(server.port)), ("--host", "no.such.host.invalid"), ("--host", "x" * 70)):
        done = nianbao("explore", "--no-open", *options, folder=root.parent, NIANBAO_DATA_ROOT=str(root))
        assert done.code == 1
        (line,) = done.error_lines
        assert "choose with --host, --port" in line


def test_an_empty_warehouse_is_a_line(tmp_path: Path) -> None:
    done = nianbao("explore", "--no-open", "--port", "0", folder=tmp_path)
    assert done.code == 1
    assert "nianbao demo" in done.error_lines[-1]
    assert "Traceback" not in done.err


def test_a_missing_package_is_a_line(root: Path, tmp_path: Path) -> None:
    for package in ("uvicorn", "vl_convert"):
        (tmp_path / "sitecustomize.py").write_text(f"import sys\nsys.modules[{json.dumps(package)}] = None\n", "utf-8")
        done = nianbao(
            *("explore", "--no-open", "--port", "0"), folder=root.parent, PYTHONPATH=f"{tmp_path}:{':'.join(sys.path)}"
        )
        assert done.code == 1
        (line,) = done.error_lines
        assert "pip install 'nianbao[explore]'" in line
