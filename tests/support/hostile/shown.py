"""Figures that people see and that are no plain text: in controls, by style sheet, as pictures, in odd characters."""

from __future__ import annotations

from random import Random

from tests.support.hostile.trick import Answer, CellTrick, Markup, Medium, doubted, exactly

_CONTROLS = (
    '<input value="{}">',
    '<input type="text" readonly value="{}"/>',
    "<textarea>{}</textarea>",
    "<select><option>9</option><option selected>{}</option></select>",
    "<output>{}</output>",
    '<input type="number" value="{}" disabled>',
)
_DROP_DOWN = (
    '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="9"/>'
    '<w:listEntry w:val="{}"/></w:ddList></w:ffData></w:fldChar></w:r>'
    '<w:r><w:instrText> FORMDROPDOWN </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
_CONTENT_CONTROL = "<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent><w:r><w:t>{}</w:t></w:r></w:sdtContent></w:sdt>"
_TEXT_FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> FORMTEXT </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{}</w:t></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
_SIMPLE_FIELD = '<w:fldSimple w:instr=" =SUM(LEFT) "><w:r><w:t>{}</w:t></w:r></w:fldSimple>'
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_BOLD = str.maketrans("0123456789", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗")
_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_CHINESE = str.maketrans("0123456789", "〇一二三四五六七八九")
_CIRCLED = str.maketrans("123456789", "①②③④⑤⑥⑦⑧⑨")


def _control_on_web(figure: str, random: Random) -> Markup:
    return random.choice(_CONTROLS).format(figure), exactly(figure)


def _control_in_word(figure: str, random: Random) -> Markup:
    return random.choice((_DROP_DOWN, _CONTENT_CONTROL, _TEXT_FIELD, _SIMPLE_FIELD)).format(figure), exactly(figure)


def _by_style(figure: str, random: Random) -> Markup:
    """Print a digit before or after the figure by a style sheet alone."""
    digit, side = str(random.randint(1, 9)), random.choice(("before", "after"))
    seen = digit + figure if side == "before" else figure + digit
    return f"<style>.k3::{side}{{content:'{digit}'}}</style><b class=k3>{figure}</b>", exactly(seen)


def _turned(figure: str, random: Random) -> Markup:
    """Print the digits of the source in the other order."""
    way = random.choice(('<bdo dir="rtl">{}</bdo>', '<span style="unicode-bidi:bidi-override;direction:rtl">{}</span>'))
    return way.format(figure[::-1]), exactly(figure)


def _picture(figure: str, random: Random) -> Markup:
    pictures = ('<img src="n.png" alt="{}">', '<img src="n.gif">', "<svg width=20 height=9><text>{}</text></svg>")
    return random.choice(pictures).format(figure), doubted(figure)


def _picture_of_a_digit(figure: str, random: Random) -> Markup:
    return f'{figure}<img src="data:image/png;base64,iVBORw0KGgo=" width=6 height=12>', Answer((), doubtful=True)


def _symbol(figure: str, random: Random) -> Markup:
    symbol = f'<w:r><w:sym w:font="Wingdings" w:char="F08{random.randint(1, 9)}"/></w:r>'
    return f"<w:r><w:t>{figure}</w:t></w:r>{symbol}", doubted(figure)


def _wide(figure: str, random: Random) -> Markup:
    return figure.translate(random.choice((_FULL_WIDTH, _BOLD))), exactly(figure)


def _invisible(figure: str, random: Random) -> Markup:
    sign = random.choice("\u200b\u200c\u200d\ufeff\u2060\u00ad\u200e")
    at = random.randint(0, len(figure))
    return figure[:at] + sign + figure[at:], exactly(figure)


def _spaced(figure: str, random: Random) -> Markup:
    return random.choice(("\u00a0{}\u3000", "\u2003{}", "\u3000{}", "{}\u202f")).format(figure), exactly(figure)


def _other_digits(figure: str, random: Random) -> Markup:
    digits = random.choice((_INDIC, _CHINESE, _CIRCLED))
    return figure.translate(digits), doubted(figure)


_ALL: tuple[Medium, ...] = ("html", "docx", "xlsx", "ofd", "text")
TRICKS = (
    CellTrick("control", ("html",), _control_on_web),
    CellTrick("control", ("docx",), _control_in_word),
    CellTrick("by style sheet", ("html",), _by_style),
    CellTrick("turned", ("html",), _turned),
    CellTrick("picture", ("html",), _picture),
    CellTrick("picture of a digit", ("html",), _picture_of_a_digit),
    CellTrick("symbol font", ("docx",), _symbol),
    CellTrick("full width", _ALL, _wide),
    CellTrick("invisible character", _ALL, _invisible),
    CellTrick("blanks", _ALL, _spaced),
    CellTrick("other digits", _ALL, _other_digits),
)
