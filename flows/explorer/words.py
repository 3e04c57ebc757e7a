"""Words in the language of a page: its own from `wording/`, those of tables and columns from declarations.

`warehouse.query.labels` has the words for codes.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import RootModel

from nianbao import Declaration, DeclarationError, read_declaration
from warehouse.query.labels import Language
from warehouse.query.views import vocabulary
from warehouse.schema import full_columns, load_tables

_FOLDER = Path(__file__).parent / "wording"


class Phrase(Declaration):
    """The same words in both languages; `{name}` stands for a value."""

    zh: str
    en: str


class _Phrases(RootModel[dict[str, Phrase]]):
    """The contents of one file."""


@cache
def phrases() -> dict[str, Phrase]:
    """Return the words of all pages by name. Raise DeclarationError if two files name the same."""
    found: dict[str, Phrase] = {}
    for path in sorted(_FOLDER.glob("*.yml")):
        own = read_declaration(path, _Phrases).root
        if twice := sorted(found.keys() & own.keys()):
            raise DeclarationError(f"{path}: another file names these, too: {', '.join(twice)}")
        found |= own
    return found


def say(language: Language, name: str, **values: object) -> str:
    """Return the words of a name with values in them.

    >>> say("en", "overview"), say("zh", "overview")
    ('Overview', '总览')
    """
    text: str = getattr(phrases()[name], language)
    return text.format(**values) if values else text


def column_words(language: Language, table: str, column: str) -> str:
    """Return the name of a column for people.

    >>> column_words("zh", "reports", "published_on"), column_words("en", "reports", "published_on")
    ('发布日期', 'published on')
    """
    declared = next(one for one in full_columns(load_tables()[table]) if one.name == column)
    return declared.zh if language == "zh" else column.replace("_", " ")


def table_words(language: Language, table: str) -> str:
    """Return the name of a table for people.

    >>> table_words("zh", "requests"), table_words("en", "requests")
    ('申请', 'requests')
    """
    return vocabulary().names[table] if language == "zh" else table.replace("_", " ")
