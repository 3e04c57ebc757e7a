"""Addresses: what an address in a page means, which folder a URL is in, what is below a page.

Owns arithmetic on URLs. Which hosts belong to one owner is in `hosts`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from extractors.hosts import host_of

# /202103/, /20210325/, /2021/3/25/, /2021-03-25/: folders that publishing systems name by the day
_DATED = re.compile(
    r"/(?:20\d{2}/\d{1,2}(?:/\d{1,2})?|20\d{2}-\d{1,2}-\d{1,2}|20\d{4}(?:\d{2})?(?:/\d{1,2})?)/(?=[^/]*$)"
)

# javascript:void(0) with onclick="jumpToDetail('./202605/t20260512_1.html')" (PORTALS §2.8)
_ONCLICK = re.compile(r"""['"]([^'"]+\.s?html?)['"]""")
_EDGES = re.compile(r"^[\x00-\x20\s]+|[\x00-\x20\s]+$")
_BREAKS = re.compile(r"[\t\n\r]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_HOST = re.compile(r"[a-z]+://[^/?]*")
# The signs that the standard encodes in the paths and queries of web addresses
_QUOTED_IN_PATH = re.compile(r"[^\x21-\x7e]|[\"<>^`{}]")
_QUOTED_IN_QUERY = re.compile(r"[^\x21-\x7e]|[\"'<>]")
_QUERY_CODECS = {"gb18030": "gbk", "big5hkscs": "big5hkscs"}
"""Pages of the whole GB family send queries in GBK."""


def absolute(address: str, base: str, charset: str = "utf-8") -> str | None:
    """Return the URL that an address in a page means, without its fragment; None if it is not on the web.

    It is what a browser makes of the address (URL standard of the WHATWG), so that one link has one URL however a page
    writes it: signs that are not ASCII are encoded, in the query by the `charset` of the page. A page on disk (`file:`)
    may lead to files on disk.

    >>> absolute("../b.pdf#page=2", "http://x.cn/a/t.html"), absolute("mailto:a@x.cn", "http://x.cn/")
    ('http://x.cn/b.pdf', None)
    >>> absolute("年\\\\b.jsp?n=年报", "http://x.cn/", "gb18030")
    'http://x.cn/%E5%B9%B4/b.jsp?n=%C4%EA%B1%A8'
    """
    try:
        target = _encoded(urljoin(base, as_browsers_read(address, base)).partition("#")[0], charset)
    except ValueError:  # such as a bracket that is not closed, or half a character
        return None
    schemes = ("http://", "https://", "file:///") if base.startswith("file:///") else ("http://", "https://")
    return target if target.startswith(schemes) else None


def link_target(href: str, onclick: str, base: str, charset: str = "utf-8") -> str | None:
    """Return the URL without fragment that an anchor leads to; None if it leads to no web page.

    >>> link_target("javascript:;", "jumpToDetail('./t1.html')", "http://x.cn/nb/"), link_target("#top", "", "http://x.cn/")
    ('http://x.cn/nb/t1.html', None)
    """
    address = href.strip()
    if not address or address.lower().startswith("javascript:"):
        called = _ONCLICK.search(onclick or address)
        address = called[1] if called else ""
    return absolute(address, base, charset) if address.partition("#")[0] else None


def as_browsers_read(address: str, base: str) -> str:
    """Return an address as one that `urljoin` joins as browsers do: slashes, no blanks around, no line breaks inside.

    >>> as_browsers_read(" .\\\\a\\tb.htm ", "http://x.cn/"), as_browsers_read("///y.cn", "http://x.cn/")
    ('./ab.htm', '//y.cn')
    """
    text = _BREAKS.sub("", _EDGES.sub("", address))
    end = next((at for at, sign in enumerate(text) if sign in "?#"), len(text))
    path, rest = text[:end], text[end:]
    scheme = _SCHEME.match(path)
    if scheme and scheme[1].lower() not in ("http", "https"):
        return text
    path = path.replace("\\", "/")
    if scheme:
        slashes = path[scheme.end() :]
        name = slashes.lstrip("/")
        is_relative = len(slashes) - len(name) < 2 and base.lower().startswith(f"{scheme[1].lower()}:")
        return (slashes if is_relative else f"{scheme[0]}//{name}") + rest
    if path.startswith("//") and not base.startswith("file:"):
        path = "//" + path.lstrip("/")
    return path + rest


def _encoded(url: str, charset: str) -> str:
    """Return a URL in ASCII but for its host: the path in UTF-8, the query in the charset of the page.

    A sign that the charset lacks becomes a reference to it by its number. Raise ValueError at half a character.
    """
    url.encode()
    host = _HOST.match(url)
    start = host.end() if host else 0
    path, mark, query = url[start:].partition("?")
    codec = _QUERY_CODECS.get(charset, "utf-8")
    path = _QUOTED_IN_PATH.sub(lambda sign: _percent(sign[0], "utf-8"), path)
    return url[:start] + path + mark + _QUOTED_IN_QUERY.sub(lambda sign: _percent(sign[0], codec), query)


def _percent(sign: str, codec: str) -> str:
    """Return a sign as bytes, of which those in ASCII stay: the second ones of GBK may be letters.

    >>> _percent("镕", "gbk"), _percent("㭎", "gbk"), _percent("'", "gbk")
    ('%E9F', '%26%2315182%3B', '%27')
    """
    try:
        encoded = sign.encode(codec)
    except UnicodeEncodeError:
        return f"%26%23{ord(sign)}%3B"
    bare = sign > "\x7e"
    return "".join(chr(byte) if bare and 0x21 <= byte <= 0x7E else f"%{byte:02X}" for byte in encoded)


def parameters(url: str) -> dict[str, str]:
    """Return the parameters in the query of a URL by name; bytes that are not UTF-8 stay what they are."""
    return dict(parse_qsl(url.partition("?")[2], keep_blank_values=True, errors="surrogateescape"))


def with_parameters(url: str, changes: Mapping[str, str]) -> str:
    """Return a URL with some parameters of its query changed or added.

    >>> with_parameters("http://x.cn/list.jsp?lm=%C4%EA&page=1", {"page": "2"})
    'http://x.cn/list.jsp?lm=%C4%EA&page=2'
    """
    return f"{url.partition('?')[0]}?{urlencode({**parameters(url), **changes}, errors='surrogateescape')}"


def is_below(url: str, page: str) -> bool:
    """Return whether `url` is on the host and below the folder of the URL `page`.

    >>> is_below("https://x.cn/nb/202103/t1.html", "http://x.cn/nb/index.html"), is_below("http://x.cn/", "http://x.cn/nb/")
    (True, False)
    """
    folder = urlsplit(page).path.rpartition("/")[0] + "/"
    return host_of(url) == host_of(page) and urlsplit(url).path.startswith(folder)


def folder_of(url: str) -> str:
    """Return host and folder of a URL, without folders that are named by the day of publication.

    >>> folder_of("http://x.cn/nb/202103/t1.html"), folder_of("http://x.cn/nb/2021/3/25/1.html"), folder_of("http://x.cn")
    ('x.cn/nb/', 'x.cn/nb/', 'x.cn/')
    """
    path = _DATED.sub("/", urlsplit(url).path)
    return host_of(url) + path.rpartition("/")[0] + "/"
