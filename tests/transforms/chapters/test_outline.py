"""Which headings begin chapters: orders, lists within chapters, numbers that begin again or are absent."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from extractors.document import Block, Cell, Grid
from transforms.chapters.chapters import split_chapters

CODES = {
    "概": "overview",
    "主": "disclosures",
    "申": "requests",
    "诉": "proceedings",
    "题": "problems",
    "他": "other",
    "-": None,
}
OUTLINES: list[dict[str, str]] = yaml.safe_load(Path(__file__).with_name("outlines.yml").read_text("utf-8"))


@pytest.mark.parametrize("outline", OUTLINES, ids=lambda outline: outline["name"])
def test_chapters_are_told_in_every_order(outline: dict[str, str]) -> None:
    table = Grid(0, (Cell("规章", 0, 0), Cell("5", 0, 1)))
    parts = [table if line == "▦" else Block(line) for line in outline["report"].splitlines()]
    before, *chapters = split_chapters(parts)
    assert [chapter.section for chapter in chapters] == [CODES[code] for code in outline["sections"]]
    assert (before.heading, before.section, before.place) == (None, None, 0)
    for chapter in chapters:
        assert chapter.heading
        assert list(chapter.parts[1:]) == parts[chapter.place + 1 : chapter.place + len(chapter.parts)]
