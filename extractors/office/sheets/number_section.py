"""One section of a number format: its tokens, and a number or a text printed by them.

Owns digits, decimals, thousands, per cent, scaling by commas, and signs between and around digits (ECMA-376, part 1,
18.8.31).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from extractors.document import ILLEGIBLE

GENERAL = "General"
Token = tuple[str, str]
"""Kind (`literal`, `digit`, `point`, `comma`, `percent`, `general`, `text`) and sign."""

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|\[(?P<bracket>[^\]]*)\]|_(?P<room>.)|\*(?P<filler>.)'
    r"|(?P<general>General|G/通用格式)|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)|(?P<text>@)"
    r"|(?P<power>[Ee][+-])|(?P<date>[yYmMdDhHsSeEgGbB])|(?P<literal>.)",
    re.DOTALL | re.IGNORECASE,
)
_COLOUR = re.compile(r"(?:black|blue|cyan|green|magenta|red|yellow|color\s?\d{1,2}|黑色|蓝色|绿色|红色)", re.IGNORECASE)
_WHITE = re.compile(r"(?:white|白色|color\s?2)", re.IGNORECASE)
_CURRENCY = re.compile(r"\$(?P<sign>[^-\]]*)(?:-(?P<locale>[0-9A-Fa-f]{1,4}))?")
_CONDITION = re.compile(r"(?:<=|>=|<>|<|>|=)\s*-?\d+(?:\.\d+)?")
_WITHOUT_CURRENCY = str.maketrans("", "", "¥￥$")
"""The sign of the currency is left out: it changes nothing of a figure."""

_GENERAL_DIGITS = 11
"""Digits that a cell of the format General shows at most."""


@dataclass(frozen=True, slots=True)
class Section:
    """The tokens of a section and its condition; one that is not `certain` holds what is not printed here."""

    tokens: tuple[Token, ...]
    condition: str | None = None
    certain: bool = True


@lru_cache(maxsize=1000)
def section_of(text: str) -> Section:
    """Return the tokens of a section."""
    tokens: list[Token] = []
    condition, certain = None, True
    for match in _TOKEN.finditer(text):
        kind, sign = next((kind, sign) for kind, sign in match.groupdict().items() if sign is not None)
        if kind == "bracket" and _CONDITION.fullmatch(sign):
            condition = sign
        elif kind == "bracket":
            currency = _CURRENCY.fullmatch(sign)
            certain &= bool(currency or _COLOUR.fullmatch(sign)) and not _WHITE.fullmatch(sign)
            tokens.append(("literal", currency["sign"].translate(_WITHOUT_CURRENCY) if currency else ""))
        elif kind in ("power", "date") or (kind == "filler" and sign.strip()):
            certain = False
        elif kind in ("quoted", "escaped"):
            tokens.append(("literal", sign.translate(_WITHOUT_CURRENCY)))
        elif kind not in ("room", "filler"):
            tokens.append((kind, sign.translate(_WITHOUT_CURRENCY)))
    return Section(tuple(tokens), condition, certain)


def print_section(value: Decimal, section: Section) -> str:
    """Return a number under a section; ILLEGIBLE where the section is not understood.

    >>> print_section(Decimal(412), section_of("0-0")), print_section(Decimal(412000), section_of("#,##0,"))
    ('41-2', '412')
    """
    kinds = [kind for kind, _ in section.tokens]
    fraction = ("literal", "/") in section.tokens and "digit" in kinds
    if not section.certain or fraction or kinds.count("point") > 1:
        return ILLEGIBLE
    if "general" in kinds or "text" in kinds:
        return _around(_plain(value), section.tokens)
    if "digit" not in kinds:
        return "".join(sign for _, sign in section.tokens).strip()
    return _print_digits(value, section.tokens)


def print_text(text: str, section: Section) -> str:
    """Return a text under the section for texts.

    >>> print_text("无", section_of('"（"@"）"'))
    '（无）'
    """
    return _around(text, section.tokens) if section.certain else ILLEGIBLE


def _around(text: str, tokens: tuple[Token, ...]) -> str:
    """Return a text with the literal signs around it."""
    pieces = (text if kind in ("general", "text") else sign for kind, sign in tokens)
    return "".join(pieces).strip()


def _print_digits(value: Decimal, tokens: tuple[Token, ...]) -> str:
    digits = [at for at, (kind, _) in enumerate(tokens) if kind == "digit"]
    point = next((at for at, (kind, _) in enumerate(tokens) if kind == "point"), None)
    commas = [at for at, (kind, _) in enumerate(tokens) if kind == "comma"]
    whole = [at for at in digits if point is None or at < point]
    end = max(whole, default=-1 if point is None else point)
    grouped = any(at < end for at in commas)
    scaling = sum(at > end and (point is None or at < point or at > digits[-1]) for at in commas)
    percents = sum(kind == "percent" for kind, _ in tokens)
    decimals = len(digits) - len(whole)
    scaled = value.scaleb(2 * percents - 3 * scaling)
    rounded = abs(scaled).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    if scaling and value and not rounded:
        return ILLEGIBLE  # scaled to nothing, which is not zero
    before, _, after = f"{rounded:f}".partition(".")
    shown = {**_whole_digits(before.lstrip("0"), whole, tokens, grouped=grouped)}
    shown |= _decimal_digits(after, [at for at in digits if at not in whole], tokens)
    pieces = (
        shown.get(at, "") if kind == "digit" else "" if kind == "comma" else sign
        for at, (kind, sign) in enumerate(tokens)
    )
    sign = "-" if scaled < 0 and rounded else ""
    return _without_bare_point(sign + "".join(pieces).strip())


def _whole_digits(text: str, places: list[int], tokens: tuple[Token, ...], *, grouped: bool) -> dict[int, str]:
    """Return the digits before the point by their places: from the right, the first place holds all that are left."""
    shown: dict[int, str] = {}
    written = 0
    for number, place in enumerate(reversed(places)):
        last = number == len(places) - 1
        taken = text if last else text[-1:]
        text = "" if last else text[:-1]
        if not taken and tokens[place][1] == "0":
            taken = "0"
        pieces = ""
        for digit in reversed(taken):
            pieces = (digit + "," if grouped and written and written % 3 == 0 else digit) + pieces
            written += 1
        shown[place] = pieces
    return shown


def _decimal_digits(text: str, places: list[int], tokens: tuple[Token, ...]) -> dict[int, str]:
    """Return the digits behind the point by their places, without zeros that only a `0` prints."""
    shown: dict[int, str] = {}
    needed = False
    for place, digit in reversed([*zip(places, text, strict=True)]):
        needed |= digit != "0" or tokens[place][1] == "0"
        shown[place] = digit if needed else ""
    return shown


def _without_bare_point(text: str) -> str:
    """Return a text without a point that no digit follows.

    >>> _without_bare_point("12."), _without_bare_point("12.件")
    ('12', '12件')
    """
    return re.sub(r"(?<=\d)\.(?!\d)", "", text)


def _plain(value: Decimal) -> str:
    """Return a number as General shows it, which has no room for more than eleven digits."""
    if abs(value) >= 10**_GENERAL_DIGITS:
        return ILLEGIBLE
    text = f"{Decimal(f'{float(value):.{_GENERAL_DIGITS}g}'):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
