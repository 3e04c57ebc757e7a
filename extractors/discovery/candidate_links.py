"""Every page that a page names: by anchors, in scripts, in the trees of publishing systems, in sitemaps.

Owns the reading of these, as words with URLs. Which of them matter is for `link_scores` to decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote, urljoin, urlsplit

from extractors.dialects import gkmlpt
from extractors.dialects.json_lists import plain_title, whole_number
from extractors.html.links import base_of, links_of
from extractors.html.soup import attribute
from extractors.urls import absolute
from extractors.web.response import Response

# {id: 3, name: '政府信息公开年报', url: '/col/col3/index.html'}: the nodes of a tree in a script, in either order
_NAMED = re.compile(r"""['"]?(?:name|title|text|label)['"]?\s*:\s*['"]([^'"]{2,40})['"]""", re.IGNORECASE)
_LEADS_TO = re.compile(
    r"""['"]?(?:url|href|link|linkurl|jump_url|path)['"]?\s*:\s*['"]([^'"\s]{2,300})['"]""", re.IGNORECASE
)
_BRACE = re.compile("[{}]")
_FURTHEST = 300
"""Characters between the name and the address of a node."""
# Epoint names the list in the address of the page that frames it, hanweb the address of its tree (PORTALS §2.1, §2.7)
_TITLED = re.compile(r"""['"]([^'"\s<>]{0,500}righttitle=([^'"\s<>&]{1,300})[^'"\s<>]{0,500})['"]""")
_TREE_OF_HANWEB = re.compile(r"""['"]([^'"\s<>]{0,300}/module/xxgk/tree\.jsp[^'"\s<>]{0,1000})['"]""")
_PLATFORM = re.compile(r"^(.*?/gkmlpt)(?:/|$)")
_SITEMAP = re.compile(r"(?im)^[ \t]*sitemap[ \t]*:[ \t]*(\S+)")
_LOCATION = re.compile(r"<loc>\s*+(?:<!\[CDATA\[)?+\s*+([^<\]\s]+)", re.IGNORECASE)


def named_pages(page: Response) -> list[tuple[str, str]]:
    """Return every page that a page names, as (words, URL): anchors first, then scripts and trees."""
    url = page.final_url
    base = base_of(page.soup, url)
    named = [(plain_title(name), address) for name, address in (*_nodes(page.text), *_categories_of_gkmlpt(page))]
    named += [(unquote(title), address) for address, title in _TITLED.findall(page.text)]
    named += [("政府信息公开目录", address) for address in _TREE_OF_HANWEB.findall(page.text)]
    targets = [(words, target) for words, address in named if (target := _target(address, base, page.charset))]
    return [*_anchors(page, base), *targets]


def _target(address: str, base: str, charset: str) -> str | None:
    """Return the URL with its fragment, which names the category in addresses of gkmlpt."""
    target = absolute(address, base, charset)
    fragment = address.partition("#")[2]
    return f"{target}#{fragment}" if target and fragment.isdigit() else target


def _anchors(page: Response, base: str) -> Iterator[tuple[str, str]]:
    """Yield words and URL of each link; the text of a picture stands in for words."""
    pictures = {
        target: attribute(picture, "alt")
        for picture in page.soup.select("a[href] img[alt]")
        if (anchor := picture.find_parent("a")) and (target := absolute(attribute(anchor, "href"), base, page.charset))
    }
    for link in links_of(page.soup.find_all("a"), base, charset=page.charset):
        yield link.title or pictures.get(link.url, ""), link.url


def _nodes(text: str) -> Iterator[tuple[str, str]]:
    yield from _pairs(text, _NAMED, _LEADS_TO)
    yield from ((name, address) for address, name in _pairs(text, _LEADS_TO, _NAMED))


def _pairs(text: str, first: re.Pattern[str], second: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Yield each find of `first` with the next of `second` in the same node. Each is looked for once in all."""
    followers = second.finditer(text)
    follower, end = next(followers, None), 0
    for found in first.finditer(text):
        if found.start() < end:
            continue
        while follower and follower.start() < found.end():
            follower = next(followers, None)
        if follower is None:
            return
        is_near = follower.start() - found.end() <= _FURTHEST
        if is_near and not _BRACE.search(text, found.end(), follower.start()):
            yield found[1], follower[1]
            end = follower.end()


def _categories_of_gkmlpt(page: Response) -> Iterator[tuple[str, str]]:
    """Yield the categories of the tree with their numbers as fragments, and the reports' own tab (PORTALS §2.5)."""
    platform = _PLATFORM.match(urlsplit(page.final_url).path)
    if platform is None or not gkmlpt.TREE.search(page.text):
        return
    root = urljoin(page.final_url, platform[1])
    for category in gkmlpt.categories(page.text):
        name, number = str(category.get("name", "")), whole_number(category.get("id"))
        elsewhere = category.get("jump_url")
        if isinstance(elsewhere, str) and elsewhere.strip():
            yield name, elsewhere
        elif number is not None:
            yield name, f"{root}/index#{number}"
    yield "年报", f"{root}/annualreport"


def sitemaps_of(robots: str, url: str) -> list[str]:
    """Return the addresses of the sitemaps that the robots.txt at `url` names.

    >>> sitemaps_of("User-agent: *\\nSitemap: http://x.cn/sitemapindex.xml\\n", "http://x.cn/robots.txt")
    ['http://x.cn/sitemapindex.xml']
    """
    named = _SITEMAP.findall(robots)
    return [target for address in named if (target := absolute(address, url))]


def locations(sitemap: str, url: str) -> list[str]:
    """Return the addresses in the sitemap at `url`, or in an index of sitemaps.

    >>> locations("<urlset><url><loc> http://x.cn/zfxxgknb/ </loc></url></urlset>", "http://x.cn/sitemap.xml")
    ['http://x.cn/zfxxgknb/']
    """
    named = (unescape(address) for address in _LOCATION.findall(sitemap))
    return [target for address in named if (target := absolute(address, url))]
