"""Pages that show nothing but redirect to another page, by meta refresh or by script."""

from __future__ import annotations

import re
from html import unescape

from extractors.encoding import decode

# location.href = '…', window.location.replace("…"), <meta http-equiv="refresh" content="0;url=…">
_REFRESH = re.compile(
    r"""location(?:\.href)?\s*(?:=|\.replace\()\s*['"]([^'"]+)['"]"""
    r"""|http-equiv\s*=\s*["']?refresh["']?[^>]*?url\s*=\s*['"]?([^'"\s>]+)""",
    re.IGNORECASE,
)
_SHELL = 2_000
"""Bytes below which a page that redirects to another is only a shell (PORTALS §1)."""


def refresh_targets(body: bytes) -> list[str]:
    """Return the addresses, as written, that a page of next to no content redirects to.

    >>> refresh_targets(b"<script>location.href='/zwgk/nb/'</script>")
    ['/zwgk/nb/']
    """
    found = _REFRESH.findall(decode(body)) if len(body) < _SHELL else []
    return [script or unescape(refresh) for script, refresh in found]  # an attribute writes & as &amp;
