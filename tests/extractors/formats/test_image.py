"""Pictures as files: their kinds, their limits, damage, and what reading them needs."""

from __future__ import annotations

import subprocess
import sys

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.document import Block, Grid, Unreadable
from extractors.formats.image import MOST_PIXELS
from extractors.formats.image import read as read_image
from extractors.reader import read_documents
from tests.support.examples import examples
from tests.support.paths import REPOSITORY
from tests.support.reports.small_pages import EXPECTED, as_dashes, packed, page_of, shape, small


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "TIFF", "GIF", "WEBP"])
def test_every_kind_of_picture_is_read(kind: str) -> None:
    (document,) = read_documents(packed(page_of(small), kind))
    assert (document.media_type, document.method) == (f"image/{kind.lower()}", "ocr")
    assert as_dashes(shape(document)) == EXPECTED


def test_a_picture_without_text() -> None:
    with pytest.raises(Unreadable, match="no text"):
        list(read_image(packed(np.full((300, 400), 255, np.uint8), "PNG")))


def test_a_picture_that_is_too_large_is_refused_before_it_is_decoded() -> None:
    side = int(MOST_PIXELS**0.5) + 100
    body = packed(np.full((side, side), 255, np.uint8), "PNG")
    assert len(body) < 1_000_000
    with pytest.raises(Unreadable, match=r"pixels; at most 60,000,000"):
        list(read_image(body))


@settings(max_examples=examples(12), deadline=None)
@given(st.sampled_from(["PNG", "JPEG", "BMP", "TIFF", "GIF", "WEBP"]), st.integers(4, 2000), st.binary(max_size=40))
def test_damaged_pictures_are_read_or_refused(kind: str, start: int, damage: bytes) -> None:
    page = cv2.resize(page_of(small, 40), (60, 40)).astype(np.uint8)
    body = bytearray(packed(page, kind))
    body[start : start + len(damage)] = damage
    try:
        documents = list(read_image(bytes(body)))
    except Unreadable as error:
        assert "\n" not in str(error)  # noqa: PT017 (both outcomes are right)
    else:
        assert all(isinstance(part, Block | Grid) for document in documents for part in document.parts)


def run(code: str, body: bytes) -> str:
    """Return what a fresh interpreter prints that gets a picture on its standard input."""
    finished = subprocess.run(
        [sys.executable, "-c", code], input=body, capture_output=True, check=False, cwd=REPOSITORY
    )
    return (finished.stdout + finished.stderr).decode()


def test_without_the_extra_the_error_names_it() -> None:
    code = (
        "import sys; sys.modules['cv2'] = None\n"
        "from extractors.reader import Unreadable, read_documents\n"
        "try: list(read_documents(sys.stdin.buffer.read()))\n"
        "except Unreadable as error: print(error)"
    )
    assert "nianbao[ocr]" in run(code, packed(page_of(small), "PNG"))


def test_models_are_never_downloaded() -> None:
    code = (
        "import socket, sys\n"
        "def refuse(*_): raise AssertionError('network')\n"
        "socket.socket.connect = refuse; socket.getaddrinfo = refuse\n"
        "from extractors.reader import read_documents\n"
        "print(next(read_documents(sys.stdin.buffer.read())).method)"
    )
    assert run(code, packed(page_of(small), "PNG")).strip() == "ocr"
