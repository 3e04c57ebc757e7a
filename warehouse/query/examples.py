"""The ready questions: plain SQL over the tables, in `examples/<number>_<name>.sql`.

Owns the reading of these files: two lines of comment with the title in Chinese and English, then one SELECT that
DuckDB, Polars, DataFusion, ClickHouse and Spark all understand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

EXAMPLES_FOLDER = Path(__file__).parent / "examples"


@dataclass(frozen=True, slots=True)
class Question:
    """A ready question: its number, its title in Chinese and English, and its SQL."""

    number: int
    zh: str
    en: str
    sql: str


@cache
def example_questions() -> dict[int, Question]:
    """Return all ready questions by number.

    >>> example_questions()[4].en
    'Who applies: applications received by kind of applicant, with their percentage'
    """
    return {question.number: question for question in map(_read, sorted(EXAMPLES_FOLDER.glob("*.sql")))}


def _read(path: Path) -> Question:
    zh, en, sql = path.read_text(encoding="utf-8").split("\n", 2)
    return Question(int(path.name.split("_")[0]), zh.removeprefix("-- zh: "), en.removeprefix("-- en: "), sql)
