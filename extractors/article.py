"""The article of a web page among the site's chrome: menus, position lines, footers, lists of other pages.

Owns the choice of the element that holds the article. Must not lose text of it: where a neighbour may belong to
the article, the choice stays above both, since chrome beside a report does less harm than a section that is gone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from extractors.markup import Element, data_table, is_hidden, squeeze

_PROSE = re.compile(r"[。；]|[一二三四五六七八九十]、")
# Words of chrome that reports do not use in passing (PORTALS §7).
_CHROME = re.compile(
    "当前位置|您的位置|所在位置|友情链接|网站地图|版权所有|主办单位|承办单位|网站标识码|ICP备|公网安备|技术支持：|分辨率|浏览器|"
    "上一篇|下一篇|相关链接|相关阅读|扫一扫|分享到|字体：|字号：|责任编辑|浏览次数|打印本页|关闭窗口"
)
_LONGEST_CHROME = 100
_CHROME_TAGS = frozenset({"nav", "header", "footer", "aside"})
_LIST_TAGS = frozenset({"ul", "ol", "dl"})
_RUNNING_TAGS = frozenset({"p", "pre", "h2", "h3", "h4", "h5", "h6"})


@dataclass(slots=True)
class _Weight:
    """What an element shows beside words of chrome: lengths of text outside and inside links, prose, filled cells."""

    length: int = 0
    linked: int = 0
    prose: int = 0
    cells: int = 0

    def take(self, text: str | None, in_link: bool) -> None:
        printed = squeeze(text) if text else ""
        if in_link:
            self.linked += len(printed)
        elif printed and (len(printed) > _LONGEST_CHROME or not _CHROME.search(printed)):
            self.length += len(printed)
            self.prose += len(_PROSE.findall(printed))

    def add(self, other: _Weight) -> None:
        self.length += other.length
        self.linked += other.linked
        self.prose += other.prose
        self.cells += other.cells


def find_article(root: Element) -> Element:
    """The deepest element that holds the page's sentences and tables, with nothing but chrome beside its way down."""
    weights = _weigh(root)
    element = root
    while True:
        parts = [part for part in element if not _is_chrome(part, weights[part])]
        in_between = weights[element].prose > sum(weights[part].prose for part in element)
        if len(parts) != 1 or in_between or not _may_enter(parts[0]):
            return element
        element = parts[0]


def _weigh(root: Element) -> dict[Element, _Weight]:
    """The weight of every element; nothing for what is hidden."""
    weights: dict[Element, _Weight] = {}
    open_weights: list[_Weight] = []
    links = 0
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        hidden = is_hidden(element)
        # An anchor without an address marks a place in the text; Word puts headings in such.
        is_link = not hidden and element.tag == "a" and element.get("href") is not None
        if event == "start":
            open_weights.append(_Weight())
            links += is_link
            if hidden:
                walker.skip_subtree()
            else:
                open_weights[-1].take(element.text, links > 0)
            continue
        weight = weights[element] = open_weights.pop()
        links -= is_link
        weight.cells += element.tag in ("td", "th") and weight.length > 0 and not weight.cells
        if element.tag in _LIST_TAGS and weight.linked > weight.length:
            weight.prose = 0  # what stands beside the links of a list of pages
        if open_weights:
            open_weights[-1].add(weight)
            open_weights[-1].take(element.tail, links > 0)
    return weights


def _is_chrome(element: Element, weight: _Weight) -> bool:
    if not weight.length or element.tag in _CHROME_TAGS:
        return True
    if element.tag in _RUNNING_TAGS:
        return weight.linked > weight.length and not weight.prose
    return not weight.prose and not weight.cells


def _may_enter(element: Element) -> bool:
    """Whether the article may be a part of the element; inside a table of data it would lose its neighbours."""
    return element.tag not in _RUNNING_TAGS and (element.tag != "table" or data_table(element) is None)
