"""Signs beside figures, signs in their place, notes, and two numbers in one cell."""

from __future__ import annotations

from random import Random

from tests.support.hostile.trick import Answer, CellTrick, Markup, doubted, exactly

_BESIDE = (
    "{}*",
    "≈{}",
    "约{}",
    "{}①",
    "({})",
    "（{}）",
    "{}?",
    "{}？",
    "{}.",
    "{}（注1）",
    "{}#",
    "~{}",
    "↑{}",
    "{}↓",
    "<{}",
)
_BESIDE_APART = (
    "{} *",
    "{} ①",
    "※ {}",
    "≤ {}",
    "约 {}",
    "{} 余",
    "{}件*",
    "“{}”",
    "【{}】",
    "№{}",
    "{}+",
    "{}=",
    "={}",
    ">{}",
)
_OTHER_NUMBERS = (
    "{}%",
    "{}‰",
    "{}/7",
    "1/{}",
    "{}.{}.{}",
    "{}-9",
    "{}~9",
    "{}e2",
    "{}½",
    "0.0.{}",
    "{}户",
    "{}小时",
    "{}:30",
)
_ALONE = ("√", "○", "●", "①", "…", "……", "*", "□", "×", "?", "✓", "△", "（略）", "#REF!", "#N/A", "＊")


def _beside(figure: str, random: Random) -> Markup:
    return random.choice((*_BESIDE, *_BESIDE_APART)).format(figure), doubted(figure)


def _other_number(figure: str, random: Random) -> Markup:
    return random.choice(_OTHER_NUMBERS).format(figure, figure, figure), Answer((), doubtful=True)


def _alone(figure: str, random: Random) -> Markup:
    return random.choice(_ALONE), Answer((), doubtful=True)


def _two_in_a_line(figure: str, random: Random) -> Markup:
    other = str(random.randint(2, 400))
    between = random.choice((" ", "  ", "/", "、", "；", "|", "　", "（", "+"))
    return f"{figure}{between}{other}{'）' if between == '（' else ''}", Answer((), doubtful=True)


def _two_lines_of_web(figure: str, random: Random) -> Markup:
    other = str(random.randint(2, 400))
    pages = (
        "<p>{}</p><p>{}</p>",
        "{}<br>{}",
        "<div>{}</div><div>{}</div>",
        "<ul><li>{}</li><li>{}</li></ul>",
        "{}<p>{}</p>",
    )
    return random.choice(pages).format(figure, other), Answer((), doubtful=True)


def _two_in_spans(figure: str, random: Random) -> Markup:
    other = str(random.randint(2, 400))
    ways = (
        '<span style="display:block">{}</span><span style="display:block">{}</span>',
        '<span style="float:left">{}</span><span style="float:right">{}</span>',
        '<span style="margin-right:2em">{}</span><span>{}</span>',
        "<table><tr><td>{}</td><td>{}</td></tr></table>",
        "<sup>{}</sup>&frasl;<sub>{}</sub>",
        "<ruby>{}<rt>{}</rt></ruby>",
    )
    return random.choice(ways).format(figure, other), Answer((), doubtful=True)


def _two_in_word(figure: str, random: Random) -> Markup:
    run = "<w:r><w:t>{}</w:t></w:r>"
    between = random.choice(("<w:r><w:br/></w:r>", "<w:r><w:tab/></w:r>", "</w:p><w:p>"))
    return run.format(figure) + between + run.format(random.randint(2, 400)), Answer((), doubtful=True)


def _note_on_web(figure: str, random: Random) -> Markup:
    note = random.choice(("1", "2", "①", "[1]", "注", "*", "（1）"))
    ways = (
        "{}<sup>{}</sup>",
        '{}<sup><a href="#_ftn1">{}</a></sup>',
        '{}<span style="vertical-align:super;font-size:smaller">{}</span>',
        '{}<a href="#fn1" class="footnote-ref" role="doc-noteref">{}</a>',
        "{}<sub>{}</sub>",
    )
    return random.choice(ways).format(figure, note), exactly(figure)


def _note_in_word(figure: str, random: Random) -> Markup:
    run = f"<w:r><w:t>{figure}</w:t></w:r>"
    raised = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>{}</w:t></w:r>'
    lifted = '<w:r><w:rPr><w:position w:val="8"/><w:sz w:val="12"/></w:rPr><w:t>{}</w:t></w:r>'
    return run + random.choice((raised, lifted)).format(random.choice("12①*")), exactly(figure)


TRICKS = (
    CellTrick("mark beside", ("html", "docx", "xlsx", "pdf", "ofd", "text"), _beside),
    CellTrick("another number", ("html", "docx", "xlsx", "pdf", "ofd", "text"), _other_number),
    CellTrick("mark alone", ("html", "docx", "xlsx", "pdf", "ofd", "text"), _alone),
    CellTrick("two in a line", ("html", "docx", "xlsx", "pdf", "ofd"), _two_in_a_line),
    CellTrick("two lines", ("html",), _two_lines_of_web),
    CellTrick("two by style", ("html",), _two_in_spans),
    CellTrick("two lines", ("docx",), _two_in_word),
    CellTrick("note mark", ("html",), _note_on_web),
    CellTrick("note mark", ("docx",), _note_in_word),
)
