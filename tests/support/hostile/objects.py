"""What stands on a page of an OFD file beside, under or over a figure: struck, covered, unseen, aslant, stacked."""

from __future__ import annotations

from random import Random

from tests.support.hostile.trick import NOTHING, Answer, Markup, ObjectTrick, Spot, doubted, exactly
from tests.support.reports.ofd_objects import advances, bar_object, line_object, text_object

_WHITE = '<ofd:FillColor Value="255 255 255"/>'
_NO_CLIP = (
    '<ofd:Clips><ofd:Clip><ofd:Area><ofd:Path Boundary="-90 -90 1 1"><ofd:AbbreviatedData>M 0 0 L 1 0 L 1 1 L 0 1 C'
    "</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip></ofd:Clips>"
)


def _plain(spot: Spot, figure: str) -> Markup:
    return text_object(spot.left, spot.baseline, figure, spot.size), exactly(figure)


def centred(spot: Spot, text: str) -> str:
    """Return a text around the middle of a figure of one digit."""
    left = spot.left + spot.size / 4 - sum(advances(text, spot.size)) / 2
    return text_object(left, spot.baseline, text, spot.size)


def _width(text: str, size: float) -> float:
    return len(text) * size / 2


def _number(random: Random, most: int = 999) -> str:
    return str(random.randint(2, most))


def _or_none(drawn: str, spot: Spot, figure: str, random: Random) -> Markup:
    """Return what is drawn with the right figure above it, or with none."""
    if random.random() < 0.7:
        return drawn + _plain(spot, figure)[0], exactly(figure)
    return drawn, NOTHING


def _raised(spot: Spot, figure: str, random: Random) -> Markup:
    left = spot.left + _width(figure, spot.size) + 0.15
    note = text_object(left, spot.baseline - spot.size * 0.4, random.choice(("1", "2", "[1]", "*")), spot.size * 0.55)
    return _plain(spot, figure)[0] + note, exactly(figure)


def _struck(spot: Spot, figure: str, random: Random) -> Markup:
    old = _number(random)
    left, middle = spot.left - _width(old, spot.size) - 0.7, spot.baseline - spot.size * 0.3
    drawn = text_object(left, spot.baseline, old, spot.size)
    drawn += line_object(left - 0.3, middle, left + _width(old, spot.size) + 0.3, middle)
    return _or_none(drawn, spot, figure, random)


def _covered(spot: Spot, figure: str, random: Random) -> Markup:
    drawn = text_object(spot.left, spot.baseline, _number(random), spot.size)
    top, bottom = spot.baseline - spot.size, spot.baseline + 0.7
    drawn += bar_object(spot.left - 0.7, top, spot.left + spot.size * 2.4, bottom, "255 255 255")
    return _or_none(drawn, spot, figure, random)


def _half_covered(spot: Spot, figure: str, random: Random) -> Markup:
    right = spot.left + _width(figure, spot.size) * 0.6
    colour = random.choice(("255 255 255", "0 0 0", "255 0 0"))
    bar = bar_object(spot.left - 0.3, spot.baseline - spot.size, right, spot.baseline + 0.3, colour)
    return _plain(spot, figure)[0] + bar, doubted(figure)


def _unseen(spot: Spot, figure: str, random: Random) -> Markup:
    other, left = _number(random), spot.left + spot.size * 1.8
    ways = (
        {"look": _WHITE},
        {"look": _NO_CLIP},
        {"Visible": "false"},
        {"Alpha": "0"},
        {"Fill": "false"},
        {"look": '<ofd:FillColor Value="0 0 0" Alpha="0"/>'},
        {"look": '<ofd:FillColor Value="0 0 0" Alpha="6"/>'},
    )
    drawn = text_object(left, spot.baseline, other, spot.size, **random.choice(ways))
    return _or_none(drawn, spot, figure, random)


def _cut_off(spot: Spot, figure: str, random: Random) -> Markup:
    """Write another figure beside the right one, far out of the box to which its object is cut."""
    other = text_object(spot.left, spot.baseline, _number(random), spot.size)
    return _or_none(other.replace('X="0"', 'X="14"'), spot, figure, random)


def _drawn_twice(spot: Spot, figure: str, random: Random) -> Markup:
    return text_object(spot.left + 0.07, spot.baseline, figure, spot.size) + _plain(spot, figure)[0], exactly(figure)


def _watermark(spot: Spot, figure: str, random: Random) -> Markup:
    size, level = random.choice((5.0, 10.0)), random.choice(("205 205 205", "230 230 230"))
    mark = text_object(
        spot.left - 7,
        spot.baseline + 7,
        random.choice(("仅供参考 77", "2023 99", "88 66 44", "内部资料")),
        size,
        f'<ofd:FillColor Value="{level}"/>',
        CTM=random.choice(("0.866 -0.5 0.5 0.866 0 0", "0.707 0.707 -0.707 0.707 0 0")),
    )
    return mark + _plain(spot, figure)[0], exactly(figure)


def _stamped(spot: Spot, figure: str, random: Random) -> Markup:
    """Write large pale words over the figure, which is legible between their strokes."""
    grey = '<ofd:FillColor Value="215 215 215"/>'
    stamp = text_object(spot.left - 12, spot.baseline + random.choice((2.0, 4.0, 6.0)), "内部资料", 12, grey)
    return _plain(spot, figure)[0] + stamp, exactly(figure)


def _outside(spot: Spot, figure: str, random: Random) -> Markup:
    others = (text_object(left, spot.baseline, _number(random, 99), spot.size) for left in (-14.0, 226.0, 247.0))
    return "".join(others) + _plain(spot, figure)[0], exactly(figure)


def _two(spot: Spot, figure: str, random: Random) -> Markup:
    other = _number(random)
    if random.random() < 0.5:
        places = ((spot.left, -0.55, figure), (spot.left, 0.55, other))
        drawn = (text_object(x, spot.baseline + up * spot.size, text, spot.size * 0.9) for x, up, text in places)
        return "".join(drawn), Answer((), doubtful=True)
    beside = spot.left + _width(figure, spot.size) + spot.size * 0.4
    drawn = (
        text_object(x, spot.baseline, text, spot.size) for x, text in ((spot.left - spot.size, figure), (beside, other))
    )
    return "".join(drawn), Answer((), doubtful=True)


def _fraction(spot: Spot, figure: str, random: Random) -> Markup:
    middle = spot.baseline - spot.size * 0.3
    over = text_object(spot.left, spot.baseline - spot.size * 0.5, figure, spot.size * 0.6)
    under = text_object(spot.left, spot.baseline + spot.size * 0.4, _number(random, 40), spot.size * 0.6)
    return over + under + line_object(spot.left - 0.3, middle, spot.left + spot.size, middle), Answer((), doubtful=True)


def _stacked(spot: Spot, figure: str, random: Random) -> Markup:
    """Leave the offsets out, so that all digits stand on each other; where they are the same, one is seen."""
    drawn = text_object(spot.left, spot.baseline, figure, spot.size)
    before, _, after = drawn.partition(" DeltaX=")
    drawn = before + after[after.index(">") :] if after else drawn
    return drawn, exactly(figure[0]) if len(set(figure)) == 1 else Answer((), doubtful=True)


def _on_dark(spot: Spot, figure: str, random: Random) -> Markup:
    ground = bar_object(spot.left - 0.5, spot.baseline - spot.size, spot.left + 9, spot.baseline + 0.7, "0 0 90")
    return ground + text_object(spot.left, spot.baseline, figure, spot.size, _WHITE), exactly(figure)


def _in_turn(spot: Spot, figure: str, random: Random) -> Markup:
    """Draw the digits one by one, the last one first."""
    places = [(spot.left + at * spot.size / 2, digit) for at, digit in enumerate(figure)]
    return "".join(text_object(x, spot.baseline, digit, spot.size) for x, digit in reversed(places)), exactly(figure)


TRICKS = (
    ObjectTrick("note mark", _raised),
    ObjectTrick("struck", _struck),
    ObjectTrick("covered", _covered),
    ObjectTrick("half covered", _half_covered),
    ObjectTrick("unseen", _unseen),
    ObjectTrick("cut off", _cut_off),
    ObjectTrick("drawn twice", _drawn_twice),
    ObjectTrick("watermark", _watermark),
    ObjectTrick("stamped", _stamped),
    ObjectTrick("outside the page", _outside),
    ObjectTrick("two numbers", _two),
    ObjectTrick("fraction", _fraction),
    ObjectTrick("stacked", _stacked),
    ObjectTrick("on dark", _on_dark),
    ObjectTrick("in turn", _in_turn),
)
