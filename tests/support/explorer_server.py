"""`nianbao explore` as a process of its own, as a user starts it, and what a stranger can send to it."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.processes.command import clean_environment

_PATIENCE = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answered; the names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class ExplorerServer:
    """A running explorer: `printed` is the address that it printed."""

    process: subprocess.Popen[str]
    printed: str
    errors: Path
    connect_to: str = field(default="127.0.0.1")

    @property
    def port(self) -> int:
        return urlsplit(self.printed).port or 80

    @property
    def address(self) -> str:
        """The address without the token."""
        return self.printed.partition("?")[0]

    def ask(
        self, target: str, *, method: str = "GET", host: str | None = "", body: bytes | None = None, **headers: str
    ) -> Answer:
        """Send a request as it stands; `host` None sends none, and the own one by default."""
        connection = http.client.HTTPConnection(self.connect_to, self.port, timeout=_PATIENCE)
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            if host is not None:
                connection.putheader("Host", host or urlsplit(self.printed).netloc)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders(body)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read())
        finally:
            connection.close()

    def send(self, raw: bytes) -> bytes:
        """Send bytes, and return all that comes back until the server closes the connection or says no more."""
        with socket.create_connection((self.connect_to, self.port), timeout=_PATIENCE) as connection:
            connection.sendall(raw)
            connection.settimeout(3)
            found = b""
            try:
                while part := connection.recv(65536):
                    found += part
            except (TimeoutError, ConnectionResetError):
                pass
            return found

    def interrupt(self) -> int:
        """Send what Ctrl-C sends; return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(_PATIENCE)


@contextmanager
def explorer_server(
    root: Path, *options: str, connect_to: str = "127.0.0.1", **environment: str
) -> Iterator[ExplorerServer]:
    """Run `nianbao explore` on a data root until the block ends."""
    errors = root.parent / f"{root.name}-explorer-errors.txt"
    with errors.open("w", encoding="utf-8") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "flows", "explore", "--no-open", "--port", "0", *options],
            cwd=root.parent,
            env=clean_environment() | {"NIANBAO_DATA_ROOT": str(root)} | environment,
            stdout=subprocess.PIPE,
            stderr=written,
            encoding="utf-8",
        )
    with process:
        try:
            assert process.stdout
            printed = process.stdout.readline().strip()
            assert printed, errors.read_text("utf-8")
            yield ExplorerServer(process, printed, errors, connect_to)
        finally:
            process.terminate()
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
