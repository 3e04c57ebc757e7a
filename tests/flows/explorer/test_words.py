"""The words of pages: both languages say the same, names that templates use have words, and no words are unused."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from flows.explorer.words import Phrase, column_words, phrases, say, table_words
from tests.support.paths import REPOSITORY
from warehouse.query.labels import LANGUAGES, code_words
from warehouse.schema import full_columns, load_tables

EXPLORER = REPOSITORY / "flows" / "explorer"
SOURCES = "\n".join(path.read_text("utf-8") for kind in ("*.py", "*.html") for path in sorted(EXPLORER.rglob(kind)))
LATIN, CHINESE = re.compile(r"[A-Za-z]{3}"), re.compile(r"[\u4e00-\u9fff]")


def values_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("name", phrases())
def test_both_languages_have_the_same_values(name: str) -> None:
    phrase: Phrase = phrases()[name]
    assert values_in(phrase.zh) == values_in(phrase.en)
    assert phrase.zh.strip()
    assert phrase.en.strip()


def test_names_in_templates_have_words() -> None:
    used = {
        name
        for path in sorted(EXPLORER.rglob("*.html"))
        for name in re.findall(r"\bt\('([a-z_]+)'[,)]", path.read_text("utf-8"))
    }
    assert used
    assert used <= phrases().keys()


def test_words_are_used() -> None:
    """A name stands where it is used, or its beginning does, to which a code is added: t('place_level_' ~ code)."""
    quoted = set(re.findall(r"""["']([a-z_]+)(?:["']|\{)""", SOURCES))
    beginnings = tuple(name for name in quoted if name.endswith("_") and len(name) > 1)
    assert [name for name in phrases() if name not in quoted and not name.startswith(beginnings)] == []


def test_values_stand_in_their_place() -> None:
    assert say("en", "overview") != say("zh", "overview")


def test_every_table_column_and_code_has_words_in_both_languages() -> None:
    for table in load_tables().values():
        assert CHINESE.search(table_words("zh", table.name))
        for column in full_columns(table):
            assert CHINESE.search(column_words("zh", table.name, column.name))
            for language in LANGUAGES:
                assert all(code_words(language, table.name, column.name, code) for code in column.values)
