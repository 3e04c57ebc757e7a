"""Every page that a page names: by anchors, in scripts, in the trees of publishing systems, in sitemaps.

Owns the reading of these, as words with URLs. Must not judge which of them matter (`leads` does), nor fetch.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from lxml.html import HtmlElement

from extractors.dialects.json_lists import objects, plain_title, whole_number
from extractors.encoding import decode
from extractors.html.links import absolute, all_links, base_of, parse_page

# {id: 3, name: '政府信息公开年报', url: '/col/col3/index.html'}: the nodes of a tree in a script, in either order
_NAMED = r"""['"]?(?:name|title|text|label)['"]?\s*:\s*['"]([^'"]{2,40})['"]"""
_LEADS_TO = r"""['"]?(?:url|href|link|linkurl|jump_url|path)['"]?\s*:\s*['"]([^'"\s]{2,300})['"]"""
_NODES = (
    (re.compile(rf"{_NAMED}[^{{}}]{{0,300}}?{_LEADS_TO}", re.IGNORECASE), 1, 2),
    (re.compile(rf"{_LEADS_TO}[^{{}}]{{0,300}}?{_NAMED}", re.IGNORECASE), 2, 1),
)
# Epoint names the column in the address of the page that frames it, hanweb the address of its tree (PORTALS §2.1, §2.7)
_TITLED = re.compile(r"""['"]([^'"\s<>]*righttitle=([^'"\s<>&]+)[^'"\s<>]*)['"]""")
_TREE_OF_HANWEB = re.compile(r"""['"]([^'"\s<>]*/module/xxgk/tree\.jsp[^'"\s<>]*)['"]""")
_TREE = re.compile(r"""\bTREE['"]?\s*:\s*(?=\[)""")
_PLATFORM = re.compile(r"^(.*?/gkmlpt)(?:/|$)")
_LOCATION = re.compile(r"<loc>\s*(?:<!\[CDATA\[)?\s*([^<\]\s]+)", re.IGNORECASE)


def links_of(body: bytes, url: str) -> list[tuple[str, str]]:
    """Every page that the page at `url` names, as (words, URL): anchors first, then scripts and trees."""
    tree = parse_page(body)
    text = decode(body)
    found = [] if tree is None else list(_anchors(tree, url))
    base = url if tree is None else base_of(tree, url)
    named = [(plain_title(name), address) for name, address in (*_nodes(text), *_tree_of_gkmlpt(text, url))]
    named += [(unquote(title), address) for address, title in _TITLED.findall(text)]
    named += [("政府信息公开目录", address) for address in _TREE_OF_HANWEB.findall(text)]
    return found + [(words, target) for words, address in named if (target := _target(address, base))]


def _target(address: str, base: str) -> str | None:
    """The URL with its fragment, which names the category in addresses of gkmlpt."""
    target = absolute(address, base)
    fragment = address.partition("#")[2]
    return f"{target}#{fragment}" if target and fragment.isdigit() else target


def _anchors(tree: HtmlElement, url: str) -> Iterator[tuple[str, str]]:
    """Words and URL of each link; a picture speaks by its text."""
    base = base_of(tree, url)
    pictures = {
        target: image.get("alt", "")
        for image in tree.iter("img")
        for anchor in image.iterancestors("a")
        if (target := absolute(anchor.get("href") or "", base))
    }
    for link in all_links(tree, url):
        yield link.title or pictures.get(link.url, ""), link.url


def _nodes(text: str) -> Iterator[tuple[str, str]]:
    for pattern, name, address in _NODES:
        for node in pattern.finditer(text):
            yield node[name], node[address]


def _tree_of_gkmlpt(text: str, url: str) -> Iterator[tuple[str, str]]:
    """The reports' own tab, and the categories of the tree with their numbers as fragments (PORTALS §2.5)."""
    platform, start = _PLATFORM.match(urlsplit(url).path), _TREE.search(text)
    if platform is None or start is None:
        return
    root = urljoin(url, platform[1])
    try:
        tree, _ = json.JSONDecoder().raw_decode(text, start.end())
    except (ValueError, RecursionError):
        tree = []
    for node in _all_nodes(tree):
        name, number, elsewhere = str(node.get("name", "")), whole_number(node.get("id")), node.get("jump_url")
        if isinstance(elsewhere, str) and elsewhere.strip():
            yield name, elsewhere
        elif number is not None:
            yield name, f"{root}/index#{number}"
    yield "年报", f"{root}/annualreport"


def _all_nodes(tree: Any) -> Iterator[dict[str, Any]]:
    left = list(objects(tree))
    while left:
        node = left.pop(0)
        yield node
        left[:0] = objects(node.get("children"))


def sitemaps_of(robots: bytes, url: str) -> list[str]:
    """Addresses of the sitemaps that the robots.txt at `url` names.

    >>> sitemaps_of(b"User-agent: *\\nSitemap: http://x.cn/sitemapindex.xml\\n", "http://x.cn/robots.txt")
    ['http://x.cn/sitemapindex.xml']
    """
    named = re.findall(r"(?im)^\s*sitemap\s*:\s*(\S+)", decode(robots))
    return [target for address in named if (target := absolute(address, url))]


def locations(sitemap: bytes, url: str) -> list[str]:
    """The addresses in the sitemap at `url`, or in an index of sitemaps.

    >>> locations(b"<urlset><url><loc> http://x.cn/zfxxgknb/ </loc></url></urlset>", "http://x.cn/sitemap.xml")
    ['http://x.cn/zfxxgknb/']
    """
    named = (unescape(address) for address in _LOCATION.findall(decode(sitemap)))
    return [target for address in named if (target := absolute(address, url))]
