"""What a portal's list pages name: read anew, or known from the last time if every page answers as it did then.

Owns when an earlier reading stands: `discover` follows from the answers alone, so equal answers give equal entries. The
pages are asked for each time, in the same order.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

import extractors
from extractors.discovery.list_reader import Discovery, discover
from extractors.portals.portal import Portal
from extractors.web.request import Request
from extractors.web.response import Response
from flows.steps.fetch import Fetcher

_EXTRACTORS = Path(extractors.__file__).parent


@dataclass(frozen=True, slots=True)
class ListReading:
    """What was read from the answers to some requests; `basis` is what it follows from besides.

    Each request comes with a digest of its answer, in the order in which they were made.
    """

    basis: str
    asked: list[tuple[Request, str]]
    found: Discovery


_READING = TypeAdapter(ListReading)


def read_list_pages(portal: Portal, fetcher: Fetcher) -> Discovery:
    """Return what the list pages of a portal name; those that answer as the last time are not parsed again."""
    readings, basis = fetcher.workspace.ledger.listings, _basis(portal)
    stored = readings.reading(portal.id)
    # Other code may have written it in another form.
    known = _READING.validate_python(stored) if stored and stored["basis"] == basis else None
    answers: dict[Request, Response] = {}
    if known:
        for request, digest in known.asked:
            answers[request] = fetcher.fetch_page(request)
            if _digest(answers[request]) != digest:
                break
        else:
            return known.found
    asked: dict[Request, str] = {}

    def fetch(request: Request) -> Response:
        answer = answers.pop(request, None) or fetcher.fetch_page(request)
        asked[request] = _digest(answer)
        return answer

    found = discover(portal, fetch)
    if found.complete:
        reading = ListReading(basis, [*asked.items()], found)
        readings.save_reading(portal.id, _READING.dump_python(reading, mode="json"))
    return found


def _basis(portal: Portal) -> str:
    return repr((portal.list_pages, portal.dialect, portal.encoding, _code_of_extractors()))


@cache
def _code_of_extractors() -> str:
    """Return a digest of the code that reads lists: where a dialect was mended, they are read anew."""
    code = (path.read_bytes() for path in sorted(_EXTRACTORS.rglob("*.py")))
    return hashlib.sha256(b"\0".join(code)).hexdigest()


def _digest(answer: Response) -> str:
    """Return a digest of what is read of an answer; one that has not changed is as good as the page itself."""
    outcome = "ok" if answer.outcome == "not_modified" else answer.outcome
    said = "" if outcome == "ok" else answer.reason
    head = repr((outcome, answer.final_url, said)).encode()
    return hashlib.sha256(head + hashlib.sha256(answer.body).digest()).hexdigest()
