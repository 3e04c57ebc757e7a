"""One body in several spellings has one name; two bodies never have the same."""

from __future__ import annotations

from itertools import combinations

import pytest

from transforms.jurisdictions.body_names import canonical_body
from transforms.jurisdictions.same_body import same_body, supporting

ONE = [
    ("人民政府", "政府", ""),
    ("人民政府办公室", "政府办公室", "政府办", "人民政府办"),
    ("人民政府办公厅", "政府办公厅"),
    ("黄墩镇", "黄墩镇政府", "黄墩镇人民政府"),
    ("石桥乡", "石桥乡人民政府", "人民政府石桥乡人民政府"),
    ("巴彦苏木", "巴彦苏木人民政府"),
    ("南湖街道", "南湖街道办", "南湖街道办事处", "人民政府南湖街道办事处", "政府南湖街道办事处"),
    ("发展和改革局", "发展改革局", "发展与改革局", "发改局", "县发改局"),
    ("发展和改革委员会", "发展改革委", "发改委", "市发改委"),
    ("人力资源和社会保障局", "人力资源社会保障局", "人社局", "区人社局"),
    ("卫生健康委员会", "卫生健康委", "卫健委"),
    ("卫生健康局", "卫健局", "县卫健局"),
    ("市场监督管理局", "市场监管局", "市监局", "市市场监督管理局"),
    ("住房和城乡建设局", "住房城乡建设局", "住建局", "人民政府住房和城乡建设局"),
    ("自然资源和规划局", "自然资源与规划局", "自规局"),
    ("科学技术委员会", "科委", "市科委"),
    ("国有资产监督管理委员会", "国资委", "人民政府国有资产监督管理委员会"),
    ("临港经济开发区", "临港经济开发区管委会", "临港经济开发区管理委员会"),
]
DIFFERENT = [
    ("人民政府", "人民政府办公室", "人民政府办公厅"),
    ("黄墩镇", "黄墩街道", "黄墩镇党政办公室", "黄墩乡"),
    ("教育局", "教育体育局", "教育科技局"),
    ("发展和改革局", "发展和改革委员会"),
    ("自然资源局", "自然资源和规划局", "国土资源局"),
    ("卫生健康局", "卫生和计划生育局", "卫生局"),
    ("工业和信息化局", "经济和信息化局"),
    ("市场监督管理局", "工商行政管理局", "质量技术监督局"),
    ("市政园林局", "园林局"),
    ("公安局", "公安局交通警察大队", "司法局"),
    ("行政审批局", "行政审批服务局", "政务服务中心"),
]


@pytest.mark.parametrize("spellings", ONE, ids=lambda spellings: spellings[0])
def test_one_body_has_one_name(spellings: tuple[str, ...]) -> None:
    assert len({canonical_body(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize("names", DIFFERENT, ids=lambda names: names[0])
def test_two_bodies_have_two_names(names: tuple[str, ...]) -> None:
    assert len({canonical_body(name) for name in names}) == len(names)


@pytest.mark.parametrize("spellings", ONE, ids=lambda spellings: spellings[0])
def test_a_canonical_name_stays_as_it_is(spellings: tuple[str, ...]) -> None:
    name = canonical_body(spellings[0])
    assert canonical_body(name) == name


def test_a_short_name_of_two_bodies_is_that_of_neither() -> None:
    full = [canonical_body(name) for name in ("城市管理局", "城市管理综合行政执法局")]
    assert canonical_body("城管局") not in full


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("洪泽区发改委", True),
        ("淮安市洪泽区发展和改革委员会", True),
        ("区发改委", True),
        ("发展和改革委员会", True),
        ("洪泽区教育局", False),
        ("沭阳县发展和改革委员会", False),
        ("淮安市发展和改革委员会", False),
        ("洪泽区", False),
    ],
)
def test_names_of_one_body_in_and_without_their_division(name: str, same: bool) -> None:
    assert same_body("洪泽区发展和改革委员会", name, None, 2020) is same


@pytest.mark.parametrize(("short", "same"), [("市局", True), ("局", True), ("县局", False), ("市委", False)])
def test_a_bureau_in_one_word(short: str, same: bool) -> None:
    assert same_body("弥勒市市场监督管理局", short, None, 2020) is same


def test_bureaus_of_one_name_in_counties_that_no_list_has() -> None:
    names = ("样例市甲子县水利局", "乙丑县水利局", "甲子县农业局")
    assert not any(same_body(one, other, None, 2020) for one, other in combinations(names, 2))
    assert same_body("样例市甲子县水利局", "甲子县水利局", None, 2020)


@pytest.mark.parametrize(
    ("one", "office", "together"),
    [
        ("洪泽区", "洪泽区人民政府办公室", True),
        ("洪泽区黄墩镇", "黄墩镇党政办公室", True),
        ("洪泽区", "沭阳县人民政府办公室", False),
        ("洪泽区教育局", "洪泽区人民政府办公室", False),
    ],
)
def test_a_government_and_its_office(one: str, office: str, together: bool) -> None:
    assert (office in supporting([one, office], None, 2020)[one]) is together
    assert not same_body(one, office, None, 2020)
