"""Which parts of a page count, without fetching or reading any."""

from __future__ import annotations

from extractors.html.attachments import Attachment
from extractors.html.page_parts import PageParts
from flows.documents.page_parts import better_of, files_of, is_read_joined, lacks_parts
from flows.documents.parse import ParsedReport, ParseResult
from transforms.jurisdictions.agencies import agency_in

REFUSED = ParseResult(reason="not an annual report")


def result(status: str = "complete", *, body: str = "人民政府", lacks_table: bool = False) -> ParseResult:
    findings: list[dict[str, object]] = [{"check": "table_missing"}] if lacks_table else []
    bodies = (agency_in("CN-370683", body),)
    report = ParsedReport("某县人民政府", None, bodies, 2023, status, None, {"findings": findings})
    return ParseResult((report,))


def test_a_linked_file_is_a_part_of_a_page_of_a_portal_and_not_of_one_on_disk() -> None:
    parts = PageParts((Attachment("http://x.cn/1.pdf", "年报"),))
    assert files_of(parts, "jiazi") == {"http://x.cn/1.pdf": "年报"}
    assert files_of(parts, "files") == {}


def test_a_page_lacks_its_parts_if_no_document_contains_what_is_missing() -> None:
    incomplete = result("tables_missing", lacks_table=True)
    assert lacks_parts(incomplete, [])
    assert lacks_parts(incomplete, [REFUSED, result(body="教育局")])
    assert not lacks_parts(incomplete, [result()])
    assert not lacks_parts(result("partial"), [])


def test_a_page_that_is_no_report_lacks_its_parts_if_no_file_is_one() -> None:
    assert lacks_parts(REFUSED, [])
    assert lacks_parts(REFUSED, [REFUSED])
    assert not lacks_parts(REFUSED, [result()])


def test_pictures_count_inside_and_outside_the_page() -> None:
    assert not is_read_joined(PageParts())
    assert is_read_joined(PageParts(pictures=("http://x.cn/1.png",)))
    assert is_read_joined(PageParts(inline_pictures=True))


def test_the_page_alone_is_taken_only_if_it_is_no_report_with_its_parts() -> None:
    alone, joined = result("partial"), result()
    assert better_of(alone, joined) is joined
    assert better_of(REFUSED, joined) is joined
    assert better_of(alone, REFUSED) is alone
    assert better_of(REFUSED, REFUSED) is REFUSED
