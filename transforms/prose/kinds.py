"""What kind of number a sentence states: a count of the year, something else about it, or no figure at all.

Owns growth, shares, frequencies, and other years than that of the report. Only a count or a rate has a known metric.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from transforms.prose.clauses import Place
from transforms.prose.lexicon import any_of, lexicon

Kind = Literal["count", "other", "none"]


def kind_of(place: Place) -> Kind:
    """Return whether a number is a count of the year, another figure, or none (每月2次).

    >>> from transforms.prose.clauses import places
    >>> from transforms.prose.numerals import numerals
    >>> text = "办理5件，比上年增加2件，每月检查1次"
    >>> [kind_of(place) for place in places(text, list(numerals(text)), 0)]
    ['count', 'other', 'none']
    """
    words = _patterns()
    if words["often"].search(place.clause):
        return "none"
    if words["compared"].search(place.clause) or words["not_this_year"].search(place.clause):
        return "other"
    if words["changed"].search(place.before) and (not place.after or words["less"].search(place.before)):
        return "other"
    return "other" if place.numeral.unit == "%" and words["share"].search(place.before) else "count"


def sign_of(place: Place) -> Literal[1, -1]:
    """Return -1 for a number by which something became less: 减少5件, but not 减少到5件."""
    words = _patterns()
    fewer = words["fewer"].search(place.before) and not words["level"].search(place.before)
    return -1 if fewer or words["less"].search(place.before) else 1


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    words = lexicon()
    compared = "|".join(words.compared)
    about = rf"了?(?:{any_of(words.approximate.before)})?\s*$"
    patterns = {
        "often": "|".join(words.often),
        "compared": compared,
        "not_this_year": "|".join(words.not_this_year),
        "share": any_of(words.share),
        "changed": rf"(?:{any_of((*words.more, *words.less))}){about}",
        "less": rf"(?:{any_of(words.less)}){about}",
        "fewer": rf"(?:{compared}).*(?:{any_of(words.less)}|少(?!于))",
        "level": r"(?:为|到|至|了)\s*$",
    }
    return {name: re.compile(pattern) for name, pattern in patterns.items()}
