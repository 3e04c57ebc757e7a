"""What lies on the sample portal: the reports with their figures, and the entries that are no reports.

Owns the list, so that tests can compare what a crawl found with `truth()`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from tests.support.sample_portal.figures import Edition, Figures, make_figures, with_misprint

MediaType = Literal["text/html", "application/pdf"]
HTML: MediaType = "text/html"
PDF: MediaType = "application/pdf"
COLUMN_PATH = "/zwgk/zfxxgknb/"
SEED = 711
JURISDICTIONS = {"甲子县": "CN-990101", "乙丑县": "CN-990102"}


@dataclass(frozen=True, slots=True)
class PublishedReport:
    """One edition of a report on the portal.

    `page` is the path of its article, `path` that of the file that holds its tables: the same for HTML, an attachment
    for PDF. `superseded` says that a corrected edition was published later at another address.
    """

    county: str
    jurisdiction: str
    agency: str
    year: int
    title: str
    page: str
    path: str
    media_type: MediaType
    published_on: date
    edition: Edition
    figures: Figures
    superseded: bool = False
    charset: str = "utf-8"


@dataclass(frozen=True, slots=True)
class IgnoredEntry:
    """A list entry that is no annual report of an agency, whatever its title looks like."""

    title: str
    page: str
    published_on: date
    text: str


@dataclass(frozen=True, slots=True)
class _Listing:
    """How one edition of a report was put on the portal."""

    county: str
    year: int
    published_on: date
    number: int
    title: str
    media_type: MediaType = HTML
    misprinted: bool = False
    superseded: bool = False
    charset: str = "utf-8"


_LISTINGS = (
    _Listing("甲子县", 2018, date(2019, 3, 12), 1001, "甲子县人民政府2018年政府信息公开工作年度报告"),
    _Listing("乙丑县", 2018, date(2019, 3, 26), 1002, "乙丑县2018年政府信息公开年度报告", PDF),
    _Listing("甲子县", 2019, date(2020, 3, 18), 1004, "2019年甲子县人民政府政府信息公开工作年度报告"),
    _Listing("乙丑县", 2019, date(2020, 3, 30), 1005, "乙丑县人民政府2019年政府信息公开工作年度报告", charset="gb2312"),
    _Listing("甲子县", 2020, date(2021, 3, 25), 1008, "甲子县人民政府2020年政府信息公开工作年度报告", PDF),
    _Listing("甲子县", 2021, date(2022, 3, 21), 1011, "甲子县人民政府２０２１年政府信息公开工作年度报告"),
    _Listing(
        "乙丑县",
        2021,
        date(2022, 3, 28),
        1012,
        "乙丑县人民政府2021年政府信息公开工作年度报告",
        HTML,
        misprinted=True,
        superseded=True,
    ),
    _Listing("乙丑县", 2021, date(2022, 8, 15), 1014, "乙丑县人民政府2021年政府信息公开工作年度报告（更正）"),
    _Listing("甲子县", 2022, date(2023, 3, 16), 1015, "甲子县人民政府2022年政府信息公开工作年度报告"),
    _Listing("乙丑县", 2022, date(2023, 3, 29), 1016, "乙丑县人民政府二〇二二年政府信息公开工作年度报告"),
    _Listing("甲子县", 2023, date(2024, 3, 20), 1018, "甲子县人民政府2023年政府信息公开工作年度报告", PDF),
    _Listing("乙丑县", 2023, date(2024, 3, 27), 1019, "乙丑县人民政府2023年政府信息公开工作年度报告", misprinted=True),
    _Listing("甲子县", 2024, date(2025, 3, 19), 1023, "甲子县人民政府2024年政府信息公开工作年度报告"),
    _Listing("乙丑县", 2024, date(2025, 3, 28), 1024, "乙丑县人民政府2024年政府信息公开工作年度报告", PDF),
)
_OTHER_ENTRIES = (
    (date(2019, 5, 20), 1003, "样例市政府信息公开指南", "公民、法人和其他组织可以在市政府网站查阅已经公开的信息。"),
    (date(2020, 9, 10), 1006, "样例市政府信息公开制度", "各单位应当指定一名工作人员管理本单位的公开栏目。"),
    (date(2021, 1, 20), 1007, "甲子县2020年政府网站工作年度报表", "本表由网站管理单位每年填写一次。"),
    (date(2021, 6, 8), 1009, "政府信息公开年度报告制度（试行）", "年度报告由政务公开办公室起草，经审核后发布。"),
    (
        date(2021, 11, 30),
        1010,
        "关于做好2021年政府信息公开工作年度报告编制工作的通知",
        "请各县人民政府按照规定的格式编写年度报告，并按时发布。",
    ),
    (date(2022, 7, 18), 1013, "2022年上半年政府信息公开数据统计", "上半年各项数据正在核对，以年度报告为准。"),
    (date(2024, 1, 25), 1017, "样例市2023年政府网站工作年度报表", "本表由网站管理单位每年填写一次。"),
    (
        date(2024, 4, 2),
        1020,
        "图解：甲子县人民政府2023年政府信息公开工作年度报告",
        "一张图看懂年度报告的主要内容，图片请在网站首页查看。",
    ),
    (
        date(2024, 12, 5),
        1021,
        "关于做好2024年政府信息公开工作年度报告编制工作的通知",
        "请各县人民政府按照规定的格式编写年度报告，并按时发布。",
    ),
    (date(2025, 4, 3), 1025, "图解乙丑县人民政府2024年政府信息公开工作年度报告", "一张图看懂年度报告的主要内容。"),
)

REPORTS = len(_LISTINGS)
IGNORED = len(_OTHER_ENTRIES)


@cache
def truth() -> tuple[PublishedReport, ...]:
    """Every edition of every report on the portal, oldest first.

    乙丑县 published none for 2020, corrected its misprint of 2021, and never corrected that of 2023.
    """
    return tuple(_publish(listing) for listing in _LISTINGS)


@cache
def ignored_entries() -> tuple[IgnoredEntry, ...]:
    """Return the list entries that a crawl must not take for reports, oldest first."""
    return tuple(
        IgnoredEntry(title, _article_path(published_on, number), published_on, text)
        for published_on, number, title, text in _OTHER_ENTRIES
    )


def find_report(county: str, year: int) -> PublishedReport:
    """Return the edition in force of one county and year. Raise LookupError if the portal has none."""
    for report in truth():
        if (report.county, report.year, report.superseded) == (county, year, False):
            return report
    raise LookupError(f"the sample portal has no report of {county} for {year}: see catalogue.truth()")


def _article_path(published_on: date, number: int) -> str:
    return f"{COLUMN_PATH}{published_on:%Y%m}/t{published_on:%Y%m%d}_{number}.html"


def _publish(listing: _Listing) -> PublishedReport:
    figures = make_figures(listing.county, listing.year, SEED)
    day, number = listing.published_on, listing.number
    page = _article_path(day, number)
    attachment = f"{COLUMN_PATH}{day:%Y%m}/P0{day:%Y%m%d}{number:012d}.pdf"
    return PublishedReport(
        county=listing.county,
        jurisdiction=JURISDICTIONS[listing.county],
        agency=figures.agency,
        year=listing.year,
        title=listing.title,
        page=page,
        path=attachment if listing.media_type == PDF else page,
        media_type=listing.media_type,
        published_on=day,
        edition=figures.edition,
        figures=with_misprint(figures) if listing.misprinted else figures,
        superseded=listing.superseded,
        charset=listing.charset,
    )
