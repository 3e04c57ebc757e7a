"""Titles as they stand above a report: over several lines, among other lines, in other words."""

from __future__ import annotations

import pytest

from transforms.prose.title_lines import find_title

TITLES: dict[str, tuple[str, str, int | None]] = {
    # The year first or last, over up to four lines.
    "year first": ("2017年甲子县水务局政府信息公开工作年度报告", "甲子县水务局", 2017),
    "year last": ("甲子县水务局政府信息公开工作年度报告\n（2017年度）", "甲子县水务局", 2017),
    "year below, in Chinese digits": ("甲子县水务局\n政府信息公开年度报告\n二〇一六年", "甲子县水务局", 2016),
    "four lines": ("2018年度\n甲子县\n文化旅游局\n政府信息公开工作年度报告", "甲子县文化旅游局", 2018),
    "broken within 政府信息公开": ("甲子县司法局2021年政府信息公\n开工作年度报告", "甲子县司法局", 2021),
    "broken within the year": ("甲子县司法局2021\n年政府信息公开工作年度报告", "甲子县司法局", 2021),
    "broken within the name of the body": (
        "2015年甲子县住房和城\n乡建设局政府信息公开工作年度报告",
        "甲子县住房和城乡建设局",
        2015,
    ),
    "broken before 报告": ("乙丑市审计局政府信息公开\n2022年度\n报告", "乙丑市审计局", 2022),
    "year in brackets within": ("乙丑市审计局信息公开工作（2022年度）报告", "乙丑市审计局", 2022),
    "a zero among Chinese digits": ("乙丑市二0二三年政府信息公开工作年度报告", "乙丑市", 2023),
    # Blanks between the characters.
    "blanks": ("乙 丑 市 税 务 局\n2 0 1 9 年 度 政 府 信 息 公 开 年 报", "乙丑市税务局", 2019),
    "wide blanks": (
        "二　〇　二　二　年　度\n丙　寅　镇　人　民　政　府\n政府信息公开工作年度报告",
        "丙寅镇人民政府",
        2022,
    ),
    # Marks before and behind it.
    "annex": ("附件\n甲子县粮食局2018年政府信息公开工作年度报告", "甲子县粮食局", 2018),
    "annex with a number of its own": ("附件 2：\n2020年甲子县粮食局政府信息公开工作年度报告", "甲子县粮食局", 2020),
    "annex in Chinese digits": ("附件一\n甲子县2020年政府信息公开工作年度报告", "甲子县", 2020),
    "annex on the same line": ("附：甲子县2020年政府信息公开工作年度报告", "甲子县", 2020),
    "annex before the year": ("附件2020年甲子县政府信息公开工作年度报告", "甲子县", 2020),
    "main text": ("【正文】\n甲子县残联2020年政府信息公开工作年度报告", "甲子县残联", 2020),
    "edition for the public before it": ("（公开版）甲子县残联2020年政府信息公开工作年度报告", "甲子县残联", 2020),
    "edition for the public behind it": ("甲子县体育局2020年政府信息公开工作年度报告（公开版）", "甲子县体育局", 2020),
    "two brackets": ("【年报】〔公示〕甲子县体育局2020年度政府信息公开年报", "甲子县体育局", 2020),
    "quotation marks": ("《甲子县体育局2020年政府信息公开工作年度报告》", "甲子县体育局", 2020),
    # In other words.
    "open affairs": ("丙寅镇2017年度政务公开年度报告", "丙寅镇", 2017),
    "open affairs, year within": ("丙寅镇政务公开2017年度工作报告", "丙寅镇", 2017),
    "open affairs in short": ("2016年丁卯街道办事处政务公开年报", "丁卯街道办事处", 2016),
    "information on affairs": ("丁卯街道2014年政务信息公开工作年度报告", "丁卯街道", 2014),
    "both": ("甲子县2022年政府信息公开及政务公开工作年度报告", "甲子县", 2022),
    "both, the other first": ("甲子县2022年政务公开暨政府信息公开工作年度报告", "甲子县", 2022),
    "information made public": ("甲子县公安局2013年政府公开信息年度报告", "甲子县公安局", 2013),
    "work report of the year": ("甲子县公安局2013年度信息公开年度工作报告", "甲子县公安局", 2013),
    "state of the work": ("甲子县公安局关于2013年度政府信息公开工作情况的报告", "甲子县公安局", 2013),
    # The agency on a line of its own.
    "agency above": ("甲子县红十字会\n2020年度政府信息公开工作年度报告", "甲子县红十字会", 2020),
    "agency below": ("2020年度政府信息公开工作年度报告\n甲子县档案馆", "甲子县档案馆", 2020),
    "agency below in brackets, behind a date": (
        "2020年度政府信息公开工作年度报告\n（2021年1月20日）\n（甲子县档案馆）",
        "甲子县档案馆",
        2020,
    ),
    "labels between": (
        "甲子县档案馆\n索引号：000-2021\n发布时间：2021-01-20\n2020年政府信息公开年度报告",
        "甲子县档案馆",
        2020,
    ),
    "agency below a name without year": ("政府信息公开工作年度报告\n2009年度\n甲子县交通局", "甲子县交通局", 2009),
    # Without a year, or without an agency.
    "no year": ("甲子县档案馆政府信息公开工作年度报告", "甲子县档案馆", None),
    "no agency": ("2020年政府信息公开工作年度报告", "", 2020),
    "name of the page above": ("首页 > 政务公开 > 信息公开年报\n甲子县2020年政府信息公开工作年度报告", "甲子县", 2020),
    "name of the site above": ("甲子县人民政府门户网站\n2020年政府信息公开工作年度报告", "", 2020),
}

NO_TITLES = {
    "sentence": "现将甲子县2020年政府信息公开工作年度报告公布如下：",
    "another report quoted": "按照《甲子县2019年政府信息公开工作年度报告》的安排，各单位做了改进。",
    "the one before": "上一篇：甲子县2019年政府信息公开工作年度报告",
    "key tasks": "甲子县2020年政务公开工作要点",
    "internal report": "甲子县2020年政务公开工作情况报告",
    "notice": "关于报送2020年政府信息公开工作年度报告的通知",
    "school year": "甲子学院2020—2021学年信息公开工作年度报告",
    "nothing": "",
}


@pytest.mark.parametrize("shape", TITLES)
def test_title(shape: str) -> None:
    lines, agency, year = TITLES[shape]
    title = find_title(lines.split("\n"))
    assert title is not None
    assert (title.agency, title.year) == (agency, year)


@pytest.mark.parametrize("shape", NO_TITLES)
def test_what_is_no_title(shape: str) -> None:
    assert find_title([NO_TITLES[shape]]) is None
