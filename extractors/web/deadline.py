"""The time that one exchange with a server may take, from the connection to the last byte of the answer.

Owns the deadline of the exchange that a thread is in, and sockets that heed it each time they wait: a server that
drips out header lines, chunk sizes, trailers or empty members of gzip meets it as one that is silent does.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


_MOMENT = 1.0


class Deadline:
    """When an exchange is over that begins now: after `total` seconds by `clock`, or `silence` without a byte."""

    def __init__(self, silence: float, total: float, clock: Callable[[], float]) -> None:
        self._silence = silence
        self._total = total
        self._clock = clock
        self._end = clock() + total
        self.heard = False

    @property
    def is_over(self) -> bool:
        """Whether the exchange has taken its time."""
        return self._clock() >= self._end

    @property
    def reason(self) -> str:
        """What to say of an exchange that took more than its time."""
        return f"the answer took more than {self._total:g} s"

    def hurry(self) -> None:
        """Wait a moment for each byte from now on: what comes is kept, but nobody knows where it ends."""
        self._silence = min(self._silence, _MOMENT)

    def patience(self) -> float:
        """Return the seconds to wait for the next byte. Raise TimeoutError if the exchange has taken its time."""
        left = self._end - self._clock()
        if left <= 0:
            raise TimeoutError(self.reason)
        return min(self._silence, left)


_current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


@contextmanager
def within(deadline: Deadline) -> Iterator[None]:
    """Let all sockets of this module that the thread waits for heed the deadline."""
    token = _current.set(deadline)
    try:
        yield
    finally:
        _current.reset(token)


def patience_of(timeout: float | None) -> float | None:
    """Return the seconds to wait for a connection: `timeout`, or what the exchange has left. Raise TimeoutError."""
    deadline = _current.get()
    return timeout if deadline is None else deadline.patience()


class TimedSocket(socket.socket):
    """A socket that waits for bytes as long as the exchange of its thread may take."""

    def recv_into(self, buffer: WriteableBuffer, nbytes: int = 0, flags: int = 0) -> int:
        """Receive as any socket does. Raise TimeoutError if the exchange has taken its time."""
        return _heard(_awaited(self), super().recv_into(buffer, nbytes, flags))


class TimedTLSSocket(ssl.SSLSocket):
    """The same over TLS; the handshake is bounded as a whole by its timeout."""

    def recv_into(self, buffer: WriteableBuffer, nbytes: int | None = None, flags: int = 0) -> int:
        """Receive as any TLS socket does. Raise TimeoutError if the exchange has taken its time."""
        return _heard(_awaited(self), super().recv_into(buffer, nbytes, flags))


def timed(plain: socket.socket) -> TimedSocket:
    """Return a connected socket as one that heeds deadlines."""
    timeout = plain.gettimeout()
    made = TimedSocket(plain.family, plain.type, plain.proto, plain.detach())
    made.settimeout(timeout)
    return made


def _awaited(waiting: socket.socket) -> Deadline | None:
    deadline = _current.get()
    if deadline is not None:
        waiting.settimeout(deadline.patience())
    return deadline


def _heard(deadline: Deadline | None, count: int) -> int:
    if deadline is not None and count:
        deadline.heard = True
    return count
