"""One report as a text, as a web page and as a PDF, for what is asked of each kind of file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

from tests.support.reports.flatten import flatten_report, markdown
from tests.support.reports.html import render_html
from tests.support.sample_portal.figures import make_figures
from tests.support.sample_portal.pdf import render_pdf
from tests.support.sample_portal.prose import compose


def write_report(folder: Path, kind: str, agency: str = "甲子县教育局", year: int = 2023, seed: int = 1) -> Path:
    """Write the report of a body for a year as a file of a kind, `txt`, `html` or `pdf`, and return its path."""
    day, title = date(year + 1, 3, 1), f"{agency}{year}年政府信息公开工作年度报告"
    parts = compose(replace(make_figures(agency[:3], year, seed=seed), agency=agency), day)
    if kind == "pdf":
        body = render_pdf(agency, year, parts)
    elif kind == "html":
        body = render_html(title, parts, "word", Random(seed))
    else:
        body = flatten_report(title, parts, markdown, Random(seed)).encode()
    path = folder / f"{agency}{year}.{kind}"
    path.write_bytes(body)
    return path
