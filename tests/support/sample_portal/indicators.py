"""The statistics table of 国办发〔2014〕32号 (years 2014–2018): its rows in print order, and draws of their numbers.

Owns the rows with their codes, labels and units, and the sums that the form demands.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.support.sample_portal.draws import Source, split


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of the statistics table; `code` and `unit` are None for a heading, which has no number."""

    label: str
    code: str | None = None
    unit: str | None = None


INDICATORS = (
    Indicator("一、主动公开情况"),
    Indicator("（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）", "items_published", "条"),
    Indicator("其中：主动公开规范性文件数", "normative_documents_published", "条"),
    Indicator("制发规范性文件总数", "normative_documents_issued", "件"),
    Indicator("（二）通过不同渠道和方式公开政府信息的情况"),
    Indicator("1.政府公报公开政府信息数", "items_in_gazette", "条"),
    Indicator("2.政府网站公开政府信息数", "items_on_website", "条"),
    Indicator("3.政务微博公开政府信息数", "items_on_microblog", "条"),
    Indicator("4.政务微信公开政府信息数", "items_on_wechat", "条"),
    Indicator("5.其他方式公开政府信息数", "items_by_other_means", "条"),
    Indicator("二、回应解读情况"),
    Indicator("（一）回应公众关注热点或重大舆情数", "public_concerns_answered", "次"),
    Indicator("（二）通过不同渠道和方式回应解读的情况"),
    Indicator("1.参加或举办新闻发布会总次数", "press_conferences", "次"),
    Indicator("其中：主要负责同志参加新闻发布会次数", "press_conferences_by_leaders", "次"),
    Indicator("2.政府网站在线访谈次数", "online_interviews", "次"),
    Indicator("其中：主要负责同志参加政府网站在线访谈次数", "online_interviews_by_leaders", "次"),
    Indicator("3.政策解读稿件发布数", "interpretations_published", "篇"),
    Indicator("4.微博微信回应事件数", "events_answered_on_social_media", "次"),
    Indicator("5.其他方式回应事件数", "events_answered_by_other_means", "次"),
    Indicator("三、依申请公开情况"),
    Indicator("（一）收到申请数", "requests_received", "件"),
    Indicator("1.当面申请数", "requests_in_person", "件"),
    Indicator("2.传真申请数", "requests_by_fax", "件"),
    Indicator("3.网络申请数", "requests_online", "件"),
    Indicator("4.信函申请数", "requests_by_letter", "件"),
    Indicator("（二）申请办结数", "requests_closed", "件"),
    Indicator("1.按时办结数", "requests_closed_on_time", "件"),
    Indicator("2.延期办结数", "requests_closed_after_extension", "件"),
    Indicator("（三）申请答复数", "replies", "件"),
    Indicator("1.属于已主动公开范围数", "replies_already_published", "件"),
    Indicator("2.同意公开答复数", "replies_granted", "件"),
    Indicator("3.同意部分公开答复数", "replies_granted_in_part", "件"),
    Indicator("4.不同意公开答复数", "replies_refused", "件"),
    Indicator("其中：涉及国家秘密", "refused_state_secret", "件"),
    Indicator("涉及商业秘密", "refused_trade_secret", "件"),
    Indicator("涉及个人隐私", "refused_privacy", "件"),
    Indicator("危及国家安全、公共安全、经济安全和社会稳定", "refused_security_and_stability", "件"),
    Indicator("不是《条例》所指政府信息", "refused_not_government_information", "件"),
    Indicator("法律法规规定的其他情形", "refused_other_legal_reason", "件"),
    Indicator("5.不属于本行政机关公开数", "replies_other_authority", "件"),
    Indicator("6.申请信息不存在数", "replies_not_existing", "件"),
    Indicator("7.告知作出更改补充数", "replies_to_be_amended", "件"),
    Indicator("8.告知通过其他途径办理数", "replies_other_procedure", "件"),
    Indicator("四、行政复议数量", "reconsiderations", "件"),
    Indicator("（一）维持具体行政行为数", "reconsiderations_upheld", "件"),
    Indicator("（二）被依法纠错数", "reconsiderations_corrected", "件"),
    Indicator("（三）其他情形数", "reconsiderations_other", "件"),
    Indicator("五、行政诉讼数量", "litigations", "件"),
    Indicator("（一）维持具体行政行为或者驳回原告诉讼请求数", "litigations_upheld_or_dismissed", "件"),
    Indicator("（二）被依法纠错数", "litigations_corrected", "件"),
    Indicator("（三）其他情形数", "litigations_other", "件"),
    Indicator("六、举报投诉数量", "complaints", "件"),
    Indicator("七、依申请公开信息收取的费用", "fees_charged", "万元"),
    Indicator("八、机构建设和保障经费情况"),
    Indicator("（一）政府信息公开工作专门机构数", "dedicated_offices", "个"),
    Indicator("（二）设置政府信息公开查阅点数", "reading_points", "个"),
    Indicator("（三）从事政府信息公开工作人员数", "staff", "人"),
    Indicator("1.专职人员数", "staff_full_time", "人"),
    Indicator("2.兼职人员数", "staff_part_time", "人"),
    Indicator("（四）政府信息公开专项经费", "dedicated_funds", "万元"),
    Indicator("九、政府信息公开会议和培训情况"),
    Indicator("（一）召开政府信息公开工作会议或专题会议数", "meetings", "次"),
    Indicator("（二）举办各类培训班数", "trainings", "次"),
    Indicator("（三）接受培训人员数", "people_trained", "人次"),
)

REFUSALS = tuple(row.code for row in INDICATORS if row.code and row.code.startswith("refused_"))
SUMS: dict[str, tuple[str, ...]] = {
    "requests_received": ("requests_in_person", "requests_by_fax", "requests_online", "requests_by_letter"),
    "requests_closed": ("requests_closed_on_time", "requests_closed_after_extension"),
    "replies": tuple(row.code for row in INDICATORS if row.code and row.code.startswith("replies_")),
    "replies_refused": REFUSALS,
    "reconsiderations": ("reconsiderations_upheld", "reconsiderations_corrected", "reconsiderations_other"),
    "litigations": ("litigations_upheld_or_dismissed", "litigations_corrected", "litigations_other"),
    "staff": ("staff_full_time", "staff_part_time"),
}
"""The sums that the form demands: a row, and the rows that add up to it. Published items are not the sum of their
channels, because the same item on two channels counts once."""

RANGES = {
    "items_in_gazette": (20, 150),
    "items_on_website": (900, 3000),
    "items_on_microblog": (60, 800),
    "items_on_wechat": (60, 900),
    "items_by_other_means": (5, 300),
    "public_concerns_answered": (3, 60),
    "online_interviews": (3, 24),
    "interpretations_published": (10, 80),
    "events_answered_on_social_media": (2, 50),
    "events_answered_by_other_means": (0, 30),
    "complaints": (0, 5),
    "dedicated_offices": (5, 40),
    "reading_points": (5, 40),
    "staff_full_time": (5, 30),
    "staff_part_time": (30, 120),
    "meetings": (2, 20),
    "trainings": (2, 12),
    "people_trained": (80, 900),
    "reconsiderations_upheld": (0, 5),
    "reconsiderations_corrected": (0, 3),
    "reconsiderations_other": (0, 3),
    "litigations_upheld_or_dismissed": (0, 4),
    "litigations_corrected": (0, 2),
    "litigations_other": (0, 2),
}
"""Least and greatest number drawn for rows that depend on no other."""


def draw_indicators(source: Source) -> dict[str, str]:
    """Draw the numbers of the statistics table by code, in print order, so that its sums hold."""
    generator = source.random("indicators")
    counts = {code: generator.randint(*bounds) for code, bounds in RANGES.items()}
    counts |= _draw_requests(generator)
    counts["items_published"] = counts["items_on_website"] + generator.randint(0, 400)
    counts["normative_documents_issued"] = generator.randint(4, 20)
    counts["normative_documents_published"] = counts["normative_documents_issued"] - generator.randint(0, 3)
    counts["press_conferences"] = generator.randint(2, 12)
    counts["press_conferences_by_leaders"] = generator.randint(0, counts["press_conferences"])
    counts["online_interviews_by_leaders"] = generator.randint(0, counts["online_interviews"])
    for total in ("reconsiderations", "litigations", "staff"):
        counts[total] = sum(counts[part] for part in SUMS[total])
    printed = {code: str(count) for code, count in counts.items()}
    printed |= {"fees_charged": "0", "dedicated_funds": f"{generator.randint(20, 900) / 10:.1f}"}
    return {row.code: printed[row.code] for row in INDICATORS if row.code}


def _draw_requests(generator: Random) -> dict[str, int]:
    """Chapter 三: every request received is closed and answered within the year."""
    received = generator.randint(20, 120)
    counts = {"requests_received": received, "requests_closed": received, "replies": received}
    counts |= split(generator, received, SUMS["requests_received"], ("requests_online",))
    counts |= split(generator, received, SUMS["requests_closed"], ("requests_closed_on_time",))
    counts |= split(generator, received, SUMS["replies"], ("replies_granted",))
    return counts | split(generator, counts["replies_refused"], REFUSALS)
