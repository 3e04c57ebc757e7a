"""Pages of the explorer as trees."""

from __future__ import annotations

from typing import Any

from lxml import html


def parsed(page: str | bytes) -> Any:
    """Return the tree of a page; lxml's own types name every kind of answer that XPath can give."""
    return html.fromstring(page)
