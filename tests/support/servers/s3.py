"""A server on loopback that speaks S3, in a process of its own, and the fixture `s3`: a bucket there for each test.

Owns what moto lacks of S3's promise, a log of requests, and answers that get lost on the way. `python -m
tests.support.servers.s3` serves until its input ends, and prints where.
"""

from __future__ import annotations

import http.client
import json
import re
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from itertools import count
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import fsspec
import pytest

from tests.support.paths import REPOSITORY

_ABOUT = "/-/"
"""Below it lies what is asked of the server itself; no bucket may have such a name."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as the server got it; `key` within its bucket, and for a listing the prefix.

    An object that is uploaded in parts is there (PUT) with the last request; those before it are each an UPLOAD.
    """

    method: str
    key: str

    def __str__(self) -> str:
        return f"{self.method} {self.key}"


@dataclass(frozen=True, slots=True)
class S3:
    """A server, and a bucket there that no other test has."""

    endpoint: str
    bucket: str

    @property
    def url(self) -> str:
        """The bucket."""
        return f"s3://{self.bucket}"

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to know to reach it."""
        return {
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nobody",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": self.endpoint,
        }

    def requests(self) -> list[Request]:
        """Return what the server was asked about the bucket since the last call."""
        return [Request(*one) for one in self._about("requests")]

    def lose_answers(self, *numbers: int) -> None:
        """Carry out the 1st, 5th, … request about the bucket from now on, and break off instead of answering."""
        self._about("lose", *numbers)

    def uploads(self) -> list[str]:
        """Keys whose upload in several parts was begun and neither ended nor given up."""
        with closing(self.connection()) as connection:
            connection.request("GET", f"/{self.bucket}?uploads")
            return re.findall("<Key>(.*?)</Key>", connection.getresponse().read().decode())

    def ask(self, method: str, key: str = "") -> int:
        """Send a request as it is, unsigned, and return the status of its answer."""
        with closing(self.connection()) as connection:
            connection.request(method, f"/{self.bucket}/{key}")
            return connection.getresponse().status

    def connection(self) -> http.client.HTTPConnection:
        """Open a connection to the server."""
        parts = urlsplit(self.endpoint)
        return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)

    def _about(self, what: str, *numbers: int) -> Any:
        with closing(self.connection()) as connection:
            connection.request("POST", f"{_ABOUT}{what}?bucket={self.bucket}&numbers={','.join(map(str, numbers))}")
            return json.loads(connection.getresponse().read())


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """URL of a server on loopback, one for all tests of a process."""
    command = [sys.executable, "-m", "tests.support.servers.s3"]
    root = REPOSITORY
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        # An instance remembers where its server was, also one that some test before had.
        fsspec.get_filesystem_class("s3").clear_instance_cache()
        yield server.stdout.readline().strip()
        fsspec.get_filesystem_class("s3").clear_instance_cache()
        server.stdin.close()


@pytest.fixture
def s3(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> S3:
    """Return an empty bucket of a server that speaks S3; clients of this process speak to it."""
    server = S3(s3_endpoint, f"test-{secrets.token_hex(8)}")
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    assert server.ask("PUT") == HTTPStatus.OK
    server.requests()
    return server


class _Promising:
    """moto behind what S3 promises and moto does not: a condition on a write is looked at and kept in one step."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._one_at_a_time = threading.Lock()
        self._requests: dict[str, list[Request]] = {}
        self._numbers: dict[str, Iterator[int]] = {}
        self._losing: dict[str, set[int]] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        from werkzeug.wsgi import get_input_stream

        # An interrupted upload ends here: S3 takes an object whole or not at all.
        body = get_input_stream(environ).read()
        environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body)), "wsgi.input_terminated": True}
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        with self._one_at_a_time:
            if environ["PATH_INFO"].startswith(_ABOUT):
                answer = self._about(environ["PATH_INFO"].removeprefix(_ABOUT), parse_qs(environ["QUERY_STRING"]))
                start_response("200 OK", [("Content-Type", "application/json")])
                return [json.dumps(answer).encode()]
            lost = self._note(environ)
            answered = list(self._application(environ, start_response))
        if lost:
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionResetError
        return answered

    def _note(self, environ: dict[str, Any]) -> bool:
        """Enter a request in the log; whether its answer is to be lost."""
        _, bucket, *key = unquote(environ["PATH_INFO"]).split("/", 2)
        asked = parse_qs(environ["QUERY_STRING"], keep_blank_values=True)
        request = Request(environ["REQUEST_METHOD"], "".join(key))
        if "list-type" in asked:
            request = Request("LIST", asked.get("prefix", [""])[0])
        elif "uploadId" in asked or "uploads" in asked:
            part = "partNumber" in asked or "uploads" in asked
            request = Request("UPLOAD" if part else {"POST": "PUT"}.get(request.method, "ABORT"), request.key)
        self._requests.setdefault(bucket, []).append(request)
        return next(self._numbers.get(bucket, iter(())), 0) in self._losing.get(bucket, ())

    def _about(self, what: str, asked: dict[str, list[str]]) -> object:
        (bucket,) = asked["bucket"]
        if what == "requests":
            return [(one.method, one.key) for one in self._requests.pop(bucket, [])]
        self._losing[bucket] = set(map(int, asked["numbers"][0].split(",")))
        self._numbers[bucket] = count(1)
        return None


def main() -> None:
    """Serve until standard input ends."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
    from werkzeug.serving import make_server

    class Handler(MotoRequestHandler):
        # Connections are kept, as S3 keeps them.
        protocol_version = "HTTP/1.1"

        def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 (werkzeug's own name)
            """Nothing: tests ask for the log."""

    application = _Promising(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"http://127.0.0.1:{server.port}\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    main()
