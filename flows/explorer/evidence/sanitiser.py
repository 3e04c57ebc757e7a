"""Markup of portals → markup that cannot act: what arranges text and tables, and pictures that are in the page itself.

Owns the list of elements, attributes and properties that are left. Whatever is not on it is gone: scripts, forms,
frames, drawings, style sheets, every address.
"""

from __future__ import annotations

import base64
import binascii
import io
import re

import nh3
from PIL import Image

_TAGS = frozenset(
    "a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn "
    "div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q "
    "rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul "
    "var wbr".split()
)
_GONE = frozenset(
    "script style noscript template svg math iframe frame frameset noframes noembed object embed applet audio video "
    "canvas title textarea select xmp plaintext head".split()
)
"""Elements that go with all that is in them; of any other, only the tags go."""
_ANYWHERE = frozenset({"align", "valign", "dir", "lang", "style", "id"})
_OF_CELLS = frozenset({"colspan", "rowspan", "width", "scope", "nowrap"})
_ATTRIBUTES = {
    "*": set(_ANYWHERE),
    "td": set(_OF_CELLS),
    "th": set(_OF_CELLS),
    "table": {"border", "cellpadding", "cellspacing", "width"},
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "ol": {"start", "type"},
    "img": {"src", "alt", "width", "height"},
    "details": {"open"},
}
_PROPERTIES = frozenset(
    "text-align vertical-align font-weight font-style text-decoration text-decoration-line text-indent "
    "white-space".split()
)
_VALUE = re.compile(r"[\w\s.%-]{1,40}", re.ASCII)
_PLAIN = re.compile(r"[\w%.\- ]{1,20}", re.ASCII)
_PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif|webp|bmp);base64,([A-Za-z0-9+/=\s]+)", re.ASCII)
_LARGEST_PICTURE = 1_000_000
_MOST_PIXELS = 25_000_000
_WORDS = frozenset({"alt"})


def sanitised(markup: str, mark: str) -> str:
    """Return markup that cannot act; of all ids only `mark` is left.

    >>> sanitised('<p id="m" onclick="go()">一<script>x</script><a href="javascript:x">二</a></p>', "m")
    '<p id="m">一<a>二</a></p>'
    """

    def kept(tag: str, name: str, value: str) -> str | None:
        if name == "id":
            return value if value == mark else None
        return _attribute(tag, name, value)

    return nh3.clean(
        markup,
        tags=set(_TAGS),
        clean_content_tags=set(_GONE),
        attributes=_ATTRIBUTES,
        attribute_filter=kept,
        url_schemes={"data"},
        url_relative="deny",
        strip_comments=True,
        link_rel=None,
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Return what is left of an attribute; None if that is nothing."""
    if name == "style":
        return _style(value) or None
    if tag == "img" and name == "src":
        return value if _is_small_picture(value) else None
    return value if name in _WORDS or _PLAIN.fullmatch(value) else None


def _style(text: str) -> str:
    """Return the declarations that arrange text: none with a bracket, an address or an escape.

    >>> _style("text-align: center; background: url(http://a.cn/); position:fixed; font-weight:expression(1)")
    'text-align:center'
    """
    pairs = (declaration.partition(":")[::2] for declaration in text.split(";"))
    named = ((name.strip().lower(), value.strip()) for name, value in pairs)
    return ";".join(f"{name}:{value}" for name, value in named if name in _PROPERTIES and _VALUE.fullmatch(value))


def _is_small_picture(address: str) -> bool:
    """Return whether an address is a picture, in the page itself, that no browser needs much memory for."""
    match = _PICTURE.fullmatch(address)
    if match is None or len(address) > _LARGEST_PICTURE:
        return False
    try:
        with Image.open(io.BytesIO(base64.b64decode(match[1]))) as picture:
            return picture.width * picture.height <= _MOST_PIXELS
    except (OSError, SyntaxError, ValueError, binascii.Error, Image.DecompressionBombError):
        return False
