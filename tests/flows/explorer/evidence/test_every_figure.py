"""Every figure of real and printed reports: what its source marks holds exactly its printed text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from flows.explorer.evidence.marks import agree
from tests.flows.explorer.evidence.explored import Explored, explored, figures_of
from tests.support.fixtures import Crawled
from tests.support.paths import SHARED
from tests.support.reports.containers import pack
from tests.support.reports.docx import render_docx
from tests.support.reports.flatten import flatten_report, padded_tabs
from tests.support.reports.random_reports import COUNTY, Printed, as_drawn, print_report, sparse
from tests.support.reports.xlsx import render_xlsx
from tests.support.sample_portal.pdf import render_pdf
from tests.support.warehouse.place import Place, make_place

REAL = SHARED / "real"
AGENCY = f"{COUNTY}人民政府"


def wrong_marks(site: Explored, step: int = 1) -> tuple[Counter[tuple[str, str]], list[str]]:
    """Count every n-th figure by kind of document and of what is shown; list those that are not marked as printed."""
    counts: Counter[tuple[str, str]] = Counter()
    wrong = []
    for report in site.reports():
        for figure in figures_of(report)[::step]:
            shown = site.shown(figure)
            counts[report.text("media_type"), shown.kind] += 1
            nothing_printed = not figure.raw.strip() and shown.marked is None
            if not nothing_printed and not agree(shown.marked or "", figure.raw):
                wrong.append(f"{report.text('title')} {figure.name}: {figure.raw!r} is marked as {shown}")
    return counts, wrong


EVERY = [pytest.param(1, marks=pytest.mark.long), 29]
"""All figures, or one of so many: each takes two pages."""


@pytest.mark.parametrize("step", EVERY)
def test_every_figure_of_the_sample_portal_is_marked(crawled: Crawled, step: int) -> None:
    with explored(crawled.place.settings) as site:
        counts, wrong = wrong_marks(site, step)
    assert wrong == []
    assert {kind for _, kind in counts} == {"page", "picture", "text"}
    assert sum(counts.values()) * step > 2000


@pytest.mark.skipif(not REAL.is_dir(), reason="the real reports are not here (../shared/real)")
@pytest.mark.parametrize("step", EVERY)
def test_every_figure_of_the_real_reports_is_marked(tmp_path: Path, step: int) -> None:
    place = make_place(tmp_path / "data", "http://127.0.0.1:9")
    place.ingest(REAL)
    with explored(place.settings) as site:
        counts, wrong = wrong_marks(site, step)
        assert len(site.reports()) == 7
    assert wrong == []
    assert sum(counts.values()) * step > 1200


def files(printed: Printed) -> Iterator[tuple[str, bytes]]:
    """Yield a report as a file of each kind."""
    flat = flatten_report(printed.title, printed.parts, padded_tabs, Random(1)).encode()
    pdf = render_pdf(AGENCY, 2023, printed.parts)
    yield from (("report.docx", render_docx(printed.title, printed.parts)), ("report.txt", flat), ("report.pdf", pdf))
    yield "report.xlsx", render_xlsx(printed.title, printed.parts)
    yield "one.zip", pack({"2023年年度报告.docx": render_docx(printed.title, printed.parts)})
    yield "several.zip", pack({"说明.txt": "见附件。", "2023年年度报告.pdf": pdf})


@pytest.mark.parametrize("step", EVERY)
@pytest.mark.parametrize("number", range(6))
def test_every_figure_of_a_file_of_each_kind_is_marked(tmp_path: Path, number: int, step: int) -> None:
    name, body = list(files(print_report(2023, 11, as_drawn if number else sparse("", "/", "—"))))[number]
    place: Place = make_place(tmp_path / "data", "http://127.0.0.1:9")
    (tmp_path / name).write_bytes(body)
    assert place.ingest(tmp_path / name, jurisdiction="CN-370000").failures == []
    with explored(place.settings) as site:
        counts, wrong = wrong_marks(site, step)
    assert wrong == []
    assert sum(counts.values()) * step > 150
