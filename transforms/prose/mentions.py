"""Sentences and lines of a report → the agencies that they name as the one that reports.

Owns what in a sentence is the name of an agency, and when it is another body that the sentence only refers to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from transforms.jurisdictions.resolve import division_length
from transforms.prose.titles import is_agency, plain

_HAN = r"\u4e00-\u9fff"
# Words of a sentence that no name of an agency goes across.
_VERBS = (
    "根据|按照|依照|依据|现将|现就|现公|认真|严格|高度|坚持|结合|切实|积极|编制|公布|对(?!外)|[于在为由向从把以本我]"
)
_WORD = rf"(?:(?!{_VERBS})[{_HAN}（）()])"
_BODY = re.compile(
    rf"(?:人民政府|政府)?{_WORD}{{2,8}}?(?:街道办事处|街道办)"
    # 县人民政府某镇人民政府, where the sentence goes on about the report: the government above is not the subject.
    rf"|(?:人民)?政府(?!办){_WORD}{{1,16}}?(?:局|委员会|联合会|协会|办公室|(?:镇|乡|苏木)(?:人民)?政府)(?=(?:[（(][^（）()]*[）)])?(?:编|撰|现将|20))"
    r"|(?:人民)?政府(?:办公[室厅]|[（(]办公[室厅][）)]|办)?"
    rf"|{_WORD}{{1,20}}?(?:局|委员会|(?<!党工)委(?![员托派])|厅|办公室|中心|管委会|(?:镇|乡|苏木)(?:人民)?政府)"
)
_REFERRED_BEFORE = re.compile(
    r"(?:^|[，。；,;])\s*(?:根据|按照|按|依据|依照|遵照|贯彻|落实|转发)[^，。；,;]*$|(?:向|报|请|与|和|及|在)$"
)
_REFERRED_AFTER = re.compile(
    r"(?:门户|政务|政府)?(?:网|官方|微信|微博|公报)|《|关于|印发|的?(?:通知|要求|文件|部署|规定|统一|批复)"
)
_REPORTS = re.compile(r"报告|公布|公开|发布|编制")
_OPENINGS = (
    re.compile(
        rf"(?:公布|公开|发布|编制|现将|将)(?:了|《)?(?P<agency>[{_HAN}（）]{{3,40}}?)\s*(?P<year>20\d\d)\s*年度?(?:的)?(?:政府|政务)?(?:信息|政务)公开"
    ),
    re.compile(rf"(?:^|[，。；,;\n])(?P<agency>[{_HAN}（）]{{3,30}}?)现将(?P<year>20\d\d)年"),
    re.compile(rf"由(?P<agency>[{_HAN}（）]{{3,30}}?)(?:负责|组织)?(?:编制|编写|撰写)(?P<year>)"),
)
# Other papers; not the report itself, as in 现公布《某县2020年政府信息公开工作年度报告》.
_QUOTED = re.compile(r"(?<!公布)(?<!发布)(?<!公开)(?<!编制)(?<!编写)(?<!形成)(?<!了)《[^《》]*》")
_YEAR_OF_REPORT = re.compile(
    r"(?P<year>20\d\d)\s*年度?(?:的)?(?:政府信息|政务信息|信息|政务)公开(?:工作)?(?:情况)?(?:的)?(?:年度)?报告"
)
_DATE = r"(?:20\d\d|二[〇○零\w]{3})\s*年\s*[\d一二三四五六七八九十]{1,2}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日"
_DATE_LINE = re.compile(rf"\s*{_DATE}\s*")
_NAME_AND_DATE = re.compile(rf"\s*(?P<name>[{_HAN}（）()、]{{4,40}}?)\s*[，,]?\s*{_DATE}\s*")
_SIGNED_YEAR = re.compile(r"(20\d\d)\s*年\s*0?([1-4])\s*月")
_SIGNATURE_LINES = 6
_LABELLED = re.compile(r"(?:信息|稿件|文章)?(?:来源|发布机构|发布单位|公开主体|发文机关)\s*[:：]\s*(\S+)")
_SITE = re.compile(r"(?:政务|信息公开)?(?:门户|官方)?网站?$")
_BLANKS = re.compile(r"[^\S\n]+|[\u200b-\u200f\u2060\ufeff]+")
_OWN_YEAR = re.compile(r"(?:^|[。\n])\s*(20\d\d)\s*年度?[，,]?(?!\s*\d)")


@dataclass(frozen=True, slots=True)
class Mention:
    """An agency and a year as one place names them; empty and None where it does not."""

    agency: str = ""
    year: int | None = None


def opening_of(text: str) -> Mention:
    """Return whose report the text above the first chapter says that it is, and of which year.

    >>> opening_of("按照上级要求，现将建水县林业局2021年政府信息公开工作情况报告如下：")
    Mention(agency='建水县林业局', year=2021)
    >>> opening_of("根据建水县人民政府办公室的通知，本报告由建水县林业局编制。")
    Mention(agency='建水县林业局', year=None)
    """
    text = _QUOTED.sub("《》", _BLANKS.sub("", text))
    told = next((match for pattern in _OPENINGS if (match := pattern.search(text))), None)
    dated = told if told and told["year"] else _YEAR_OF_REPORT.search(text)
    agency = next(_named_in(text), "") or (told["agency"] if told else "")
    return Mention(agency, int(dated["year"]) if dated else None)


def _named_in(text: str) -> Iterator[str]:
    """Yield the agencies of known divisions that sentences about the report name as their subject."""
    for sentence in filter(_REPORTS.search, re.split(r"[。\n]", text)):
        at = 0
        while at < len(sentence):
            length = division_length(sentence[at : at + 40]) if "\u4e00" <= sentence[at] <= "\u9fff" else 0
            body = _BODY.match(sentence, at + length) if length else None
            if body and not _is_referred_to(sentence, at, body.end()):
                yield sentence[at : body.end()]
            at = body.end() if body else at + max(length, 1)


def _is_referred_to(sentence: str, start: int, end: int) -> bool:
    return bool(_REFERRED_BEFORE.search(sentence[:start]) or _REFERRED_AFTER.match(sentence[end:]))


def signature_of(lines: Sequence[str]) -> Mention:
    """Return the agency that signs at the end of some lines, beside a date, and the year before that of the date.

    >>> signature_of(["没有。", "炎陵县农业农村局", "2024年1月22日"])
    Mention(agency='炎陵县农业农村局', year=2023)
    """
    ending = [line.strip() for line in lines if line.strip()][-_SIGNATURE_LINES:]
    for line in ending:
        both = _NAME_AND_DATE.fullmatch(line)
        if both and is_agency(both["name"]):
            return Mention(both["name"], _year_before(line))
    for name, line in pairwise(ending):
        if _DATE_LINE.fullmatch(line) and is_agency(plain(name)):
            return Mention(plain(name), _year_before(line))
    last = plain(ending[-1]) if ending else ""
    return Mention(last if is_agency(last) and division_length(last) else "")


def _year_before(line: str) -> int | None:
    """Return the year before that of a date in the months in which reports are due."""
    signed = _SIGNED_YEAR.search(line)
    return int(signed[1]) - 1 if signed else None


def page_sources(lines: Sequence[str], site: str) -> tuple[str, str]:
    """Return the agency that a page names as its source, and that whose site it is; empty if it names none.

    >>> page_sources(["来源：建水县林业局", "浏览次数：3"], "建水县人民政府门户网站")
    ('建水县林业局', '建水县人民政府')
    """
    labelled = (_LABELLED.match(line.strip()) for line in lines)
    source = next((match[1] for match in labelled if match and is_agency(match[1])), "")
    owner = _SITE.sub("", site.strip())
    return source, owner if is_agency(owner) else ""


def own_year(text: str) -> int | None:
    """Return the year with which a sentence of a chapter begins; that of a date counts for none.

    >>> own_year("我局高度重视。2021年，全局公开信息9条。"), own_year("2021年1月，全局开会。")
    (2021, None)
    """
    began = _OWN_YEAR.search(text)
    return int(began[1]) if began else None
