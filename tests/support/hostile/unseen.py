"""Figures that are struck out or that nobody sees, on web pages and in Word files, beside the right one or alone."""

from __future__ import annotations

from random import Random

from tests.support.hostile.trick import NOTHING, CellTrick, Markup, exactly

_STRUCK = (
    "<s>{}</s>",
    "<del>{}</del>",
    "<strike>{}</strike>",
    '<span style="text-decoration: line-through">{}</span>',
    '<span style="text-decoration-line:line-through;color:red">{}</span>',
    "<style>.xq{{text-decoration:line-through}}</style><em class=xq>{}</em>",
)
_HIDDEN = (
    '<span style="display:none">{}</span>',
    '<span style="DISPLAY : none !important">{}</span>',
    '<i style="visibility:hidden">{}</i>',
    "<span hidden>{}</span>",
    '<span style="font-size:0">{}</span>',
    '<span style="opacity:0">{}</span>',
    '<span style="color:transparent">{}</span>',
    '<span style="color:#fff;background:#FFFFFF">{}</span>',
    '<span style="position:absolute;left:-9999px">{}</span>',
    '<span style="position:absolute;clip:rect(0,0,0,0)">{}</span>',
    '<span style="display:inline-block;width:0;overflow:hidden">{}</span>',
    "<style>.wz{{display:none}}</style><b class='wz'>{}</b>",
    "<style>td .v7{{visibility:hidden}}</style><b class='v7'>{}</b>",
    "<!--{}-->",
    "<script>var n={};</script>",
    "<template>{}</template>",
    "<noscript>{}</noscript>",
    '<input type="hidden" value="{}">',
    '<span title="{}"></span>',
    "<details><summary></summary>{}</details>",
    "<dialog>{}</dialog>",
    '<o:p style="mso-hide:all;display:none">{}</o:p>',
)
_RUN = "<w:r><w:t>{}</w:t></w:r>"
_PROPERTY = '<w:r><w:rPr>{}</w:rPr><w:t xml:space="preserve">{}</w:t></w:r>'
_STRUCK_RUNS = ("<w:strike/>", "<w:dstrike/>", '<w:strike w:val="true"/>')
_HIDDEN_RUNS = ("<w:vanish/>", "<w:webHidden/><w:vanish/>", '<w:color w:val="FFFFFF"/>', '<w:sz w:val="1"/>')


def _placed(random: Random, figure: str, other: str) -> str:
    return random.choice((figure + other, other + figure))


def _other(random: Random) -> str:
    return str(random.randint(2, 9999))


def _struck_on_web(figure: str, random: Random) -> Markup:
    return _placed(random, figure, random.choice(_STRUCK).format(_other(random))), exactly(figure)


def _hidden_on_web(figure: str, random: Random) -> Markup:
    return _placed(random, figure, random.choice(_HIDDEN).format(_other(random))), exactly(figure)


def _only_unseen_on_web(figure: str, random: Random) -> Markup:
    return random.choice(_STRUCK + _HIDDEN).format(_other(random)), NOTHING


def _struck_in_word(figure: str, random: Random) -> Markup:
    return _placed(random, _RUN.format(figure), _PROPERTY.format(random.choice(_STRUCK_RUNS), _other(random))), exactly(
        figure
    )


def _hidden_in_word(figure: str, random: Random) -> Markup:
    return _placed(random, _RUN.format(figure), _PROPERTY.format(random.choice(_HIDDEN_RUNS), _other(random))), exactly(
        figure
    )


def _only_unseen_in_word(figure: str, random: Random) -> Markup:
    return _PROPERTY.format(random.choice(_STRUCK_RUNS + _HIDDEN_RUNS), _other(random)), NOTHING


TRICKS = (
    CellTrick("struck", ("html",), _struck_on_web),
    CellTrick("hidden", ("html",), _hidden_on_web),
    CellTrick("only unseen", ("html",), _only_unseen_on_web),
    CellTrick("struck", ("docx",), _struck_in_word),
    CellTrick("hidden", ("docx",), _hidden_in_word),
    CellTrick("only unseen", ("docx",), _only_unseen_in_word),
)
