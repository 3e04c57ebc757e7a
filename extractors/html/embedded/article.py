"""Articles that a page contains as text of a script, for a browser to show.

Owns where such text is in a page; `tree` parses the markup in it as a part of the page.
"""

from __future__ import annotations

import json
import re

# window._CONFIG = {… DETAIL: {… "content": "\u003Cp\u003E…"}}: 广东's gkmlpt (PORTALS §2.5)
_DETAIL = re.compile(r"""\bDETAIL['"]?\s*[:=]\s*\{""")
_CONTENT = re.compile(r"""(?<![\w$])['"]?content['"]?\s*:\s*(?=")""")


def embedded_article(page: str) -> str:
    r"""Return the markup of the article in the page's configuration; an empty string if it contains none.

    >>> embedded_article('window._CONFIG = {DETAIL: {"id": 7, "content": "\\u003Cp>text"}}')
    '<p>text'
    """
    detail = _DETAIL.search(page) if "_CONFIG" in page else None
    content = _CONTENT.search(page, detail.end()) if detail else None
    if content is None:
        return ""
    try:
        text, _ = json.JSONDecoder(strict=False).raw_decode(page, content.end())
    except ValueError:
        return ""
    return str(text)
