"""Zip archives: the report inside is found, several are told apart, bombs and passwords are refused."""

from __future__ import annotations

import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import zip_container
from extractors.document import Unreadable
from extractors.formats.zip import member_of
from extractors.reader import read_documents
from extractors.zip_container import member_name
from tests.support.reports.containers import overwritten, pack, shown, word_file

REPORT = "<w:p><w:r><w:t>一、总体情况</w:t></w:r></w:p>"
PAGE = "<p>封面</p>".encode()
PNG = b"\x89PNG\r\n\x1a\n"


def read_all(members: dict[str, str | bytes]) -> list[tuple[str, object]]:
    return [(document.method, shown(document)[0]) for document in read_documents(pack(members))]


def test_members_named_reports_come_first_then_the_largest() -> None:
    members: dict[str, str | bytes] = {
        "说明.txt": "请先看报告。" * 20,
        "目录/2020年年度报告.docx": word_file(REPORT),
        "封面.html": PAGE,
        "数据.bin": bytes(range(256)),
        "空.txt": b"",
    }
    found = read_all(members)
    assert found == [("document_grid", "一、总体情况"), ("text_flow", "请先看报告。" * 20), ("markup_grid", "封面")]


def test_the_file_that_a_reading_is_of_is_found_again() -> None:
    members: dict[str, str | bytes] = {
        "说明.txt": "请先看报告。",
        "封面.html": PAGE,
        "1.png": PNG,
        "2.png": PNG,
    }
    assert member_of(pack(members), "封面.html") == PAGE
    assert member_of(pack({"封面.html": PAGE}), "") == PAGE
    for lost in ("../封面.html", "", "1.png"):
        with pytest.raises(Unreadable, match="no single file"):
            member_of(pack(members), lost)


def test_readings_are_made_when_asked_for() -> None:
    body = pack({"年报.docx": word_file(REPORT), "其他.docx": b"PK\x03\x04 broken"})
    assert next(read_documents(body)).method == "document_grid"


@pytest.mark.parametrize("name", ["__MACOSX/._年报.docx", "a/.年报.docx", "~$年报.docx", "Thumbs.db"])
def test_side_files_of_systems_and_editors_are_passed_over(name: str) -> None:
    assert len(read_all({"年报.docx": word_file(REPORT), name: word_file(REPORT)})) == 1


def test_an_archive_in_an_archive_is_read() -> None:
    inner = pack({"年报.docx": word_file(REPORT)})
    assert read_all({"内.zip": inner}) == [("document_grid", "一、总体情况")]
    with pytest.raises(Unreadable, match="deeper than 2"):
        read_all({"外.zip": pack({"内.zip": inner})})


@pytest.mark.parametrize(
    "names",
    [
        ("甲局2020年年度报告.docx", "乙局2020年年度报告.docx"),
        ("2019年年报.docx", "2020年年报.txt"),
        ("年报.docx", "年报（更正）.DOCX"),
    ],
)
def test_an_archive_of_several_reports_is_refused(names: tuple[str, str]) -> None:
    with pytest.raises(Unreadable, match="several reports"):
        read_all({names[0]: word_file(REPORT), names[1]: word_file(REPORT)})


@pytest.mark.parametrize("other", ["2020年年报.txt", "2020年年报附件.docx", "2020年年报统计表.docx", "附件1.docx"])
def test_a_report_may_lie_beside_its_other_form_and_its_annexes(other: str) -> None:
    assert len(read_all({"甲局2020年年报.docx": word_file(REPORT), other: word_file(REPORT)})) == 2


def test_where_the_report_is_unreadable_the_rest_is_not_taken_for_it() -> None:
    with pytest.raises(Unreadable, match=r"年报\.docx: the Word file holds no text"):
        read_all({"年报.docx": word_file("<w:p/>"), "说明.txt": "请先看报告。"})


@pytest.mark.parametrize("members", [{}, {"a/": b""}, {"a.bin": bytes(range(256)) * 4}])
def test_an_archive_without_a_readable_member_says_so(members: dict[str, str | bytes]) -> None:
    with pytest.raises(Unreadable, match="no member of the zip archive can be read"):
        read_all(members)


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "gb18030"])
def test_names_without_the_flag_for_utf_8(encoding: str) -> None:
    written = "2020年年报.docx".encode(encoding)
    placeholder = "x" * len(written)
    body = pack({placeholder: word_file(REPORT), "说明.txt": "说明" * 4000}, zipfile.ZIP_STORED)
    body = body.replace(placeholder.encode(), written)
    assert [document.method for document in read_documents(body)] == ["document_grid", "text_flow"]


def test_names_in_utf_8_are_left_as_they_are() -> None:
    member = zipfile.ZipInfo("年报.docx")
    assert member_name(member) == "年报.docx"
    member.flag_bits = 0x800
    assert member_name(member) == "年报.docx"


@pytest.mark.parametrize(
    "name", ["../../年报.docx", "/etc/年报.docx", "C:\\年报.docx", "年报\0.docx", "a" * 5000 + "年报.docx"]
)
def test_names_are_never_paths(name: str) -> None:
    assert read_all({name: word_file(REPORT)}) == [("document_grid", "一、总体情况")]


def test_a_member_with_a_password_is_refused() -> None:
    body = pack({"年报.txt": "一、总体情况"}, zipfile.ZIP_STORED)
    at = body.rindex(b"PK\x01\x02") + 8
    with pytest.raises(Unreadable, match="password"):
        list(read_documents(overwritten(body, at, body[at] | 1)))


def test_too_many_members_are_refused() -> None:
    assert (
        len(list(read_documents(pack({f"{number}.txt": "甲" for number in range(zip_container.MEMBER_LIMIT)})))) == 1000
    )
    with pytest.raises(Unreadable, match="1001 members"):
        list(read_documents(pack({f"{number}.txt": "甲" for number in range(zip_container.MEMBER_LIMIT + 1)})))


def test_a_member_that_unpacks_to_much_more_than_its_size_is_refused() -> None:
    with pytest.raises(Unreadable, match="200 times"):
        read_all({"年报.txt": b"\0" * 2_000_000})


def test_the_declared_size_of_all_members_is_bounded() -> None:
    body = pack({"年报.txt": "一、总体情况"}, zipfile.ZIP_STORED)
    at = body.rindex(b"PK\x01\x02")
    lying = (
        body[: at + 20] + (180_000_000).to_bytes(4, "little") + (210_000_000).to_bytes(4, "little") + body[at + 28 :]
    )
    with pytest.raises(Unreadable, match="more than 200 MB"):
        list(read_documents(lying))


def test_a_member_that_unpacks_to_more_than_it_declares_is_refused() -> None:
    body = pack({"年报.txt": "一、总体情况" * 1000})
    at = body.rindex(b"PK\x01\x02")
    with pytest.raises(Unreadable, match="damaged"):
        list(read_documents(body[: at + 24] + (18).to_bytes(4, "little") + body[at + 28 :]))


def test_the_size_of_all_archives_in_an_archive_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractors.formats.zip.SIZE_LIMIT", 3000)
    inner = pack({"a.txt": bytes(range(1, 200)) * 8})
    with pytest.raises(Unreadable, match="zip bomb"):
        read_all(
            {"年报.zip": pack({"b.bin": bytes(range(128, 256)) * 10, "c.bin": bytes(range(256)) * 9, "d.zip": inner})}
        )


@given(st.data())
def test_a_damaged_archive_is_read_or_unreadable(data: st.DataObject) -> None:
    body = pack({"年报.txt": "一、总体情况" * 30, "附件.html": PAGE})
    for _ in range(data.draw(st.integers(1, 6))):
        body = overwritten(body, data.draw(st.integers(4, len(body) - 1)), data.draw(st.integers(0, 255)))
    try:
        assert all(document.parts for document in read_documents(body[: data.draw(st.integers(4, len(body)))]))
    except Unreadable:
        return
