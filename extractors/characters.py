"""Characters that look alike → the ordinary one: full width, radicals, compatibility forms, blanks, invisible ones.

Owns what a reader takes for the same character, and for none. Every document is folded once, when it is read; what was
printed stays beside it. A mark is never made a digit: ①, ², ½, ⒈, Ⅲ and the digits of other scripts stay as they are,
so that a cell with one is no number. 𝟏 and the other letters and digits of mathematics are the ordinary ones in another
font, as people see them, and become ordinary.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace

from extractors.document import Block, Cell, Document, Grid

# Unicode's Equivalent_Unified_Ideograph for U+2E80–2EFF; Python knows no equivalent of most of them.
_RADICALS = (
    "⺁⺂⺃⺄⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺴⺵⺶⺷⺸⺹⺺"
    "⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳"
)
_IDEOGRAPHS = (
    "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵旡日月歺母民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀"
    "聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟"
)
_CHINESE_PUNCTUATION = frozenset("！（），：；？～")
"""Full-width forms that are the ordinary ones in Chinese text."""
_FOLDED_RANGES = (
    (0x2F00, 0x2FD5),  # Kangxi radicals
    (0xF900, 0xFAFF),  # compatibility ideographs
    (0xFE10, 0xFE19),  # vertical forms
    (0xFE30, 0xFE6B),  # vertical and small forms
    (0xFF01, 0xFF65),  # full width; half-width punctuation of CJK
    (0x1D400, 0x1D7FF),  # letters and digits of mathematics
    (0x2F800, 0x2FA1F),  # compatibility ideographs
)
# Controls and fillers separate what stands beside them; they never glue it.
_BLANKS = "\u00a0\u115f\u1160\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u2800\u3000\u3164\uffa0"
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
# U+202D and U+202E are not among them: what they turn round is not seen in the order in which it is written.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202c\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e007f\U000e0100-\U000e01ef"
)

# Private use, control signs, lone surrogates and unassigned code points: fonts without a map to Unicode give these.
_MEANINGLESS = frozenset({"Co", "Cc", "Cs", "Cn"})
_MOST_MEANINGLESS = 0.5


def _ordinary() -> dict[str, str]:
    """Return for each character that is folded the one that it becomes."""
    ordinary = dict(zip(_RADICALS, _IDEOGRAPHS, strict=True))
    for first, last in _FOLDED_RANGES:
        for character in map(chr, range(first, last + 1)):
            folded = unicodedata.normalize("NFKC", character)
            if len(folded) == 1 and folded != character and character not in _CHINESE_PUNCTUATION:
                ordinary[character] = folded
    return ordinary


_ORDINARY = str.maketrans(_ordinary())
_BLANK = re.compile(f"[{_BLANKS}{_CONTROLS}]")
_UNSEEN = re.compile(f"[{_INVISIBLE}]")
# Signs beyond U+FFFF stand there as ranges: each of its own would be compared with every character of a text.
_FOLDABLE = re.compile(
    f"[{_BLANKS}{_CONTROLS}{_INVISIBLE}{''.join(chr(code) for code in _ORDINARY if code <= 0xFFFF)}"
    f"{''.join(f'{chr(first)}-{chr(last)}' for first, last in _FOLDED_RANGES if first > 0xFFFF)}]"
)


def fold(text: str) -> str:
    """Return text in ordinary characters: one for each of its own, and none for those that nobody sees.

    >>> fold("⼀、⻓\\u3000１２．５％\\u200b（⑫）")
    '一、长 12.5%（⑫）'
    """
    return _replaced(_UNSEEN.sub("", text)) if _FOLDABLE.search(text) else text


def _replaced(text: str) -> str:
    return _BLANK.sub(" ", text).translate(_ORDINARY)


def is_garbled(text: str) -> bool:
    """Return whether most signs of a text are none that anybody knows.

    >>> is_garbled("\ue001\ue002年"), is_garbled("年报\ue001"), is_garbled("")
    (True, False, False)
    """
    signs = [sign for sign in text if not sign.isspace()]
    meaningless = [sign for sign in signs if sign == "\ufffd" or unicodedata.category(sign) in _MEANINGLESS]
    return len(meaningless) > _MOST_MEANINGLESS * len(signs)


def folded(document: Document) -> Document:
    """Return the document in ordinary characters; folding it again changes nothing. Lines that nobody sees go."""
    parts = tuple(_parts(document.parts))
    metadata = {key: fold(value).strip() for key, value in document.metadata.items()}
    return replace(document, parts=parts, metadata=metadata)


def _parts(parts: Iterable[Block | Grid]) -> Iterator[Block | Grid]:
    for part in parts:
        if isinstance(part, Grid):
            foldable = _FOLDABLE.search("".join([cell.text for cell in part.cells]))
            yield replace(part, cells=tuple(map(_cell, part.cells))) if foldable else part
        elif (line := _block(part)).text or not part.text:
            yield line


def _cell(cell: Cell) -> Cell:
    text = fold(cell.text)
    return cell if text == cell.text else replace(cell, text=text, printed=cell.text if text.strip() else "")


def _block(block: Block) -> Block:
    text = fold(block.text)
    if text == block.text:
        return block
    seen = (box for character, box in zip(block.text, block.boxes, strict=False) if not _UNSEEN.match(character))
    return replace(block, text=text, boxes=tuple(seen), printed=block.text)
