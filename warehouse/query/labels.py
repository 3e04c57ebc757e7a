"""Words for codes in the language of a person.

Owns which words stand for a code: in Chinese those of the views, in English the code itself without its punctuation.
"""

from __future__ import annotations

from typing import Literal

from warehouse.query.views import vocabulary

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
_SHARED = "evidence"
"""The words for columns that several tables have, among those of the views."""


def code_words(language: Language, table: str, column: str, code: str) -> str:
    """Return the words for a code in a column of a table; the code itself where none are declared.

    >>> code_words("zh", "requests", "outcome", "refused.state_secret")
    '属于国家秘密'
    >>> code_words("en", "requests", "outcome", "refused.state_secret")
    'refused: state secret'
    """
    if language == "en":
        return code.replace(".", ": ").replace("_", " ")
    words = vocabulary().words
    own = words.get(table, {}).get(column) or words[_SHARED].get(column, {})
    return own.get(code, code)
