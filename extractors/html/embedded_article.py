"""Articles that a page holds as text of a script, for a browser to show.

Owns where such text lies in a page. Must not read the markup in it: `markup` parses it as a part of the page.
"""

from __future__ import annotations

import json
import re

# window._CONFIG = {… DETAIL: {… "content": "\u003Cp\u003E…"}}: 广东's gkmlpt (PORTALS §2.5)
_DETAIL = re.compile(r"""\bDETAIL['"]?\s*[:=]\s*\{""")
_CONTENT = re.compile(r"""(?<![\w$])['"]?content['"]?\s*:\s*(?=")""")


def embedded_article(page: str) -> str:
    r"""The markup of the article that the page's configuration holds; empty where it holds none.

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
