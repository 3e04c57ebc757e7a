"""Sentences that once misled, or easily would: slogans, lists without 分别, brackets of all kinds, and the like."""

from __future__ import annotations

import pytest

from tests.transforms.prose.told import told

NOUNS = {
    "全年印发12期工作简报，回应15个热点问题。": "other(工作简报) 12 期; other(热点问题) 15 个",
    "接听356个12345热线电话，处理3件举报。": "hotline_calls 356 个; complaints 3 件",
    "新增8个专栏，开展2轮网站抽查，整改27个问题。": "columns 8 个; inspections 2 轮; problems_rectified 27 个",
    "废止3件规范性文件，出台2部政府规章。": "normative_documents_repealed 3 件; regulations 2 部",
    "配备2名专职、5名兼职工作人员。": "full_time_staff 2 名; part_time_staff 5 名",
    "吸引1.5万名粉丝，网站获得32万次访问。": "followers 15000 名; website_visits 320000 次",
    "邀请36名市民代表参加3次政府开放日。": "other(市民代表) 36 名; open_days 3 次",
    "公开14项财政预算信息，发布56条微博。": "budget_disclosures 14 项; weibo_posts 56 条",
    "制定25个领域的基层政务公开目录。": "other(领域) 25 个",
    "答复咨询58件，办结信访事项12件。": "messages_answered 58 件; complaints 12 件",
    "收到低保申请30件，受理行政复议申请2件。": "other(收到低保申请) 30 件; reconsiderations 2 件",
    "科级干部培训2次和窗口人员培训3次。": "trainings 2 次; trainings 3 次",
    "主动公开政府信息：1200条。": "disclosed_items 1200 条",
    "通过网络提交9件，邮寄信函提交3件，当面提交2件。": (
        "applications_online 9 件; applications_by_letter 3 件; applications_in_person 2 件"
    ),
    "先后召开党政办公会3次，座谈会六场次。": "meetings 3 次; meetings 6 场次",
    "受理并办结政府信息公开申请22件。": "applications_received 22 件",
    "收到公民、法人或者其他组织提出的申请12件。": "applications_received 12 件",
    "其中部分予以公开6件，予以公开9件。": "applications_granted_in_part 6 件; applications_granted 9 件",
    "本年政府信息公开申请总量26件。": "applications_received 26 件",
}
BRACKETS = {
    "发布图解【含一图读懂】9个，答复留言[含信箱]20条。": "illustrated_interpretations 9 个; messages_answered 20 条",
    "召开新闻发布会9场（其中生态专题2场；教育专题新闻发布会3场）。": (
        "press_conferences 9 场; other(生态专题) 2 场; other(教育专题新闻发布会) 3 场"
    ),
    "收到政府信息公开申请（详见附表3）24件（自然人20件、法人4件）。": (
        "applications_received 24 件; applications_by_natural_persons 20 件; applications_by_organisations 4 件"
    ),
    "网络申请（含邮件）、信函申请分别为12件（均办结）、5件。": (
        "applications_online 12 件; applications_by_letter 5 件"
    ),
}
LISTS = {
    "收到行政复议、行政诉讼2件和1件。": "reconsiderations 2 件; litigations 1 件",
    "政策解读、新闻发布会、在线访谈依次为20篇、4场、6期。": (
        "policy_interpretations 20 篇; press_conferences 4 场; online_interviews 6 期"
    ),
    "分别收到网络申请、信函申请12件、5件。": "applications_online 12 件; applications_by_letter 5 件",
    "2022年和2023年分别收到申请30件、42件。": "other 30 件; other 42 件",
    "答复率和满意率分别为100%、98%。": "reply_rate 100 %; satisfaction_rate 98 %",
    "发布图解、视频解读7个。": "other(发布图解、视频解读) 7 个",
    "微信公众号等平台发布信息300条。": "disclosed_items 300 条",
}
PARTS = {
    "全年培训8次；其中：干部培训3次；窗口人员培训5次。": (
        "trainings 8 次; other(干部培训) 3 次; other(窗口人员培训) 5 次"
    ),
    "发布解读20篇：文字解读15篇，视频解读5篇。": (
        "policy_interpretations 20 篇; other(文字解读) 15 篇; video_interpretations 5 篇"
    ),
    "公开文件19件，其中配发解读材料16件（带头解读政策2件、图文解读13件）。": (
        "other 19 件; policy_interpretations 16 件; other 2 件; illustrated_interpretations 13 件"
    ),
    "收到申请18件，其中网上10件、信函8件。": (
        "applications_received 18 件; applications_online 10 件; applications_by_letter 8 件"
    ),
}
NO_COUNTS = {
    "收到申请由30件增至42件，满意率保持在98%以上。": "other 30 件; other 42 件; ~satisfaction_rate 98 %",
    "按月发布1次通报，每个乡镇设立1个查阅点。": "",
    "确保办结率100%，力争公开率达到100%。": "other 100 %; other 100 %",
    "九部门联合印发，三个月内完成，新一轮检查已经开始。": "",
    "千名干部联系百家企业，群众最多跑一次。": "",
    "没有发生1件行政诉讼，无一例投诉。": "",
    "公开信息1 286条。": "",
    "较2021年增加政策解读6篇，是往年的2倍。": "other 6 篇",
    "组织科室负责人20人赴外地学习。": "other(组织科室负责人) 20 人",
    "综合排名前3位，入选首批12家示范单位。": "other 12 家",
}
NUMERALS = {
    "检查十余次，发放资料近百份，公开信息三千零五十条。": "~inspections 10 次; ~other 100 份; disclosed_items 3050 条",
    "设置一个专栏，举办一场新闻发布会，发布一份指南。": "columns 1 个; press_conferences 1 场",
    "公开信息2万3千余条，浏览1亿2千万次。": "~disclosed_items 23000 条; website_visits 120000000 次",
    "更新三条信息，行政诉讼零件，检修零部件。": "other 3 条; litigations 0 件",
    "收取费用两百余元，经费三百万元。": "~fees_charged 200 元; other(经费) 300 万元",
    "浏览量3.2 万 余次，培训500来人次。": "~website_visits 32000 次; ~trained_people 500 人次",
}
ALL = {**NOUNS, **BRACKETS, **LISTS, **PARTS, **NO_COUNTS, **NUMERALS}


@pytest.mark.parametrize(("sentence", "figures"), ALL.items())
def test_a_sentence_tells_these_figures_and_no_others(sentence: str, figures: str) -> None:
    assert told(sentence, figures) == figures
