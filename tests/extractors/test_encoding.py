"""Encodings as portals declare them: rightly, wrongly, too narrowly, not at all."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from extractors.encoding import decode

SENTENCE = "一、总体情况。2023年，朱镕基、陶喆、㭎同志收到政府信息公开申请12件。"
CHINESE = st.text(
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5) | st.sampled_from("，。㭎㙍𬭎12 a"), min_size=1
)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (codecs.BOM_UTF8 + SENTENCE.encode(), "text/html; charset=gb2312"),
        (codecs.BOM_UTF16_LE + SENTENCE.encode("utf-16-le"), None),
        (codecs.BOM_UTF16_BE + SENTENCE.encode("utf-16-be"), "text/html; charset=utf-8"),
        (SENTENCE.encode(), None),
        (SENTENCE.encode(), "text/html; charset=gb2312"),
        (SENTENCE.encode(), "text/html; charset=ISO-8859-1"),
        (SENTENCE.encode("gb18030"), None),
        (SENTENCE.encode("gb18030"), "text/html; charset=gb2312"),
        (SENTENCE.encode("gb18030"), "text/html; charset=GBK"),
        (SENTENCE.encode("gb18030"), "text/html; charset=utf-8"),
        (SENTENCE.encode("gb18030"), "text/html; charset=ISO-8859-1"),
        (SENTENCE.encode("gb18030"), "text/html; charset=big5"),
    ],
)
def test_text_comes_back_whatever_is_declared(body: bytes, content_type: str | None) -> None:
    assert decode(body, content_type) == SENTENCE


@pytest.mark.parametrize("meta", ['<meta charset="gb2312">', '<META http-equiv=x content="text/html; charset=gbk">'])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_meta_declarations(meta: str, encoding: str) -> None:
    assert decode((meta + SENTENCE).encode(encoding)) == meta + SENTENCE


def test_big5_is_read_where_declared() -> None:
    text = "政府資訊公開年度報告，臺灣。"
    assert decode(text.encode("big5"), "text/html; charset=big5") == text


@pytest.mark.parametrize(
    "name", ["hex", "base64", "zlib", "rot13", "undefined", "idna", "utf-7", "unicode_escape", "x-none", "utf-16"]
)
def test_names_that_are_no_encoding_of_pages_are_no_evidence(name: str) -> None:
    assert decode(SENTENCE.encode("gb18030"), f"text/html; charset={name}") == SENTENCE


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_character_cut_off_at_the_end_spoils_nothing(encoding: str) -> None:
    assert decode((SENTENCE + "甲").encode(encoding)[:-1]) == SENTENCE


@pytest.mark.parametrize("content_type", [None, "text/html; charset=gb2312"])
def test_one_damaged_character_does_not_make_it_another_encoding(content_type: str | None) -> None:
    body = SENTENCE.encode() + "截".encode()[:1] + "…".encode() + SENTENCE.encode()
    text = decode(body, content_type)
    assert text == f"{SENTENCE}\ufffd…{SENTENCE}"


def test_one_damaged_character_in_gb18030() -> None:
    assert decode(SENTENCE.encode("gb18030") + b"\xff" + SENTENCE.encode("gb18030")).count(SENTENCE) == 2


@pytest.mark.parametrize("text", ["模", "路", "联通", "涓"])
def test_short_gb_texts_that_are_valid_utf8_by_chance(text: str) -> None:
    assert decode(text.encode("gb18030"), "text/plain; charset=gbk") == text


@given(CHINESE, st.sampled_from([None, "text/html; charset=gb2312", "text/html; charset=utf-8"]))
def test_chinese_in_utf8_comes_back(text: str, content_type: str | None) -> None:
    assume(not text.isascii())
    assert decode(text.encode(), content_type) == text


@given(CHINESE)
def test_chinese_in_gb18030_comes_back(text: str) -> None:
    assume(not _reads_as_utf8(text.encode("gb18030")))
    assert decode(text.encode("gb18030"), "text/html; charset=gb2312") == text
    assert decode(text.encode("gb18030")) == text


def _reads_as_utf8(body: bytes) -> bool:
    """Whether most characters are valid UTF-8 by chance, as in 涓枃, which is what 中文 in UTF-8 reads as in GBK."""
    text = body.decode("utf-8", errors="replace")
    return text.count("\ufffd") <= 0.2 * sum(not character.isascii() for character in text)


@given(st.binary(), st.none() | st.text() | st.sampled_from(["charset=hz", "charset=big5", "charset=hex"]))
def test_any_bytes_give_text_that_can_be_stored(body: bytes, content_type: str | None) -> None:
    decode(body, content_type).encode("utf-8")
