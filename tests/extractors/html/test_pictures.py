"""Files and pictures that hold what a page does not: how pages show them, and what is left alone."""

from __future__ import annotations

import base64
import io
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from extractors.document import Block, Unreadable
from extractors.html.page_parts import PageParts, find_parts
from extractors.html.tree import parse
from extractors.page_with_pictures import read_with_pictures
from tests.support.sample_portal import typeface

URL = "http://x.gov.cn/nb/202103/t1.html"
HERE = "http://x.gov.cn/nb/202103/"
FONT = Path(typeface.__file__).with_name("sample.ttf")
PROSE = "<p>全年主动公开政府信息三百条。</p>"


def picture(text: str, width: int = 700, height: int = 120) -> bytes:
    """Return a PNG with a line of text."""
    image = Image.new("L", (width, height), 255)
    ImageDraw.Draw(image).text((20, 40), text, fill=0, font=ImageFont.truetype(str(FONT), 32))
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def parts(html: str) -> PageParts:
    return find_parts(parse(html.encode()), URL)


@pytest.mark.parametrize(
    ("html", "file"),
    [
        ('<iframe src="/pdfjs/web/viewer.html?file=%2Fnb%2F1.pdf"></iframe>', "http://x.gov.cn/nb/1.pdf"),
        ('<iframe src="/pdfjs/web/viewer.html?file=../../nb/1.pdf#page=2"></iframe>', "http://x.gov.cn/nb/1.pdf"),
        ('<iframe data-src="../viewer.html?v=2&file=%E5%B9%B4.PDF" src="about:blank"></iframe>', None),
        ('<iframe src="//x.gov.cn/v.html?file=http%3A%2F%2Fx.gov.cn%2Fa%20b.pdf"></iframe>', "http://x.gov.cn/a%20b.pdf"),
        ('<iframe src="https://view.office.example/op?src=http%3A%2F%2Fx.gov.cn%2Fa.docx"></iframe>', "http://x.gov.cn/a.docx"),
        ('<a href="/web/viewer.html?file=/nb/1.pdf">在线查看</a>', "http://x.gov.cn/nb/1.pdf"),
        ('<script>showVsbpdfIframe("/__local/1/F0/1.pdf","100%","600","0")</script>', "http://x.gov.cn/__local/1/F0/1.pdf"),
        (r"<script>PDFObject.embed('.\/1.pdf', '#view')</script>", HERE + "1.pdf"),
        ('<embed src="1.pdf#toolbar=0" type="application/pdf">', HERE + "1.pdf"),
    ],
)  # fmt: skip
def test_a_file_that_a_page_shows_is_found(html: str, file: str | None) -> None:
    expected = file or "http://x.gov.cn/nb/%E5%B9%B4.PDF"
    assert [file.url for file in parts(html).attachments] == [expected]


@pytest.mark.parametrize(
    "html",
    [
        '<iframe src="/pdfjs/web/viewer.html?file=http%3A%2F%2Fy.gov.cn%2F1.pdf"></iframe>',
        '<iframe src="http://y.gov.cn/1.pdf"></iframe>',
        '<iframe src="/pdfjs/web/viewer.html?file="></iframe><iframe src="/counter.html?id=3"></iframe>',
        '<script src="/pdf.js"></script><script>var ending = ".pdf", name = "x.pdfa"</script>',
        "<script>showVsbpdfIframe(path)</script>",
    ],
)
def test_what_is_no_file_of_the_site_is_not_taken_for_one(html: str) -> None:
    assert parts(html).attachments == ()


def test_a_file_that_is_linked_and_shown_is_one() -> None:
    html = '<script>showVsbpdfIframe("/1.pdf")</script><a href="/1.pdf">某县报告</a><iframe src="/1.pdf"></iframe>'
    assert [(file.url, file.title) for file in parts(html).attachments] == [("http://x.gov.cn/1.pdf", "某县报告")]


def test_pictures_of_the_article_are_taken_and_the_site_s_are_left() -> None:
    html = f"""
        <div class="header"><a href="/"><img src="/logo.png"></a></div>
        <div class="position">当前位置：<a href="/">首页</a></div>
        <div class="article">{PROSE}<p><img src="W1.png" width="16"><img src="W2.png" style="width: 24px"></p>
        <p><img src="./W3.png" width="800" height="600" alt=""></p>{PROSE}
        <p><img data-src="W4.jpg" src="/loading.gif" style="width: 100%"></p>
        <p><a href="W5.png"><img src="W5.png"></a><a href="/zt/index.html"><img src="banner.jpg"></a></p>
        <p><img src="http://y.gov.cn/W6.png"><img src="./W3.png"><img><img src="data:text/plain,x"></p>{PROSE}</div>
        <div class="footer"><p>主办单位：某县办公室</p><img src="/qr.png"></div>
    """
    assert parts(html).pictures == tuple(HERE + name for name in ("W3.png", "W4.jpg", "W5.png"))


def test_a_page_of_pictures_alone_has_them_all() -> None:
    html = '<header><img src="/logo.png"></header><div><p><img src="1.jpg"></p><p><img src="2.jpg"></p></div>'
    assert parts(html).pictures == (HERE + "1.jpg", HERE + "2.jpg")


def test_pictures_are_read_in_their_places() -> None:
    inline = "data:image/png;base64," + base64.b64encode(picture("第二张")).decode()
    html = f"""<div><p>一、总体情况</p>{PROSE}<p>见图<img src="1.png">如上。</p><p>二、主动公开</p>
        <p><img src="{inline}"></p><p>完。</p><p><img src="gone.png"></p></div>"""
    tree = parse(html.encode())
    document = read_with_pictures(tree, URL, {HERE + "1.png": picture("第一张")})
    assert document is not None
    blocks = [(part.text, part.page) for part in document.parts if isinstance(part, Block)]
    assert blocks == [
        ("一、总体情况", None),
        ("全年主动公开政府信息三百条。", None),
        ("见图", None),
        ("第一张", 1),
        ("如上。", None),
        ("二、主动公开", None),
        ("第二张", 2),
        ("完。", None),
    ]
    assert (document.method, document.media_type) == ("ocr", "text/html")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (picture("图", 200, 200), "200 × 200 pixels are too few"),
        (picture("第一张")[:300], "the picture is broken"),
        (b"<html><p>404</p></html>", "no picture but text/html"),
        (None, "could not be fetched"),
    ],
)
def test_pictures_that_show_nothing_give_a_reason(body: bytes | None, reason: str) -> None:
    html = f'{PROSE}<img src="1.png">'.encode()
    with pytest.raises(Unreadable, match=reason):
        read_with_pictures(parse(html), URL, {HERE + "1.png": body} if body else {})


def test_what_a_script_writes_belongs_to_the_page_and_leaves_its_tree_as_it_was() -> None:
    tree = parse(b"""<p>x</p><script>document.write('<a href="1.pdf">a</a><img src="1.png">')</script><p>y</p>""")
    found = find_parts(tree, URL)
    assert [file.url for file in found.attachments] == [HERE + "1.pdf"]
    assert found.pictures == (HERE + "1.png",)
    assert next(tree.iter("a"), None) is None


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_searched_without_error(html: bytes) -> None:
    for page in (html, b"<img src=" + html + b">", b"<script>f('" + html + b".pdf')</script>"):
        with suppress(Unreadable):
            find_parts(parse(page), URL)
