"""The official form of 60号 (2019–2020) and 30号 (2021 on): row and column labels in print order, with their codes.

Owns the labels as the form prints them (国办公开办函〔2019〕60号, 国办公开办函〔2021〕30号). The table of 32号 is in
`indicators`.
"""

from __future__ import annotations

from dataclasses import dataclass

Labels = tuple[tuple[str, str], ...]
"""Codes with their labels, in print order."""


@dataclass(frozen=True, slots=True)
class Article:
    """One block of table 二: an item of article 20, its columns (measures) and its rows (items)."""

    code: str
    title: str
    measures: Labels
    items: Labels


@dataclass(frozen=True, slots=True)
class OutcomeGroup:
    """Rows of table 三 that share a label on their left; `title` is None where rows stand alone."""

    title: str | None
    outcomes: Labels


STOCK_MEASURES = (("items_last_year", "上一年项目数量"), ("change", "本年增/减"))
PENALTY_AND_COERCION = (("penalty", "行政处罚"), ("coercion", "行政强制"))
DISCLOSURES_60 = (
    Article(
        "20(1)",
        "第二十条第（一）项",
        (("made", "本年新制作数量"), ("disclosed", "本年新公开数量"), ("disclosed_total", "对外公开总数量")),
        (("regulation", "规章"), ("normative_document", "规范性文件")),
    ),
    Article(
        "20(5)",
        "第二十条第（五）项",
        (*STOCK_MEASURES, ("decisions", "处理决定数量")),
        (("licence", "行政许可"), ("other_service", "其他对外管理服务事项")),
    ),
    Article("20(6)", "第二十条第（六）项", (*STOCK_MEASURES, ("decisions", "处理决定数量")), PENALTY_AND_COERCION),
    Article("20(8)", "第二十条第（八）项", STOCK_MEASURES, (("fee", "行政事业性收费"),)),
    Article(
        "20(9)",
        "第二十条第（九）项",
        (("procurement_count", "采购项目数量"), ("procurement_amount", "采购总金额")),
        (("procurement", "政府集中采购"),),
    ),
)
DECISIONS_OF_THE_YEAR = (("decisions", "本年处理决定数量"),)
DISCLOSURES_30 = (
    Article(
        "20(1)",
        "第二十条第（一）项",
        (("issued", "本年制发件数"), ("repealed", "本年废止件数"), ("in_force", "现行有效件数")),
        (("regulation", "规章"), ("normative_document", "行政规范性文件")),
    ),
    Article("20(5)", "第二十条第（五）项", DECISIONS_OF_THE_YEAR, (("licence", "行政许可"),)),
    Article("20(6)", "第二十条第（六）项", DECISIONS_OF_THE_YEAR, PENALTY_AND_COERCION),
    Article(
        "20(8)",
        "第二十条第（八）项",
        (("fee_amount", "本年收费金额（单位：万元）"),),
        (("fee", "行政事业性收费"),),
    ),
)

CORNER = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
APPLICANTS_TITLE = "申请人情况"
ORGANISATIONS_TITLE = "法人或其他组织"
NATURAL_PERSON = ("natural_person", "自然人")
ORGANISATIONS: Labels = (
    ("business", "商业企业"),
    ("research_institution", "科研机构"),
    ("social_organisation", "社会公益组织"),
    ("legal_service", "法律服务机构"),
    ("other", "其他"),
)
APPLICANT_TOTAL = ("total", "总计")
RECEIVED = ("received", "一、本年新收政府信息公开申请数量")
CARRIED_IN = ("carried_in", "二、上年结转政府信息公开申请数量")
RESULTS_TITLE = "三、本年度办理结果"
CARRIED_OUT = ("carried_out", "四、结转下年度继续办理")

COMMON_GROUPS = (
    OutcomeGroup(
        None,
        (
            ("granted", "（一）予以公开"),
            ("granted_in_part", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"),
        ),
    ),
    OutcomeGroup(
        "（三）不予公开",
        (
            ("refused.state_secret", "1.属于国家秘密"),
            ("refused.forbidden_by_law", "2.其他法律行政法规禁止公开"),
            ("refused.three_securities_one_stability", "3.危及“三安全一稳定”"),
            ("refused.third_party_rights", "4.保护第三方合法权益"),
            ("refused.internal_affairs", "5.属于三类内部事务信息"),
            ("refused.process_information", "6.属于四类过程性信息"),
            ("refused.enforcement_file", "7.属于行政执法案卷"),
            ("refused.administrative_query", "8.属于行政查询事项"),
        ),
    ),
    OutcomeGroup(
        "（四）无法提供",
        (
            ("unavailable.not_held", "1.本机关不掌握相关政府信息"),
            ("unavailable.must_be_created", "2.没有现成信息需要另行制作"),
            ("unavailable.unclear_after_correction", "3.补正后申请内容仍不明确"),
        ),
    ),
    OutcomeGroup(
        "（五）不予处理",
        (
            ("not_processed.petition", "1.信访举报投诉类申请"),
            ("not_processed.repeat", "2.重复申请"),
            ("not_processed.publication", "3.要求提供公开出版物"),
            ("not_processed.excessive", "4.无正当理由大量反复申请"),
            ("not_processed.confirm_or_reissue", "5.要求行政机关确认或重新出具已获取信息"),
        ),
    ),
)
TOTAL_GROUP = OutcomeGroup(None, (("total", "（七）总计"),))
OUTCOMES_60 = (*COMMON_GROUPS, OutcomeGroup(None, (("other", "（六）其他处理"),)), TOTAL_GROUP)
OUTCOMES_30 = (
    *COMMON_GROUPS,
    OutcomeGroup(
        "（六）其他处理",
        (
            ("other.not_corrected_in_time", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
            ("other.fee_unpaid", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"),
            ("other.other", "3.其他"),
        ),
    ),
    TOTAL_GROUP,
)

RECONSIDERATION_TITLE = "行政复议"
LITIGATION_TITLE = "行政诉讼"
LITIGATIONS: Labels = (
    ("litigation_direct", "未经复议直接起诉"),
    ("litigation_after_reconsideration", "复议后起诉"),
)
RESULTS: Labels = (
    ("upheld", "结果维持"),
    ("corrected", "结果纠正"),
    ("other", "其他结果"),
    ("pending", "尚未审结"),
    ("total", "总计"),
)
