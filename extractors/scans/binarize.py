"""Ink on paper: what of a picture is printed, and how large its letters are.

Owns the thresholds for single pixels and for specks.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.scans.ocr import Picture

Mask = NDArray[np.uint8]
"""255 where there is ink, 0 elsewhere."""

_CONTRAST = 18  # grey levels by which ink is darker than the paper around it
_LETTER_SHARE = 75  # percentile of the heights of blots: most hanzi fall apart into several
_SMALLEST_LETTER, _LARGEST_LETTER = 7, 120  # pixels


def ink(picture: Picture) -> Mask:
    """Return what is darker than the paper around it, so that shadows and tinted cells are no ink."""
    smooth = cv2.GaussianBlur(picture, (3, 3), 0)
    paper = cv2.blur(smooth, (61, 61), borderType=cv2.BORDER_REPLICATE)
    dark = smooth.astype(np.int16) < paper.astype(np.int16) - _CONTRAST
    return (dark * 255).astype(np.uint8)


def letter_height(mask: Mask) -> float:
    """Return the height in pixels of a hanzi of the commonest print; 0 if nothing is printed."""
    _, _, blots, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    widths, heights = blots[1:, cv2.CC_STAT_WIDTH], blots[1:, cv2.CC_STAT_HEIGHT]
    letters = heights[(heights >= _SMALLEST_LETTER) & (heights <= _LARGEST_LETTER) & (widths <= 3 * heights)]
    return float(np.percentile(letters, _LETTER_SHARE)) if len(letters) else 0.0
