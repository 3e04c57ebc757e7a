"""Page numbers in running text: what printers put on a page and authors did not write.

Owns the forms of a page number that stands alone on a line. A bare number is not among them: it may be a cell.
"""

from __future__ import annotations

import re

_DASH = "[-—–―－─一﹣]"
_PAGE_NUMBER = re.compile(
    rf"^\s*(?:{_DASH}{{1,2}}\s*\d{{1,3}}\s*{_DASH}{{1,2}}|第\s*\d{{1,3}}\s*页(?:[，,\s/]*共\s*\d{{1,3}}\s*页)?|\d{{1,3}}\s*/\s*\d{{1,3}}\s*页)\s*$"
)


def is_page_number(line: str) -> bool:
    """Whether a line is nothing but a page number.

    >>> [is_page_number(line) for line in ("- 12 -", "—5—", "第 3 页 共 9 页", "12", "-3")]
    [True, True, True, False, False]
    """
    return _PAGE_NUMBER.match(line) is not None
