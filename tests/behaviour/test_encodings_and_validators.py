"""Cases 14, 15 and 19 of PORTALS §11: encodings that are declared wrongly, gzip by force, and versions of pages."""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from tests.support.portals.county import GOVERNMENT, County, report_page
from tests.support.servers.scripted import Answer, RecordedRequest
from tests.support.warehouse.place import Place

HTML = {"Content-Type": "text/html"}
DECLARED_UTF8 = 'charset=utf-8"'
DECLARED_GB2312 = 'charset=gb2312"'

# What only GB 18030 holds of these: 㭎; what GB 2312 lacks: 镕 喆 堃 (PORTALS §5).
TOWNS: dict[str, Callable[[str], Answer]] = {
    "甲子县甲镇人民政府": lambda html: Answer(html),
    "甲子县镕镇人民政府": lambda html: Answer(as_gb2312(html).encode("gb18030"), headers=HTML),
    "甲子县堃镇人民政府": lambda html: Answer(as_gb2312(html).encode(), headers=HTML),
    "甲子县喆镇人民政府": lambda html: Answer(b"\xef\xbb\xbf" + as_gb2312(html).encode()),
    "甲子县㭎镇人民政府": lambda html: Answer(
        html.replace(DECLARED_UTF8, '"').encode("gb18030"), headers={"Content-Type": "text/html; charset=ISO-8859-1"}
    ),
    "甲子县乙镇人民政府": lambda html: Answer(gzip.compress(html.encode()), headers=HTML),
    "甲子县丙镇人民政府": lambda html: Answer(
        gzip.compress(as_gb2312(html).encode("gb18030")), headers={**HTML, "Content-Encoding": "gzip"}
    ),
}


def as_gb2312(html: str) -> str:
    assert DECLARED_UTF8 in html
    return html.replace(DECLARED_UTF8, DECLARED_GB2312)


def test_14_15_bytes_of_every_kind_give_the_same_report(county: County, tmp_path: Path) -> None:
    for town, answer in TOWNS.items():
        county.serve(county.add(town, 2024), answer(report_page(town, 2024)))
    county.serve(county.list_path, lambda _: Answer(gb_list(county), headers=HTML))
    place = county.place(tmp_path / "data")
    outcome = place.crawl()
    assert (outcome.failures, outcome.counts.published) == ([], len(TOWNS))
    told = figures(place)
    assert sorted(told) == sorted(TOWNS)
    assert len(told["甲子县甲镇人民政府"]) == 7 * 25
    assert len({tuple(values) for values in told.values()}) == 1
    texts: dict[object, str] = defaultdict(str)
    for agency, title, text in place.ask("SELECT agency, title, text FROM reports JOIN sections USING (report_id)"):
        texts[agency] += str(text)
        assert title == f"{agency}2024年政府信息公开工作年度报告"
    assert sorted(map(str, texts)) == sorted(TOWNS)
    assert all(str(agency) in text and "\ufffd" not in text for agency, text in texts.items())


def gb_list(county: County) -> bytes:
    """Return the list in GB 18030 that calls itself gb2312."""
    return county.list_page().replace('<meta charset="utf-8">', '<meta charset="gb2312">').encode("gb18030")


def figures(place: Place) -> dict[str, list[object]]:
    found: defaultdict[str, list[object]] = defaultdict(list)
    for agency, *figure in place.ask(
        "SELECT agency, outcome, applicant, value FROM requests JOIN reports USING (report_id) ORDER BY 1, 2, 3"
    ):
        found[str(agency)].append(tuple(figure))
    return found


def test_19_versions_of_pages_spare_their_bodies(county: County, tmp_path: Path) -> None:
    """With ETag or Last-Modified no body comes twice; without both, the hash of the body tells that nothing changed."""
    sent: list[str] = []
    versions = {2022: {"ETag": '"7"'}, 2023: {"Last-Modified": "Mon, 20 Mar 2024 02:00:00 GMT"}, 2024: {}}
    for year, headers in versions.items():
        path = county.add(GOVERNMENT, year)
        county.serve(path, versioned(report_page(GOVERNMENT, year), headers, sent))
    place = county.place(tmp_path / "data")
    first = place.crawl()
    assert (first.failures, first.counts.published, len(sent)) == ([], 3, 3)
    files, captures = place.files(), place.captures()
    again = place.crawl()
    assert (again.failures, again.counts.published, again.counts.read, again.counts.not_modified) == ([], 0, 0, 2)
    assert sent[3:] == [county.listed[-1][0]]
    assert (place.files(), place.captures()) == (files, captures)


def versioned(html: str, headers: dict[str, str], sent: list[str]) -> Callable[[RecordedRequest], Answer]:
    """Return a page that is not sent to one who names its version; `sent` takes the paths of bodies."""

    def answer(asked: RecordedRequest) -> Answer:
        known = asked.headers.get("if-none-match") or asked.headers.get("if-modified-since")
        if known is not None and known in headers.values():
            return Answer(status=304, headers=headers)
        sent.append(asked.path)
        return Answer(html, headers=headers)

    return answer
