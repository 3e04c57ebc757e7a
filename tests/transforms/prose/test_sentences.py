"""Sentences as officials write them, by the ways in which they put a figure, each with all of its figures.

A figure is written `metric value unit`, with ~ if it is approximate, and the label behind the metric where it matters.
"""

from __future__ import annotations

import pytest

from tests.transforms.prose.told import told
from transforms.prose.statements import read_statements

NOUN_BEHIND = {
    "全年召开新闻发布会3场，组织2场媒体通气会。": "press_conferences 3 场; press_conferences 2 场",
    "举办6期政务公开业务培训班，发放800份宣传手册。": "trainings 6 期; other(宣传手册) 800 份",
    "共受理45件政府信息公开申请，办结44件政府信息公开申请。": (
        "applications_received 45 件; applications_answered 44 件"
    ),
    "办理18件人大代表建议、22件政协委员提案。": "congress_proposals 18 件; consultative_proposals 22 件",
    "新建12个政务服务驿站，配备3名专职工作人员。": "other(政务服务驿站) 12 个; full_time_staff 3 名",
    "微信公众号推送315条信息，回复64条群众留言。": "wechat_posts 315 条; messages_answered 64 条",
    "组织全县23个部门开展培训2次。": "other(部门) 23 个; trainings 2 次",
    "收到2件行政复议申请和1件行政诉讼案件。": "reconsiderations 2 件; litigations 1 件",
    "其中9件为网络申请，4件为信函申请。": "applications_online 9 件; applications_by_letter 4 件",
    "其中5件予以公开，2件不予公开。": "applications_granted 5 件; applications_refused 2 件",
    "共有120名工作人员参加培训。": "trained_people 120 名",
}
BRACKETS = {
    "办理政协提案（含联名提案）9件。": "consultative_proposals 9 件",
    "发布规范性文件解读（文字、图表各一份）8篇。": "policy_interpretations 8 篇",
    "收到政府信息公开申请（均为自然人提出）17件（其中上年结转2件）。": (
        "applications_received 17 件; applications_carried_in 2 件"
    ),
    "召开会议（电视电话会议）4次，培训（线上）2期。": "meetings 4 次; trainings 2 期",
    "编印《甲子县人民政府公报》（季刊）4期，发放2000册。": "gazette_issues 4 期; other(发放) 2000 册",
    "政务新媒体（微博、微信）账号5个。": "new_media_accounts 5 个",
}
RESPECTIVELY = {
    "网络申请、信函申请、当面申请分别为12件、5件和3件。": (
        "applications_online 12 件; applications_by_letter 5 件; applications_in_person 3 件"
    ),
    "全年办理人大代表建议和政协提案分别为16件和20件。": "congress_proposals 16 件; consultative_proposals 20 件",
    "网上和信函申请分别为7件、2件。": "applications_online 7 件; applications_by_letter 2 件",
    "第一季度和第二季度分别召开新闻发布会2场、3场。": "press_conferences 2 场; press_conferences 3 场",
    "予以公开、部分公开、不予公开分别有10件、4件、1件。": (
        "applications_granted 10 件; applications_granted_in_part 4 件; applications_refused 1 件"
    ),
    "门户网站和官方微博分别发布信息1,020条、88条。": "website_items 1020 条; weibo_posts 88 条",
    "收到申请8件，分别为网络申请5件、信函申请3件。": (
        "applications_received 8 件; applications_online 5 件; applications_by_letter 3 件"
    ),
    "行政复议、行政诉讼共3件。": "other(行政复议、行政诉讼) 3 件",
    "办理人大代表建议和政协提案31件，办复率均为100%。": "other 31 件; completion_rate 100 %",
    "信函及传真申请6件。": "other(信函及传真申请) 6 件",
    "通过政府网站和微信公众号公开信息900条。": "disclosed_items 900 条",
    "发布图解、视频等形式解读材料12件。": "policy_interpretations 12 件",
    "上半年、下半年各举办培训3次。": "other 3 次",
}
SUMS = {
    "开展业务培训7次，其中窗口人员培训4次、乡镇干部培训3次。": (
        "trainings 7 次; other(窗口人员培训) 4 次; other(乡镇干部培训) 3 次"
    ),
    "主动公开政府信息2300条，其中公开规划信息120条。": "disclosed_items 2300 条; other(公开规划信息) 120 条",
    "发布政策解读30篇（文字解读20篇、图解10篇）。": (
        "policy_interpretations 30 篇; other(文字解读) 20 篇; illustrated_interpretations 10 篇"
    ),
    "召开会议6次，包括专题会议2次。": "meetings 6 次; other(专题会议) 2 次",
    "发生行政诉讼4件。其中，行政诉讼未审结1件。": "litigations 4 件; other(行政诉讼未审结) 1 件",
    "收到申请20件，答复18件，其余2件正在办理。": (
        "applications_received 20 件; applications_answered 18 件; applications_carried_out 2 件"
    ),
}
NO_COUNTS = {
    "收到政府信息公开申请42件，比上年增加3件。": "applications_received 42 件; other(比上年增加) 3 件",
    "受理申请15件，同比减少4件，降幅21.1%。": "applications_received 15 件; other -4 件; other(降幅) 21.1 %",
    "申请量由去年的30件增加到42件。": "other 30 件; other 42 件",
    "比上年少收到申请5件。": "other -5 件",
    "每季度开展检查1次，每月召开例会两次。": "",
    "每年培训不少于2次，检查至少3次。": "",
    "全年未发生一起行政复议，没有一件投诉。": "",
    "召开3到5次会议，培训两三次。": "",
    "我局在全市第2次培训、前10名单位中作了发言。": "",
    "依据《条例》第二十、二十一条，20个工作日内答复。": "",
    "图片信息占40%，满意度达97.6%。": "other(图片信息占) 40 %; satisfaction_rate 97.6 %",
    "尚未答复的申请3件，未按时办结的1件。": "other 3 件; other 1 件",
    "按期答复率为100%，办结率98.2%。": "on_time_rate 100 %; completion_rate 98.2 %",
    "2024年计划举办培训5次。": "other 5 次",
    "去年收到政府信息公开申请30件。": "other 30 件",
    "自2021起执行，公布2022版目录。": "",
    "本报告由总体情况等六部分组成，从3个方面改进。": "",
    "咨询电话0000-1234567，12345热线24小时开通。": "",
    "国办公开办函〔2021〕30号印发后，3月1日起施行。": "",
    "日均访问量1.2万次。": "other 12000 次",
}
CHARACTERS = {
    "全年举办培训三次，培训二百一十人次。": "trainings 3 次; trained_people 210 人次",
    "召开新闻发布会两场，受理行政复议一件。": "press_conferences 2 场; reconsiderations 1 件",
    "发生行政诉讼一起，与有关部门一起研究改进。": "litigations 1 起",
    "落实“一件事一次办”，实行一次性告知，一网通办。": "",
    "公开三公经费，学习贯彻两会精神和四个意识。": "",
    "召开一次专题会议，组织十二名干部参加培训。": "meetings 1 次; trained_people 12 名",
    "第三季度收到申请二十件。": "applications_received 20 件",
    "发布信息一万二千余条，印发公报百余份。": "~disclosed_items 12000 条; ~gazette_copies 100 份",
    "建成十五个便民书屋。": "other(便民书屋) 15 个",
    "群众满意率达到百分之九十八。": "satisfaction_rate 98 %",
    "进一步统一标准，逐一整改，形成一批成果，是一项重要工作。": "",
    "十一期间和十四五期间开展宣传。": "",
}
ABOUT = {
    "主动公开信息近5000条，解答咨询300多件次。": "~disclosed_items 5000 条; ~other 300 件次",
    "网站访问量突破80万次，粉丝达2.3万人。": "~website_visits 800000 次; followers 23000 人",
    "投入经费3.5万余元，收取信息处理费二百元。": "~other(投入经费) 3.5 万元; fees_charged 200 元",
    "发放宣传单１，５００份左右。": "~other(发放宣传单) 1500 份",
    "培训人次达140余人。": "~trained_people 140 人次",
    "办结12345热线工单1.8万件。": "hotline_calls 18000 件",
    "承办人大代表建议15件，已办结15件。": "congress_proposals 15 件; other(已办结) 15 件",
    "受理行政许可申请3000件。": "licences 3000 件",
    "整改错别字约60处，优化栏目20个以上。": "~problems_rectified 60 处; ~columns 20 个",
    "关停政务新媒体账号2个。": "other(关停政务新媒体账号) 2 个",
    "全年召开新闻发布会，共5场。": "press_conferences 5 场",
    "收到申请12件，共5件。": "applications_received 12 件; other 5 件",
}
ALL = {**NOUN_BEHIND, **BRACKETS, **RESPECTIVELY, **SUMS, **NO_COUNTS, **CHARACTERS, **ABOUT}


@pytest.mark.parametrize(("sentence", "figures"), ALL.items())
def test_a_sentence_tells_these_figures_and_no_others(sentence: str, figures: str) -> None:
    assert told(sentence, figures) == figures


@pytest.mark.parametrize("sentence", ALL)
def test_a_figure_stands_where_its_offsets_say(sentence: str) -> None:
    for statement in read_statements(f"前言。{sentence}"):
        assert f"前言。{sentence}"[statement.start : statement.end][-1] in statement.unit + "之百九十八二一人"
        assert statement.sentence in sentence
