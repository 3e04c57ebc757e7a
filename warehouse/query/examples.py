"""The ten ready questions: plain SQL over the tables, in `questions/<number>_<name>.sql`.

Owns the reading of these files: two lines of comment with the title in Chinese and English, then one SELECT that
DuckDB, Polars, DataFusion, ClickHouse and Spark understand alike. Runs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

QUESTIONS_FOLDER = Path(__file__).parent / "examples"


@dataclass(frozen=True, slots=True)
class Question:
    """A ready question: its number, its title in Chinese and English, and its SQL."""

    number: int
    zh: str
    en: str
    sql: str


@cache
def example_questions() -> dict[int, Question]:
    """All ready questions by number.

    >>> example_questions()[4].en
    'Who applies: applications received by kind of applicant, with their percentage'
    """
    return {one.number: one for one in map(_read, sorted(QUESTIONS_FOLDER.glob("*.sql")))}


def _read(path: Path) -> Question:
    zh, en, sql = path.read_text(encoding="utf-8").split("\n", 2)
    return Question(int(path.name.split("_")[0]), zh.removeprefix("-- zh: "), en.removeprefix("-- en: "), sql)
