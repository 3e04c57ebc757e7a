"""Words for codes in the language of a person.

Owns which words stand for a code: in Chinese those of the views or of the codebook, in English the code itself without
its punctuation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Literal

from warehouse.query.views import vocabulary

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
_SHARED = "evidence"
"""The words for columns that several tables have, among those of the views."""


def listed_words(language: Language, listed: Mapping[str, str | None]) -> dict[str, str]:
    """Return code → its words, for the codes that the codebook lists; words that two codes share name the code, too.

    >>> listed_words("zh", {"upheld": "维持数", "filed": "受理数", "heard": "受理数", "x": None})
    {'upheld': '维持数', 'filed': '受理数（filed）', 'heard': '受理数（heard）', 'x': 'x'}
    """
    if language == "en":
        return {code: _english(code) for code in listed}
    uses = Counter(listed.values())
    words = {code: word or code for code, word in listed.items()}
    return {code: f"{word}（{code}）" if uses[word] > 1 else word for code, word in words.items()}


def code_words(language: Language, table: str, column: str, code: str) -> str:
    """Return the words for a code in a column of a table; the code itself where none are declared.

    >>> code_words("zh", "requests", "outcome", "refused.state_secret")
    '属于国家秘密'
    >>> code_words("en", "requests", "outcome", "refused.state_secret")
    'refused: state secret'
    """
    if language == "en":
        return _english(code)
    words = vocabulary().words
    own = words.get(table, {}).get(column) or words[_SHARED].get(column, {})
    return own.get(code, code)


def _english(code: str) -> str:
    return code.replace(".", ": ").replace("_", " ")
