"""The words of a title → its section: what many bodies print in the place of the forms' titles."""

from __future__ import annotations

import pytest

from transforms.chapters.wording import begins_row, is_row, section_of

TITLES = {
    "overview": """
        总体情况 工作概况 基本情况 政府信息公开工作总体情况 2023年工作综述 全年工作回顾 工作开展情况
        主要工作成效 工作总述 政务公开工作基本概况 概要 总体概述 政府信息公开工作推进情况 年度工作完成情况
        主要做法和成效 本年度工作概览 信息公开工作整体情况 概述 2021年政府信息公开工作情况 政务公开工作落实情况
    """,
    "disclosures": """
        主动公开情况 主动公开政府信息工作情况 法定主动公开内容情况 行政机关主动公开政府信息情况 政府信息主动公开数据
        主动公开的政府信息 公开的内容与形式 主动公开内容和渠道 政府信息主动公开统计情况 主动公开 主动公开信息
        主动公开政府信息的情况 信息主动公开情况 公开内容和方式 政府信息公开的主要内容和形式 主动公开工作
        主动公开数量统计 主动向社会公开信息情况 主动公开法定内容 本局主动公开政府信息情况
    """,
    "requests": """
        依申请公开办理情况 政府信息公开申请受理与答复 申请公开信息的处理情况 收到和办理信息公开申请情况
        依申请公开政府信息办理情况 信息公开申请情况 政府信息依申请公开情况 公民法人和其他组织申请公开情况 依申请公开
        收到的政府信息公开申请及处理 申请公开 受理申请及答复情况 群众申请公开信息办理情况 依申请公开工作情况
        办理政府信息公开申请情况 信息公开申请的接收和答复 申请的受理和办理 依申请提供政府信息情况
        对申请公开的答复情况 收到和处理政府信息公开申请
    """,
    "proceedings": """
        复议、诉讼情况 行政复议及诉讼情况 因政府信息公开申请行政复议、提起行政诉讼情况 申诉、复议和诉讼
        涉及信息公开的复议应诉情况 举报、复议和诉讼情况 信息公开被复议、被诉情况 政府信息公开行政复议行政诉讼
        复议诉讼 诉讼、复议 行政诉讼和行政复议情况 行政复议与应诉 因政务公开引发的行政争议情况
        申请行政复议、提起行政诉讼情况 政府信息公开方面的申诉情况 复议与应诉情况 涉诉涉复议情况
        被申请行政复议、被提起行政诉讼情况 行政复议案件和行政诉讼案件 法律救济情况
    """,
    "problems": """
        存在的不足及下步打算 存在问题和改进措施 主要问题及整改 不足与改进 短板和努力方向 困难与对策 下一步工作计划
        今后打算 明年工作安排 改进方向 薄弱环节及下步措施 存在的问题 存在的主要困难和下年打算 问题分析及改进举措
        主要不足和下一阶段工作重点 政府信息公开工作中的难点与改进思路 存在的差距及今后努力方向 当前问题及改进情况
        工作不足与提升措施 下步工作
    """,
    "other": """
        其他事项 其他需要说明的事项 需要说明的其他事项 其它 其他有关情况 其他应当报告的情况 补充说明 其他情况
        其他需要报告的情况 需要报告的其他事项 其它需要报告的事项 其他需要说明的问题 需说明的事项 其他
        应说明的其他事项 需要说明的事项 其他报告事项 另需报告的情况 补充事项 其他情况说明
    """,
    None: """
        收费及减免情况 政策解读情况 回应社会关切 平台建设 组织领导 机构建设和保障经费情况 人员和经费 监督保障
        政府信息管理 重点领域信息公开情况 建议提案办理结果公开 教育培训情况 咨询投诉情况 政务公开重点任务完成情况
        附表 数据统计 组织保障 平台维护 解读回应 机构职能类信息 主动公开和依申请公开情况 依申请公开和收费
        领导重视，明确分工 政府网站建设情况 政务新媒体运行 会议和培训情况 依申请公开收费情况 政府开放日活动
        公众参与 优化营商环境信息公开 主动公开内容不够丰富 制度建设
    """,
}
"""Section, None for what the forms have no chapter for → titles."""


@pytest.mark.parametrize(
    ("section", "title"), [(section, title) for section in TITLES for title in TITLES[section].split()]
)
def test_a_title_names_its_section_and_no_other(section: str | None, title: str) -> None:
    assert section_of(title) == section
    assert section_of(f"五、{title}") == section


@pytest.mark.parametrize(
    ("printed", "section"),
    [
        ("主动公并政府信息情况", "disclosures"),
        ("存在的主要间题及改进情况", "problems"),
        ("其他需要报吿的事项", "other"),
    ],
)
def test_a_misprinted_title_names_its_section(printed: str, section: str) -> None:
    assert section_of(printed) == section


@pytest.mark.parametrize(
    "line", ["一、本年新收政府信息公开申请数量", "三、本年度办理结果", "二、上年结", "三、本年", "其他", "行政诉讼"]
)
def test_rows_of_tables_are_told_from_titles(line: str) -> None:
    assert is_row(line)


def test_a_row_in_pieces_is_told_by_what_follows() -> None:
    assert begins_row("四、结转下年度继续办理0000000")
    assert not is_row("四、行政复议、行政诉讼情况")
    assert not is_row("六、其他")
