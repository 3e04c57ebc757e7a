"""Typefaces whose signs are not those that the text names.

Owns their names.
"""

from __future__ import annotations

import re

_SYMBOLS = re.compile(
    r"(?:wingdings|webdings|dingbats|marlett|bar ?code|3 ?of ?9|code ?(?:39|128))|^(?:symbol|mt extra)$", re.IGNORECASE
)


def shows_symbols(name: str | None) -> bool:
    """Return whether a typeface shows pictures or bars in the place of letters and digits.

    >>> shows_symbols("Wingdings 2"), shows_symbols("宋体"), shows_symbols(None)
    (True, False, False)
    """
    return name is not None and _SYMBOLS.search(name) is not None
