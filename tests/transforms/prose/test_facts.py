"""What a report says of itself: title, agency, year, period, contact."""

from __future__ import annotations

from datetime import date

import pytest

from extractors.document import Block, Document
from transforms.chapters.chapters import split_chapters
from transforms.prose.facts import Facts, read_facts

SECTIONS = ["一、总体情况", "全年平稳。", "六、其他需要报告的事项", "没有其他需要报告的事项。"]
TITLE = "样例市甲子县人民政府2020年政府信息公开工作年度报告"


def _facts(*lines: str, metadata: dict[str, str] | None = None, ending: tuple[str, ...] = ()) -> Facts:
    parts = tuple(Block(text) for text in (*lines, *SECTIONS, *ending))
    document = Document("text/plain", "text_flow", parts, metadata or {})
    return read_facts(document, split_chapters(parts))


@pytest.mark.parametrize(
    ("lines", "agency", "year"),
    [
        ([TITLE], "样例市甲子县人民政府", 2020),
        (["样例市甲子县人民政府", "2020年政府信息公开工作年度报告"], "样例市甲子县人民政府", 2020),
        (["2020年甲子县教育局政府信息公开工作年度报告"], "甲子县教育局", 2020),
        (["甲子县二〇二一年政府信息公开工作年度报告"], "甲子县", 2021),
        (["甲子县财政局", "政府信息公开工作年度报告（2019年度）"], "甲子县财政局", 2019),
        (["甲子县 2020 年政府信息公开工作年度报告"], "甲子县", 2020),
    ],
)
def test_title_in_its_variants(lines: list[str], agency: str, year: int) -> None:
    facts = _facts(*lines)
    assert (facts.agency, facts.year) == (agency, year)


def test_the_declared_title_goes_before_a_printed_line() -> None:
    facts = _facts("甲子县2019年政府信息公开工作年度报告", metadata={"title": TITLE})
    assert (facts.title, facts.year) == (TITLE, 2020)


def test_a_declared_title_that_is_none_is_passed_over() -> None:
    assert _facts(TITLE, metadata={"title": "政府信息公开年报_样例市人民政府"}).title == TITLE


def test_the_opening_sentence_names_agency_and_year_where_the_title_names_none() -> None:
    facts = _facts(
        "2020年政府信息公开工作年度报告",
        "根据《条例》规定，现公布甲子县水利局2020年度政府信息公开工作年度报告。",
    )
    assert (facts.agency, facts.year) == ("甲子县水利局", 2020)


def test_the_signature_names_the_agency_where_nothing_else_does() -> None:
    facts = _facts("2020年政府信息公开工作年度报告", ending=("甲子县水利局", "2021年1月21日"))
    assert facts.agency == "甲子县水利局"


def test_a_stray_word_before_the_name_is_not_part_of_it() -> None:
    facts = _facts("加大甲子县水利局2020年政府信息公开工作年度报告", ending=("甲子县水利局", "2021年1月21日"))
    assert facts.agency == "甲子县水利局"


def test_a_date_is_no_signature() -> None:
    assert _facts("2020年政府信息公开工作年度报告", ending=("2021年1月21日",)).agency is None


def test_the_period_is_told_apart_from_the_year_of_the_title() -> None:
    facts = _facts(TITLE, "本报告所列数据的统计期限自2019年1月1日起至2019年12月31日止。")
    assert (facts.year, facts.period) == (2020, 2019)


def test_nothing_is_inferred_from_text_that_names_nothing() -> None:
    facts = _facts("关于天气的说明")
    assert (facts.agency, facts.year, facts.period, facts.published_on) == (None, None, None, None)
    assert dict(facts.contact) == {}


def test_the_date_of_publication_is_that_of_the_page() -> None:
    assert _facts(TITLE, metadata={"published_on": "2021-01-25"}).published_on == date(2021, 1, 25)


@pytest.mark.parametrize(
    ("phone", "read"),
    [("0000-1234567", "0000-1234567"), ("0000—12345678", "0000—12345678"), ("12345678", "12345678")],
)
def test_contact_fields(phone: str, read: str) -> None:
    facts = _facts(
        TITLE,
        f"如有疑问，请与甲子县政务公开办公室联系（地址：样例市甲子县样例路0号；邮编：265000；电话：{phone}；"
        "电子邮箱：zwgk@jiazi.example）。",
    )
    assert dict(facts.contact) == {
        "contact_office": "甲子县政务公开办公室",
        "contact_address": "样例市甲子县样例路0号",
        "contact_postcode": "265000",
        "contact_phone": read,
        "contact_email": "zwgk@jiazi.example",
    }


SENTENCE = "如有疑问，请与甲子县政务公开办公室联系（{}）。"


@pytest.mark.parametrize(
    ("told", "name", "read"),
    [
        ("办公地址：样例路0号（行政楼3楼），邮编：265000", "contact_address", "样例路0号（行政楼3楼）"),
        ("通讯地址：样例路0号 邮政编码：265000", "contact_address", "样例路0号"),
        ("地址：样例路0号办公楼联系电话：12345678", "contact_address", "样例路0号办公楼"),
        ("地　址：甲子县样例大道 90\n号；邮编：265000", "contact_address", "甲子县样例大道90号"),
        ("邮 政 编 码：265000", "contact_postcode", "265000"),
        ("邮编265000；电话：12345678", "contact_postcode", "265000"),
        ("联系电话（传真）：0000-1234567", "contact_phone", "0000-1234567"),
        ("电话/传真：0000－1234567", "contact_phone", "0000－1234567"),
        ("电话：（0000）1234567", "contact_phone", "（0000）1234567"),
        ("电 话 ： 0000 1234567", "contact_phone", "0000 1234567"),
        ("电话：0000-1234567转8012，传真：0000-7654321", "contact_phone", "0000-1234567转8012"),
        ("监督电话：0000-7654321，办公电话：0000-1234567", "contact_phone", "0000-1234567"),
        ("邮箱：zwgk@jiazi.example", "contact_email", "zwgk@jiazi.example"),
    ],
)
def test_contact_fields_in_the_ways_they_are_printed(told: str, name: str, read: str) -> None:
    assert _facts(TITLE, SENTENCE.format(told)).contact[name] == read


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("网站地址：http://www.jiazi.example/", "contact_address"),
        ("邮箱地址：zwgk@jiazi.example", "contact_address"),
        ("传真：0000-1234567", "contact_phone"),
        ("监督电话：0000-1234567", "contact_phone"),
        ("电话：123456789012", "contact_phone"),
        ("邮编：2650001", "contact_postcode"),
    ],
)
def test_what_only_looks_like_contact_is_none(told: str, name: str) -> None:
    assert name not in _facts(TITLE, f"可在门户网站查阅（{told}）。").contact


@pytest.mark.parametrize(
    ("told", "office"),
    [
        ("请向甲子县人民政府办公室咨询", "甲子县人民政府办公室"),
        ("请直接与甲子县政务公开科取得联系", "甲子县政务公开科"),
        ("请与甲子县教育局（联系地址：样例路0号）", "甲子县教育局"),
    ],
)
def test_the_office_in_the_ways_it_is_named(told: str, office: str) -> None:
    assert _facts(TITLE, f"如有疑问，{told}。").contact["contact_office"] == office


def test_contact_may_stand_at_the_end() -> None:
    ending = "如有疑问，请与甲子县水利局联系，电话：0000-1234567。"
    assert dict(_facts(TITLE, ending=(ending,)).contact) == {
        "contact_office": "甲子县水利局",
        "contact_phone": "0000-1234567",
    }
    assert dict(_facts(TITLE, ending=("举报邮箱：zwgk@jiazi.example",)).contact) == {}


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("发布日期：2021-01-25 10:30 访问次数：47", date(2021, 1, 25)),
        ("公开时间：2021年1月25日", date(2021, 1, 25)),
        ("发布时间: 2021/01/25", date(2021, 1, 25)),
        ("发布日期：2021-13-25", None),
        ("发布日期：", None),
        ("2021-01-25", None),
    ],
)
def test_a_date_labelled_above_the_first_section_is_that_of_publication(line: str, read: date | None) -> None:
    assert _facts(TITLE, line).published_on == read


def test_the_date_of_another_document_within_the_text_is_not_that_of_publication() -> None:
    assert _facts(TITLE, ending=("发布日期：2020-08-17 13:56",)).published_on is None
