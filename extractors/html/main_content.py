"""The article of a web page among the site's chrome: menus, position lines, footers, lists of other pages.

Owns the choice of the element that contains the article. It must not lose text: if a neighbour may belong to the
article, the choice stays above both, since chrome next to a report does less harm than a missing section.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

from extractors.html.data_tables import data_table
from extractors.html.shown import Shown
from extractors.html.tree import Element

_PROSE = re.compile(r"[。；]|[一二三四五六七八九十]、")
# Words of chrome that reports do not use in passing (PORTALS §7).
_CHROME = re.compile(
    "当前位置|您的位置|所在位置|友情链接|网站地图|版权所有|主办单位|承办单位|网站标识码|ICP备|公网安备|技术支持：|分辨率|浏览器|"
    "上一篇|下一篇|相关链接|相关阅读|扫一扫|分享到|字体：|字号：|责任编辑|浏览次数|打印本页|关闭窗口"
)
_LONGEST_CHROME = 100
_BLANK = " \t\r\n\u00a0\u3000\u00ad\u200b\u200c\u200d\u2060\ufeff"
CHROME_TAGS = frozenset({"nav", "header", "footer", "aside"})
_LIST_TAGS = ("ul", "ol", "dl")
_RUNNING_TAGS = frozenset({"p", "pre", "h2", "h3", "h4", "h5", "h6"})


class _Weights:
    """What each element shows apart from words of chrome: lengths of text outside and inside links, marks of prose."""

    def __init__(self, shown: Shown) -> None:
        self._shown = shown
        lengths = [len(text.strip(_BLANK)) for text in shown.texts]
        linked = [0] * len(lengths)
        ends = list(accumulate(len(text) + 1 for text in shown.texts))
        joined = "\0".join(shown.texts)
        prose = [0] * len(lengths)
        for match in _PROSE.finditer(joined):
            prose[bisect_right(ends, match.start())] += 1
        for at in {bisect_right(ends, match.start()) for match in _CHROME.finditer(joined)}:
            if lengths[at] <= _LONGEST_CHROME:
                lengths[at] = prose[at] = 0
        # An anchor without an address marks a place in the text; Word puts headings in such.
        for start, end in (shown.place(link) for link in shown.root.iter("a") if link.get("href") is not None):
            linked[start:end] = [len(text.strip(_BLANK)) for text in shown.texts[start:end]]
            lengths[start:end] = prose[start:end] = [0] * (end - start)
        self._lengths, self._linked, self._prose = _sums(lengths), _sums(linked), _sums(prose)
        lists = (element for element in shown.root.iter(*_LIST_TAGS) if self.linked(element) > self.length(element))
        self._lists = list(map(shown.place, lists))

    def length(self, element: Element) -> int:
        """Return the length of an element's text outside links."""
        start, end = self._shown.place(element)
        return self._lengths[end] - self._lengths[start]

    def linked(self, element: Element) -> int:
        """Return the length of an element's text inside links."""
        start, end = self._shown.place(element)
        return self._linked[end] - self._linked[start]

    def prose(self, element: Element) -> int:
        """Return the marks of prose in an element, without those next to the links of a list of pages."""
        start, end = self._shown.place(element)
        marks = 0
        for first, last in self._lists:
            if start <= first and last <= end:
                marks += self._prose[first] - self._prose[start]
                start = last
        return marks + self._prose[end] - self._prose[start]


def _sums(numbers: list[int]) -> list[int]:
    """Return the sums of the first numbers: none of them, one, two, …"""
    return list(accumulate(numbers, initial=0))


def find_main_content(shown: Shown) -> Element:
    """Return the deepest element that contains the page's sentences and tables; only chrome stands outside it."""
    weights = _Weights(shown)
    element = shown.root
    while True:
        parts = [part for part in element if not _is_chrome(part, weights)]
        in_between = weights.prose(element) > sum(weights.prose(part) for part in element)
        if len(parts) != 1 or in_between or not _may_enter(parts[0], shown):
            return element
        element = parts[0]


def _is_chrome(element: Element, weights: _Weights) -> bool:
    if not weights.length(element) or element.tag in CHROME_TAGS:
        return True
    if element.tag in _RUNNING_TAGS:
        return weights.linked(element) > weights.length(element) and not weights.prose(element)
    return not weights.prose(element) and not any(weights.length(cell) for cell in element.iter("td", "th"))


def _may_enter(element: Element, shown: Shown) -> bool:
    """Return whether the article may be a part of the element; inside a table of data it would lose its neighbours."""
    return element.tag not in _RUNNING_TAGS and (element.tag != "table" or data_table(shown, element) is None)
