"""Scans of a report: its pages printed, laid askew on a scanner, blurred, noisy and compressed."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image

from tests.support.sample_portal.pdf import render_pdf
from tests.support.sample_portal.prose import Heading, Part
from tests.support.sample_portal.tables import Table

Page = NDArray[np.uint8]
"""Grey pixels of a page."""
_WHITE = 255
_ABOVE_NUMBER = 0.93  # share of a page's height


@dataclass(frozen=True)
class Scanner:
    """Resolution, and by how much it spoils a page: degrees askew, blur and noise (grey levels) as deviations."""

    dpi: int = 150
    askew: float = 1.5
    blur: float = 0.6
    noise: float = 8.0
    jpeg_quality: int = 70

    def scan(self, page: Page, random: Random) -> Page:
        """One page as scanned."""
        height, width = page.shape
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), random.uniform(-self.askew, self.askew), 1.0)
        turn[0, 2] += random.uniform(-8, 8)
        turn[1, 2] += random.uniform(-8, 8)
        askew = cv2.warpAffine(page, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=(250,))
        blurred = cv2.GaussianBlur(askew, (0, 0), self.blur)
        grain = np.random.default_rng(random.randrange(2**32)).normal(-4, self.noise, page.shape)
        noisy = np.clip(blurred + grain, 0, 255).astype(np.uint8)
        _, packed = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, self.jpeg_quality])
        return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def pages_of(pdf: bytes, dpi: int) -> Iterator[Page]:
    """Yield the pages of a PDF as clean pictures."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        for page in document:
            pixels = page.render(scale=dpi / 72, grayscale=True).to_numpy().copy()
            yield pixels.reshape(pixels.shape[:2])


def scanned_pdf(pdf: bytes, scanner: Scanner, seed: int) -> bytes:
    """Make a PDF that holds nothing but the scanned pages of another."""
    random = Random(seed)
    images = [Image.fromarray(scanner.scan(page, random)) for page in pages_of(pdf, scanner.dpi)]
    stream = io.BytesIO()
    images[0].save(stream, "PDF", save_all=True, append_images=images[1:], resolution=scanner.dpi)
    return stream.getvalue()


def pictures_of_tables(agency: str, year: int, parts: Sequence[Part], scanner: Scanner, seed: int) -> list[bytes]:
    """Draw a PNG of each page on which the tables of a report stand alone, below the title and their headings.

    The bare rest of the page is removed, with the page number.
    """
    random = Random(seed)
    pdf = render_pdf(agency, year, [part for part in parts if isinstance(part, Heading | Table)])
    pictures = []
    for page in pages_of(pdf, scanner.dpi):
        above_number = page[: int(_ABOVE_NUMBER * len(page))]
        foot = int(np.flatnonzero((above_number < _WHITE).any(axis=1))[-1]) + scanner.dpi // 3
        stream = io.BytesIO()
        Image.fromarray(scanner.scan(page[:foot], random)).save(stream, "PNG")
        pictures.append(stream.getvalue())
    return pictures
