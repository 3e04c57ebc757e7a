"""Files that pages contain themselves, in all the ways in which scripts and attributes write them."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from textwrap import wrap
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.document import Unreadable
from extractors.html.embedded.files import embedded_file, find_embedded_files
from extractors.html.page_parts import find_parts
from extractors.html.tree import parse

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 3
BEGINNINGS = (
    b"%PDF-1.4\n",
    b"\n%PDF-1.7\n",
    b"\r\n%PDF-1.4\n",
    b"PK\x03\x04",
    b"{\\rtf1",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
)


def coded(body: bytes) -> str:
    return base64.b64encode(body).decode("ascii")


def pieces(body: bytes, size: int = 76) -> list[str]:
    return wrap(coded(body), size)


def script(text: str) -> str:
    return f"<p>报告</p><script>{text}</script>"


def attribute(text: str) -> str:
    return text.replace('"', "&quot;")


WAYS: dict[str, Callable[[bytes], str]] = {
    "a variable": lambda body: script(f"var pdfData='{coded(body)}';"),
    "in double quotes": lambda body: script(f'pdfData = "{coded(body)}"'),
    "a property": lambda body: script(f'window.pdfData="{coded(body)}";'),
    "a constant that is decoded": lambda body: script(f"const bytes = atob(`{coded(body)}`)"),
    "an argument": lambda body: script(f"showPdf('{coded(body)}', '100%', 600)"),
    "lines in a template": lambda body: script("let pdfData = `" + "\n  ".join(pieces(body)) + "`"),
    "lines that are continued": lambda body: script("let pdfData = '" + "\\\n".join(pieces(body)) + "'"),
    "escaped line breaks": lambda body: script("let pdfData = '" + "\\r\\n".join(pieces(body)) + "'"),
    "JSON": lambda body: script(f"var page = {json.dumps({'file': coded(body)}).replace('/', chr(92) + '/')}"),
    "escaped signs": lambda body: script(
        "let a='" + coded(body).replace("+", "\\u002B").replace("=", "\\x3d").replace("/", "\\u002f") + "'"
    ),
    "added texts": lambda body: script("var pdfData = " + "' +\n '".join(["", *pieces(body)])[4:] + "';"),
    "a text that grows": lambda body: script(
        f"var d = '{pieces(body)[0]}';\n" + "".join(f"d += '{piece}';\n" for piece in pieces(body)[1:])
    ),
    "a property that grows": lambda body: script(
        f"w.d = '{pieces(body)[0]}'\n" + "".join(f"w.d = w.d + '{piece}'\n" for piece in pieces(body)[1:])
    ),
    "a list that is joined": lambda body: script(f"var d = {json.dumps(pieces(body))}.join('')"),
    "numbers of bytes": lambda body: script(f"var d = new Uint8Array([{', '.join(map(str, body))}])"),
    "without its end signs": lambda body: script(f"var d='{coded(body).rstrip('=')}'"),
    "base64 for addresses": lambda body: script(f"d='{coded(body).replace('+', '-').replace('/', '_')}'"),
    "a data address in a script": lambda body: script(f"frame.src = 'data:application/pdf;base64,{coded(body)}'"),
    "a frame": lambda body: f'<iframe src="data:application/pdf;base64,{coded(body)}#toolbar=0"></iframe>',
    "an embedded object": lambda body: f"<embed src='data:application/octet-stream;base64,{coded(body)}'>",
    "an object": lambda body: f'<object data="data:application/pdf;name=a.pdf;base64,{coded(body)}"></object>',
    "a parameter": lambda body: f'<object><param name="src" value="data:;base64,{coded(body)}"></object>',
    "a viewer": lambda body: f'<iframe src="/v.html?file=data:;base64,{quote(coded(body))}&z=1"></iframe>',
    "percent signs": lambda body: f'<embed src="data:application/pdf;base64,{quote(coded(body), safe="")}">',
    "a hidden field": lambda body: f'<input type="hidden" id="pdfBase64" value="{coded(body)}">',
    "an attribute of its own": lambda body: f'<div id="viewer" data-pdf="{coded(body)}"></div>',
    "a script that is no script": lambda body: f'<script type="text/plain" id="d">\n{coded(body)}\n</script>',
    "a hidden text": lambda body: f'<textarea style="display:none">{"&#10;".join(pieces(body))}</textarea>',
    "a page in a frame": lambda body: (
        f'<iframe srcdoc="{attribute(f"""<embed src="data:application/pdf;base64,{coded(body)}">""")}"></iframe>'
    ),
    "written markup": lambda body: script(
        f"document.write('<embed src=\"data:application/pdf;base64,{coded(body)}\">')"
    ),
    "a click": lambda body: f"""<a href="#" onclick="show('{coded(body)}')">报告</a>""",
}


def found(page: str) -> list[tuple[bytes, str]]:
    return [(file.body, file.reason) for file in find_embedded_files(parse(page.encode()))]


@pytest.mark.parametrize("way", WAYS)
def test_a_file_is_found_however_the_page_writes_it(way: str) -> None:
    assert found(WAYS[way](PDF)) == [(PDF, "")]


@given(st.sampled_from(sorted(WAYS)), st.sampled_from(BEGINNINGS), st.binary(min_size=300, max_size=900))
def test_every_kind_of_file_comes_out_as_it_went_in(way: str, beginning: bytes, rest: bytes) -> None:
    body = beginning + rest
    if way == "numbers of bytes" and not beginning.startswith((b"%PDF", b"PK", b"\xd0")):
        return
    assert found(WAYS[way](body)) == [(body, "")]


def test_a_file_in_a_line_that_is_a_comment_is_none() -> None:
    other = coded(PDF + b"another")
    assert found(script(f"// var pdfData='{other}';\n var pdfData='{coded(PDF)}'")) == [(PDF, "")]
    assert found(script(f"var pdfData='{coded(PDF)}'\n  //pdfData='{other}'")) == [(PDF, "")]
    assert found(script(f"var place='//host';var pdfData='{coded(PDF)}'")) == [(PDF, "")]
    assert found(f'<iframe src="//host/v.html?file=data:;base64,{quote(coded(PDF))}"></iframe>') == [(PDF, "")]


def test_data_in_percent_signs_are_bytes() -> None:
    assert found(f'<embed src="data:application/pdf,{quote(PDF, safe="")}">') == [(PDF, "")]


@pytest.mark.parametrize(
    "page",
    [
        script("var kinds = {JVBERi0: 'application/pdf', UEsDB: 'application/zip'}; data.indexOf('JVBERi0') == 0"),
        script(f"var font = 'url(data:font/woff;base64,d09GRg{'A' * 400})'"),
        script(f"var picture = 'iVBORw0KGgo{'A' * 400}'"),
        script(f"var token = 'AAJVBERi0{'A' * 400}'"),
        f'<img src="data:image/png;base64,iVBORw0KGgo{"A" * 400}">',
        script("var columns = [37, 80, 68, 70, 12, 9]"),
        "<p>A file begins with JVBERi0 if it is a PDF.</p>",
    ],
)
def test_other_data_are_no_files(page: str) -> None:
    assert found(page) == []
    assert not find_parts(parse(page.encode()), "http://x.gov.cn/").embedded_files


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (script(f"var d = '{coded(PDF)[:401]}'"), "breaks off"),
        (script(f"var d = '{coded(PDF)[:400]}"), "breaks off"),
        (script(f"var d = '{coded(PDF)[:400]}…{coded(PDF)[400:]}'"), "contains '…'"),
        (script(f"var d = '{coded(PDF)[:400]}=={coded(PDF)[400:]}'"), "base64"),
        (script(f"var d = '{coded(PDF)[:400]}' + rest"), "goes on with what is no base64"),
        (script(f"var d = '{coded(PDF)[:400]}' + '{coded(PDF)[400:]}' + rest"), "goes on with what is no base64"),
        (script(f"var d = '{coded(PDF)[:400]}' + '乱码'"), "goes on with what is no base64"),
        (script(f"var d = [37, 80, 68, 70, {'256, ' * 300}]"), "no bytes"),
    ],
)
def test_a_broken_file_says_how_it_is_broken(page: str, reason: str) -> None:
    ((body, told),) = found(page)
    assert body == b""
    assert reason in told
    assert find_parts(parse(page.encode()), "http://x.gov.cn/").embedded_files
    with pytest.raises(Unreadable, match="file-1"):
        embedded_file(parse(page.encode()), "file-1")


def test_several_files_have_names_and_each_is_found_once() -> None:
    other = PDF[::-1].replace(b"\n", b"")
    other = b"PK\x03\x04" + other
    link = f'<a download="2023年报.docx" href="data:;base64,{coded(other)}">下载</a>'
    page = parse((script(f"a='{coded(PDF)}'; b='{coded(other)}'; show(['{coded(PDF)}', '1.pdf'])") + link).encode())
    files = list(find_embedded_files(page))
    assert [(file.name, file.title, file.body) for file in files] == [
        ("file-1", "2023年报.docx", other),
        ("file-2", "", PDF),
    ]
    assert embedded_file(page, "file-2") == PDF


@pytest.mark.parametrize(
    "text",
    [
        "'" + "JVBERi0 " * 300_000,
        "'JVBERi0" + "' + '" * 500_000,
        "'JVBERi0" + "'" * 2_000_000,
        "['JVBERi0'" + " , 'A'" * 400_000,
        "a = 'JVBERi0'" + " ;a += 'A'" * 200_000 + "!",
        "[37,80,68,70," + " " * 2_000_000,
        "[" + " " * 2_000_000,
        "JVBERi0" + "\\" * 2_000_000,
        "%" * 2_000_000,
        "data:application/" * 100_000,
        "=" * 200 + "'" * 200 + "'JVBERi0" * 100_000,
    ],
)
def test_hostile_scripts_are_searched_in_time_that_grows_with_their_length(text: str) -> None:
    tree = parse(script(text).encode())
    began = time.process_time()
    list(find_embedded_files(tree))
    assert time.process_time() - began < 8
