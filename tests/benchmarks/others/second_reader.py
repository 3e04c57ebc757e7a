"""What the second reader of PDF pages costs over clean reports, which hardly ever need it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import perf_counter
from unittest.mock import patch

from extractors.document import Block, Grid
from extractors.formats import pdf
from extractors.pdf.letters import Hidden
from extractors.pdf.second_reader import second_parts
from extractors.reader import read_documents
from tests.benchmarks.support.goals import Measured
from tests.support.sample_portal.catalogue import PDF, truth
from tests.support.sample_portal.site import Site
from transforms.report import Context, interpret_each

_ROUNDS = 3


def run() -> Measured:
    """Print the share of the second reader in the time of reading clean PDFs, and its share if it were always asked."""
    site = Site()
    found = (site.get(report.path) for report in truth() if report.media_type == PDF)
    bodies = [resource.body for resource in found if resource] * _ROUNDS
    spent = 0.0

    def timed(body: bytes, hidden: Mapping[int, Sequence[Hidden]]) -> tuple[Block | Grid, ...]:
        nonlocal spent
        began = perf_counter()
        parts = second_parts(body, hidden)
        spent += perf_counter() - began
        return parts

    with patch.object(pdf, "second_parts", timed):
        began = perf_counter()
        for body in bodies:
            interpret_each(read_documents(body), Context(agency="甲子县人民政府"))
        needed, whole = spent, perf_counter() - began
        for body in bodies:
            list(read_documents(body))
    always = (spent - needed) / whole
    print(f"{'second reader over clean PDF':34}{needed / whole:10.1%} of reading them   ({always:.1%} if always asked)")  # noqa: T201
    return {}
