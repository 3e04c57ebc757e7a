"""Bodies of real divisions, and the ways in which clerks write their names: in titles, texts, signatures and lists.

Owns the forms. They are made from how offices write, not from the rules that read them: each body is known by what it
is, and a form may be used where it is clear to a reader of that portal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

from transforms.jurisdictions.divisions import (
    TO_THIS_DAY,
    Division,
    division_names,
    divisions_above,
    jurisdictions,
)

YEARS = range(2009, 2025)
_TOWNS = ("城关", "东风", "白马", "石桥", "黄墩", "桃花源", "双河口", "红旗", "安丰", "柳林", "王家庄", "大路")
_STREETS = ("东关", "南湖", "新华", "解放路", "朝阳", "西苑", "滨河", "文昌", "北海", "胜利")
# Full name → names in short, and names that the same body had before or after, where it went on under another name.
BUREAUS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "教育局": ((), ()),
    "教育体育局": (("教体局",), ()),
    "财政局": ((), ()),
    "审计局": ((), ()),
    "民政局": ((), ()),
    "司法局": ((), ()),
    "统计局": ((), ()),
    "公安局": ((), ()),
    "水务局": ((), ()),
    "水利局": ((), ()),
    "林业局": ((), ()),
    "商务局": ((), ()),
    "档案局": ((), ()),
    "发展和改革局": (("发改局", "发展改革局", "发展与改革局"), ()),
    "发展和改革委员会": (("发改委", "发展改革委", "发展改革委员会", "发展和改革委"), ()),
    "人力资源和社会保障局": (("人社局", "人力资源社会保障局"), ()),
    "住房和城乡建设局": (("住建局", "住房城乡建设局"), ()),
    "自然资源和规划局": (("自规局", "资规局", "自然资源与规划局"), ()),
    "自然资源局": ((), ("国土资源局",)),
    "卫生健康局": (("卫健局",), ("卫生和计划生育局", "卫计局", "卫生计生局")),
    "卫生健康委员会": (("卫健委", "卫生健康委"), ("卫生和计划生育委员会", "卫计委")),
    "市场监督管理局": (("市场监管局", "市监局"), ()),
    "应急管理局": (("应急局",), ("安全生产监督管理局", "安监局")),
    "工业和信息化局": (("工信局", "工业信息化局"), ()),
    "农业农村局": ((), ()),
    "交通运输局": (("交通局",), ()),
    "生态环境局": ((), ("环境保护局", "环保局")),
    "退役军人事务局": (("退役军人局",), ()),
    "医疗保障局": (("医保局",), ()),
    "文化和旅游局": (("文旅局",), ()),
    "科学技术局": (("科技局",), ()),
    "机关事务管理局": (("机关事务局",), ()),
    "粮食和物资储备局": (("粮储局",), ("粮食局",)),
    "综合行政执法局": (("综合执法局",), ()),
    "乡村振兴局": ((), ("扶贫开发办公室", "扶贫办")),
    "国有资产监督管理委员会": (("国资委",), ()),
    "人民防空办公室": (("人防办",), ()),
    "残疾人联合会": (("残联",), ()),
    "科学技术协会": (("科协",), ()),
    "税务局": ((), ()),
}


@dataclass(frozen=True, slots=True)
class Body:
    """A body: the code of its division, its kind, and its own name."""

    code: str
    kind: str
    own: str


def bodies_in(code: str, random: Random) -> Body:
    """Return some body of a division."""
    kind = random.choice(("government", "office", "bureau", "bureau", "bureau", "town", "township", "street", "zone"))
    zones = () if _has_zones(code) else ("经济开发区", "高新技术产业开发区")
    names: dict[str, tuple[str, ...]] = {
        "bureau": tuple(BUREAUS),
        "town": _TOWNS,
        "township": _TOWNS,
        "street": _STREETS,
        "zone": (*zones, "临港工业园区", "旅游度假区", "生态文化旅游区", "现代农业产业园"),
    }
    return Body(code, kind, random.choice(names.get(kind, ("",))))


@cache
def _has_zones(code: str) -> bool:
    """Return whether zones of a division have codes of their own: these are divisions themselves."""
    return any(one.parent == code and one.level == "development_zone" for one in jurisdictions().values())


def own_parts(body: Body) -> tuple[str, ...]:
    """Return the ways to write a body's own name, behind that of its division."""
    name = body.own
    if body.kind == "government":
        return ("", "政府", "人民政府", "人民政府（本级）")
    if body.kind == "office":
        return (
            "政府办",
            "政府办公室",
            "人民政府办公室",
            "人民政府办",
            "人民政府（办公室）",
            "人民政府办公室（政务公开办）",
        )
    if body.kind in ("town", "township"):
        whole = name + ("镇" if body.kind == "town" else "乡")
        return (whole, f"{whole}政府", f"{whole}人民政府", f"人民政府{whole}人民政府", f"{whole}人民政府（本级）")
    if body.kind == "street":
        whole = f"{name}街道"
        return (whole, f"{whole}办", f"{whole}办事处", f"人民政府{whole}办事处", f"{name}街办", f"{name}办事处")
    if body.kind == "zone":
        short = {"经济开发区": ("经开区", "经开区管委会"), "高新技术产业开发区": ("高新区", "高新区管委会")}
        return (name, f"{name}管委会", f"{name}管理委员会", f"{name}党工委管委会", *short.get(name, ()))
    shorts, renamed = BUREAUS[name]
    full = (name, *shorts, *renamed, f"人民政府{name}", f"{name}（本级）")
    return (*full, f"{name}办公室") if name.endswith("局") else full


def divisions_before(code: str, year: int, within: str) -> tuple[str, ...]:
    """Return the ways to write a body's division that a reader of the portal of `within` understands."""
    own = name_in(code, year)
    above = [name_in(one, year) for one in divisions_above(code)]
    whole = "".join(reversed([own, *above]))
    # A namesake elsewhere is told apart by the divisions above, or by the portal.
    forms = [whole, *(["".join(reversed([own, *above[:1]]))] if above else [])]
    if code == within or within in divisions_above(code):
        forms.append(own)
    if len(above) > 1 and _names(year)[own, divisions_above(code)[-1]] == 1:
        forms.append(above[-1].removesuffix("省").removesuffix("市") + own)
    return tuple(dict.fromkeys(forms))


def placeless(body: Body, year: int, within: str) -> tuple[str, ...]:
    """Return what may stand before a body's name on its own division's portal in the place of the division's name."""
    if body.code != within:
        return ()
    own = name_in(body.code, year)
    level = "" if own.endswith("地区") else own[-1]
    bare = () if body.kind in ("government", "zone") else ("",)
    one_word = (level,) if level and body.kind in ("office", "bureau") else ()
    shared = any(name_in(one, year).startswith(own[:-1]) for one in divisions_above(body.code))
    in_short = (own[:-1],) if not shared and len(own) > 2 and level and body.kind == "bureau" and len(own) < 5 else ()
    return (*bare, *one_word, *in_short)


def name_in(code: str, year: int) -> str:
    """Return the name that a division had in a year."""
    fitting = [name.name for name in division_names()[code] if name.first <= year <= name.last]
    return jurisdictions()[code].name if jurisdictions()[code].name in fitting else fitting[0]


@cache
def _names(year: int) -> Counter[tuple[str, str]]:
    """Return how many divisions of a province have a name in a year."""
    return Counter((name_in(one.jurisdiction, year), divisions_above(one.jurisdiction)[-1]) for one in counties(year))


@cache
def counties(year: int) -> tuple[Division, ...]:
    """Return the counties and cities in force in a year whose names are told apart below their city."""
    return tuple(
        one
        for one in jurisdictions().values()
        if one.level in ("county", "prefecture")
        and (one.valid_from or 0) <= year <= (one.valid_to or TO_THIS_DAY)
        and any(name.first <= year <= name.last for name in division_names()[one.jurisdiction])
        and len(one.name) > 2
        and one.name[-1] in "县市区旗"
        and name_in(one.jurisdiction, year)[-1] in "县市区旗"
    )


def spelled(body: Body, year: int, within: str, random: Random) -> str:
    """Return a body's name as some clerk writes it on the portal of `within`."""
    before = random.choice((*divisions_before(body.code, year, within), *placeless(body, year, within)))
    own = random.choice(own_parts(body))
    if before in ("", "县", "市", "区", "旗") or before == name_in(body.code, year)[:-1]:
        own = own.removeprefix("人民政府") if body.kind not in ("government", "office") else own
    name = before + own
    return random.choice(_HANDS)(name, random)


def _spaced(name: str, random: Random) -> str:
    return " ".join(name)


def _broken(name: str, random: Random) -> str:
    at = random.randrange(1, len(name)) if len(name) > 1 else 0
    return f"{name[:at]}\u3000{name[at:]}"


def _narrow_brackets(name: str, random: Random) -> str:
    return name.replace("（", "(").replace("）", ")")


def _unseen(name: str, random: Random) -> str:
    at = random.randrange(len(name) + 1)
    return f"{name[:at]}\u200b{name[at:]}"


def _as_it_is(name: str, random: Random) -> str:
    return name


_HANDS: tuple[Callable[[str, Random], str], ...] = (
    *(_as_it_is,) * 6,
    _spaced,
    _broken,
    _narrow_brackets,
    _unseen,
)


def forms() -> Iterator[tuple[str, str]]:
    """Yield kind and form of every way to write a body's own name, with ○ for what is the body's alone."""
    for kind, own in (
        ("government", ""),
        ("office", ""),
        ("town", "○"),
        ("township", "○"),
        ("street", "○"),
        ("zone", "经济开发区"),
    ):
        yield from ((kind, form) for form in own_parts(Body("", kind, own)))
    for name in BUREAUS:
        yield from (("bureau", form) for form in own_parts(Body("", "bureau", name)))


@dataclass(frozen=True, slots=True)
class Printed:
    """A report as text, and the name that the list of its portal gives it; None if the list gives none."""

    text: str
    listed: str | None


_TEXT = """一、总体情况
全年按照要求做好主动公开和依申请公开工作，及时更新公开栏目，各项工作平稳有序。
二、主动公开政府信息情况
全年主动公开信息，内容涵盖财政、民生和重点项目等领域，方便群众查询。
三、收到和处理政府信息公开申请情况
全年没有收到政府信息公开申请。
四、政府信息公开行政复议、行政诉讼情况
全年没有发生行政复议和行政诉讼。
五、存在的主要问题及改进情况
公开的内容还不够丰富，下一步将加强培训，提高工作水平。
六、其他需要报告的事项
没有其他需要报告的事项。
"""


def printed(body: Body, year: int, within: str, random: Random) -> Printed:
    """Return a body's report that names it in some places, each in its own way: title, text, signature, list."""
    places = {place for place in ("title", "opening", "signature", "list") if random.random() < 0.6}
    # What nothing but a signature names may be the government's, for which its office signs.
    if not places & ({"title", "list"} if body.kind == "office" else {"title", "list", "signature"}):
        places.add(random.choice(("title", "list")))
    name = {place: spelled(body, year, within, random) for place in sorted(places)}
    # An office signs what it writes for its government, where another place says whose report it is.
    if body.kind == "government" and "signature" in places and places & {"title", "list"} and random.random() < 0.5:
        name["signature"] = spelled(Body(body.code, "office", ""), year, within, random)
    titles = (
        "{name}{year}年政府信息公开工作年度报告",
        "{year}年{name}政府信息公开工作年度报告",
        "{name}\n{year}年政府信息公开工作年度报告",
    )
    title = random.choice(titles).format(name=name.get("title", ""), year=year).strip()
    opening = f"本报告由{name['opening']}编制。\n" if "opening" in name else ""
    signature = f"{name['signature']}\n{year + 1}年1月20日\n" if "signature" in name else ""
    return Printed(f"{title}\n{opening}{_TEXT}{signature}", name.get("list"))
