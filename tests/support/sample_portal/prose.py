"""The running text of one report, written from its figures: preamble, sections 一 to 六, signature.

Owns every sentence of the sample reports and the order of text and tables. It names no number that the
figures do not hold, except the limits of the year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tests.support.sample_portal.figures import Figures
from tests.support.sample_portal.tables import Table, tables_of


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a section."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; a signature stands at the right edge."""

    text: str
    signature: bool = False


Part = Heading | Paragraph | Table

ADDRESSES = {"甲子县": "样例市甲子县样例路000号", "乙丑县": "样例市乙丑县镕喆路000号"}
MAILBOXES = {"甲子县": "zwgk@jiazi.example", "乙丑县": "zwgk@yichou.example"}


def compose(figures: Figures, published_on: date) -> list[Part]:
    """Compose the report in reading order, without its title."""
    parts: list[Part] = [Paragraph(text) for text in _preamble(figures)]
    parts += _statistics_report(figures) if figures.edition == "32号" else _form_report(figures)
    day = f"{published_on.year}年{published_on.month}月{published_on.day}日"
    return [*parts, Paragraph(figures.agency, signature=True), Paragraph(day, signature=True)]


def _preamble(figures: Figures) -> list[str]:
    year = figures.year
    address = ADDRESSES.get(figures.county, f"样例市{figures.county}样例路000号")
    mailbox = MAILBOXES.get(figures.county, "zwgk@county.example")
    return [
        f"依照《中华人民共和国政府信息公开条例》，{figures.agency}编写了本报告，现向社会公布。"
        f"数据统计期限为{year}年1月1日至{year}年12月31日。",
        f"读者如有意见，可与{figures.county}政务公开办公室联系（地址：{address}；邮编：000000；"
        f"电话：0000-0000000；电子邮箱：{mailbox}）。",
    ]


def _section(title: str, *paragraphs: str) -> list[Part]:
    return [Heading(title), *(Paragraph(text) for text in paragraphs)]


def _form_report(figures: Figures) -> list[Part]:
    """Sections of 60号 and 30号: tables stand in 二, 三 and 四."""
    disclosures, requests, proceedings = tables_of(figures)
    problems = "政府信息公开工作存在的主要问题及改进情况" if figures.edition == "60号" else "存在的主要问题及改进情况"
    return [
        *_section("一、总体情况", *_overview(figures)),
        *(Heading("二、主动公开政府信息情况"), disclosures),
        *(Heading("三、收到和处理政府信息公开申请情况"), requests),
        *(Heading("四、政府信息公开行政复议、行政诉讼情况"), proceedings),
        *_section(f"五、{problems}", *_problems(figures)),
        *_section("六、其他需要报告的事项", *_remarks(figures)),
    ]


def _overview(figures: Figures) -> list[str]:
    year, told = figures.year, figures.told
    received = figures.requests["received", "total"]
    handled, left = figures.requests["total", "total"], figures.requests["carried_out", "total"]
    return [
        f"{year}年，{figures.county}把政务公开当作便民利民的日常工作，各项任务按计划完成。",
        f"（一）主动公开。全年主动公开政府信息{told['items_published']}条，"
        f"其中通过县政府网站公开{told['items_on_website']}条；发布政策解读材料{told['interpretations']}篇。",
        f"（二）依申请公开。全年收到政府信息公开申请{received}件，办结{handled}件，结转下年度继续办理{left}件。",
        "（三）政府信息管理。信息发布前由承办单位和审核单位分别核对内容，已经失效的文件在网站上注明。",
        "（四）政府信息公开平台建设。县政府网站的公开专栏重新分类，手机页面同步更新，便民大厅备有查阅用的电脑。",
        f"（五）监督保障。全年举办政务公开培训{told['trainings']}次，培训{told['people_trained']}人次。",
    ]


def _problems(figures: Figures) -> list[str]:
    return [
        "主要问题：个别乡镇公开信息不够及时，部分解读材料文字偏多、图表偏少，群众读起来费力。",
        f"改进情况：{figures.year + 1}年将按月提醒各单位更新栏目，请群众代表试读解读材料，根据试读意见修改后再发布。",
    ]


def _remarks(figures: Figures) -> list[str]:
    if figures.edition == "60号":
        return ["没有其他需要报告的事项。"]
    return [f"{figures.year}年，本机关收取政府信息公开信息处理费0元。", "没有其他需要报告的事项。"]


def _statistics_report(figures: Figures) -> list[Part]:
    """Chapters of 32号: text first, then the one statistics table as an annex."""
    counts, year = figures.indicators, figures.year
    (table,) = tables_of(figures)
    return [
        *_section(
            "一、主动公开情况",
            f"{year}年，全县主动公开政府信息{counts['items_published']}条，制发规范性文件"
            f"{counts['normative_documents_issued']}件。县政府网站公开{counts['items_on_website']}条，"
            f"政务微信公开{counts['items_on_wechat']}条。",
        ),
        *_section(
            "二、回应解读情况",
            f"全年发布政策解读稿件{counts['interpretations_published']}篇，"
            f"组织政府网站在线访谈{counts['online_interviews']}次。",
        ),
        *_section(
            "三、依申请公开情况",
            f"全年收到政府信息公开申请{counts['requests_received']}件，全部办结。依申请提供信息没有收取费用。",
        ),
        *_section(
            "四、复议、诉讼和举报情况",
            f"全年因政府信息公开引起的行政复议{counts['reconsiderations']}件，行政诉讼{counts['litigations']}件，"
            f"举报投诉{counts['complaints']}件。",
        ),
        *_section(
            "五、机构建设、经费和培训情况",
            f"全县设有政府信息公开查阅点{counts['reading_points']}个；举办培训班{counts['trainings']}次，"
            f"接受培训{counts['people_trained']}人次。",
        ),
        *_section("六、存在的问题和改进办法", *_problems(figures)),
        *(Heading("附：政府信息公开情况统计表"), Paragraph(f"（{year}年度）填报单位：{figures.agency}"), table),
    ]
