"""What a dialect offers, and which of them knows a page.

Owns the protocol of the modules in this folder, and their order. Must not fetch, nor read lists.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Protocol, cast, runtime_checkable

from extractors import dialects
from extractors.html.links import Link
from extractors.web.request import Request
from extractors.web.response import Response


class Dialect(Protocol):
    """What a module in `dialects/` offers.

    `column` is the URL of the page that a portal's file names, after redirects. An answer is a page, a fragment of
    one, JSON or XML. `PRECEDENCE` is the order in which fingerprints are tested, the lowest first (PORTALS §2.0).
    """

    PRECEDENCE: int

    def recognises(self, html: bytes, url: str) -> bool:
        """Whether the page at `url` carries the fingerprint of this family."""

    def rows(self, page: Response, column: str) -> list[Link]:
        """The entries in one answer; none where it is no list of this family."""

    def next_pages(self, first: Response, number: int) -> list[Request]:
        """Requests that page 1, 2, 3 … may be, by the column's own page; the likeliest first.

        Number 1 gives none where the column's own page holds the first entries.
        """

    def declared_pages(self, first: Response) -> int | None:
        """How many answers the list has, by the one that holds its first entries; None where it does not say."""

    def column_of(self, url: str) -> str:
        """What of the URL of an entry, or of a column, names the column; empty where answers are asked by column."""


@runtime_checkable
class NeedsScript(Protocol):
    """A dialect whose pages cannot be asked for before a script of theirs is read."""

    def script(self, first: Response) -> Request | None:
        """The script that holds what `next_pages` needs; None where the page itself holds it."""


@cache
def dialects_by_precedence() -> dict[str, Dialect]:
    """Every dialect by the name of its module, in the order in which fingerprints are tested.

    Modules without `PRECEDENCE` are tools that dialects share.
    """
    names = [module.name for module in pkgutil.iter_modules(dialects.__path__)]
    modules = {name: importlib.import_module(f"{dialects.__name__}.{name}") for name in names}
    found = {name: cast(Dialect, module) for name, module in modules.items() if hasattr(module, "PRECEDENCE")}
    return dict(sorted(found.items(), key=lambda item: item[1].PRECEDENCE))


def recognise(html: bytes, url: str) -> list[str]:
    """Names of the dialects whose fingerprints the page at `url` carries, the surest first.

    The last module takes any page: it is named where no other knows the page.
    """
    found = [name for name, dialect in dialects_by_precedence().items() if dialect.recognises(html, url)]
    return found[:-1] or found
