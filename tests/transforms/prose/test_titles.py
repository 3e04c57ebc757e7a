"""Titles of lists: every shape of PORTALS §3, and titles built from any agency and year."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.prose.titles import report_title

ACCEPTED = {
    "三明市2018年政府信息公开工作年度报告": ("三明市", 2018, ""),
    "2018年武汉市政府信息公开工作年度报告": ("武汉市", 2018, ""),
    "宿州市人民政府2016年\n政府信息公开工作\n年度报告": ("宿州市人民政府", 2016, ""),
    "宿迁市2017年政府信息公开年度报告": ("宿迁市", 2017, ""),
    "舒兰市市场监督管理局2016年政务信息公开年度报告": ("舒兰市市场监督管理局", 2016, ""),
    "2019年上海市人民政府办公厅政府信息公开工作年度报告": ("上海市人民政府办公厅", 2019, ""),
    "某县2020年政府信息公开工作年度报告（图片版）": ("某县", 2020, "图片版"),
    "某县2020年政府信息公开工作年度报告(超链版)": ("某县", 2020, "超链版"),
    "某县２０２０年政府信息公开工作年度报告": ("某县", 2020, ""),
    "某县二〇二〇年政府信息公开工作年度报告": ("某县", 2020, ""),
    "某县二○一八年度政府信息公开工作报告": ("某县", 2018, ""),
    "某县二O一八年政府信息公开工作报告": ("某县", 2018, ""),
    "某县政府信息公开工作年度报告（2021年度）": ("某县", 2021, ""),
    "某县政府信息公开工作年度报告2021": ("某县", 2021, ""),
    "某县政府信息公开工作2020年度报告": ("某县", 2020, ""),
    "某县政府信息公开工作（2020年）年度报告": ("某县", 2020, ""),
    "某县政府信息公开2020年年度报告": ("某县", 2020, ""),
    "某县2020年政府信息公开年报": ("某县", 2020, ""),
    "某县2020年信息公开年度报告": ("某县", 2020, ""),
    "某县人民政府信息公开工作2020年度报告": ("某县人民政府", 2020, ""),
    "某县人民政府2020年政府信息公开工作年度报告": ("某县人民政府", 2020, ""),
    "2020年焦作市解放区政府信息公开工作年度报告": ("焦作市解放区", 2020, ""),
    "2020年度假区管委会政府信息公开工作年度报告": ("度假区管委会", 2020, ""),
    "某市委政策研究室2020年政府信息公开工作年度报告": ("某市委政策研究室", 2020, ""),
    "2020政府信息公开工作年度报告": ("", 2020, ""),
    "2020年政府信息公开工作年度报告（某县财政局）": ("某县财政局", 2020, ""),
    "2020年政府信息公开工作年度报告——某县财政局": ("某县财政局", 2020, ""),
    "【某县财政局】2020年政府信息公开工作年度报告": ("某县财政局", 2020, ""),
    "政府信息公开年报：某县2018年政府信息公开年度报告": ("某县", 2018, ""),
    "《某县2020年政府信息公开工作年度报告》": ("某县", 2020, ""),
    "3.某县2020年政府信息公开工作年度报告": ("某县", 2020, ""),
    "附件1：某县2020年政府信息公开工作年度报告.pdf": ("某县", 2020, ".pdf"),
    "某县2020年政府信息公开工作年度报告2021-03-25": ("某县", 2020, "2021 03 25"),
    "关于发布某县2020年政府信息公开工作年度报告的公告": ("某县", 2020, "的公告"),
    "2018年武汉市政府信息公开工作年度…": ("武汉市", 2018, ""),
    "\u200b某县 2020 年政府信息公开工作年度报告\u3000": ("某县", 2020, ""),
    "某县政务公开和政府信息公开工作2020年度报告": ("某县", 2020, ""),
}

EXCLUDED = [
    "关于做好2025年政府信息公开工作年度报告编制和发布工作的通知",
    "2021年政府信息公开工作年度报告格式的通知",
    "政府信息公开年度报告制度(试行)",
    "2022年上半年政府信息公开数据统计",
    "某县2022年上半年政府信息公开工作报告",
    "某县2022年第一季度政府信息公开工作报告",
    "2019年政务公开工作总结",
    "2019年政府信息公开工作总结报告",
    "政府网站年度报表",
    "某县2020年政府网站工作年度报表",
    "政府信息公开指南",
    "一、收到申请情况",
    "图解：某县2020年政府信息公开工作年度报告",
    "一图读懂某县2020年政府信息公开工作年度报告",
    "某县2020年政府信息公开工作年度报告解读",
    "某县2020年政府信息公开工作年度报告汇编",
    "政策：2020年政府信息公开工作年度报告怎么写",
    "2008-2010年政府信息公开年度报告",
    "某县2020年法治政府建设年度报告",
    "政府信息公开年报",
    "某县政府信息公开工作年度报告 2021-03-25",
    "国办公开办函〔2021〕30号 政府信息公开工作年度报告",
    "2021年1月政府信息公开工作报告",
    "首页",
    "",
]


@pytest.mark.parametrize("title", ACCEPTED)
def test_title_of_a_report(title: str) -> None:
    found = report_title(title)
    assert found is not None
    assert (found.agency, found.year, found.rest) == ACCEPTED[title]


@pytest.mark.parametrize("title", EXCLUDED)
def test_title_of_something_else(title: str) -> None:
    assert report_title(title) is None


@pytest.mark.parametrize(
    ("title", "corrected"),
    [
        ("某县2020年政府信息公开工作年度报告（更正）", True),
        ("某县2020年政府信息公开工作年度报告（修订版）", True),
        ("某县2020年政府信息公开工作年度报告（重新发布）", True),
        ("【更正】某县2020年政府信息公开工作年度报告", True),
        ("某县2020年政府信息公开工作年度报告（图片版）", False),
    ],
)
def test_correction(title: str, corrected: bool) -> None:
    found = report_title(title)
    assert found is not None
    assert (found.agency, found.corrected) == ("某县", corrected)


PLACE_CHARACTERS = "东西南北安平阳河江山海泉城临新永清宁和昌兴龙凤金沙石水林丰华德文武三八一二解放"
AGENCY_ENDINGS = ["市", "县", "区人民政府", "县人民政府办公室", "市财政局", "镇人民政府", "街道办事处", "高新区管委会"]
AGENCIES = st.builds(str.__add__, st.text(PLACE_CHARACTERS, min_size=2, max_size=6), st.sampled_from(AGENCY_ENDINGS))
SHAPES = [
    "{agency}{year}年政府信息公开工作年度报告",
    "{agency}{year}年度政府信息公开年度报告",
    "{year}年{agency}政府信息公开工作年度报告",
    "{agency}政府信息公开工作年度报告（{year}年）",
    "{agency}政府信息公开{year}年年度报告",
    "{agency}关于{year}年政务信息公开工作情况的年度报告",
]


def spellings(year: int) -> list[str]:
    """Return the year in half-width, full-width and Chinese digits."""
    digits = str(year)
    wide = digits.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})
    return [digits, wide, *("".join(f"{zero}一二三四五六七八九"[int(digit)] for digit in digits) for zero in "〇○零O")]


@settings(deadline=None)  # the first example reads the patterns
@given(
    AGENCIES, st.integers(2008, 2030), st.sampled_from(SHAPES), st.integers(0, 5), st.sampled_from(["", "\n", "\u3000"])
)
def test_any_agency_and_year(agency: str, year: int, shape: str, spelling: int, space: str) -> None:
    title = shape.format(agency=agency, year=spellings(year)[spelling])
    found = report_title(space.join(title) if space else title)
    assert found is not None
    assert (found.agency, found.year, found.corrected) == (agency, year, False)


@settings(deadline=None)  # the first example reads the patterns
@given(st.text())
def test_any_text_is_judged_without_error(text: str) -> None:
    report_title(text)
    report_title(f"{text}2020年政府信息公开工作年度报告{text}")
