"""What a dialect offers, and which of them know a page.

Owns the protocol of the modules in this folder and below it, and their order. A dialect asks for nothing itself: it
names requests.
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

    `list_url` is the URL of the list page that a portal's file names, after redirects. `first` is the response to it.
    An answer is a page, a fragment of one, JSON or XML. `PRECEDENCE` is the order in which fingerprints are tested,
    the lowest first (PORTALS §2.0).
    """

    PRECEDENCE: int

    def recognises(self, page: Response) -> bool:
        """Return whether a page carries the fingerprint of this family."""

    def rows(self, page: Response, list_url: str) -> list[Link]:
        """Return the entries in one answer; none if it is no list of this family."""

    def next_pages(self, first: Response, number: int) -> list[Request]:
        """Return requests that may be page 1, 2, 3 … of the list; the likeliest first.

        Return none for number 1 if the list page itself contains the first entries.
        """

    def declared_pages(self, first: Response) -> int | None:
        """Return how many answers the list has, as the answer with its first entries states; None if it does not."""


@runtime_checkable
class NamesLists(Protocol):
    """A dialect in which the URL of an entry shows which list it belongs to."""

    def list_of(self, url: str) -> str:
        """Return what in the URL of an entry, or of a list page, names the list."""


@runtime_checkable
class OffersLists(Protocol):
    """A dialect whose requests for page 1 are for several lists: the one that is right stays so for all pages."""

    SEVERAL_LISTS: bool


@runtime_checkable
class NamesPages(Protocol):
    """A dialect that may have to guess at what further pages are called, or at the number that they begin with."""

    def named_choice(self, first: Response) -> int | None:
        """Return up to which of the requests for a further page the list page names them; None if it names none."""


@runtime_checkable
class NeedsScript(Protocol):
    """A dialect whose pages cannot be asked for before one of their scripts is read."""

    def script(self, first: Response) -> Request | None:
        """Return the script that contains what `next_pages` needs; None if the page contains it."""


@cache
def dialects_by_precedence() -> dict[str, Dialect]:
    """Return every dialect by the name of its module, in the order in which fingerprints are tested.

    They lie in this folder and in those of their vendors below it. Modules without `PRECEDENCE` are tools that they
    share.
    """
    found = [module.name for module in pkgutil.walk_packages(dialects.__path__, f"{dialects.__name__}.")]
    modules = {name.rpartition(".")[2]: importlib.import_module(name) for name in found}
    known = {name: cast(Dialect, module) for name, module in modules.items() if hasattr(module, "PRECEDENCE")}
    return dict(sorted(known.items(), key=lambda item: item[1].PRECEDENCE))


def recognise(page: Response) -> list[str]:
    """Return the names of the dialects whose fingerprints a page carries, the surest first.

    The last module takes any page: it is named only if no other knows the page.
    """
    names = [name for name, dialect in dialects_by_precedence().items() if dialect.recognises(page)]
    return names[:-1] or names
