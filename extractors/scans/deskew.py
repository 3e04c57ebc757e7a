"""Straightening: how far the lines of a page are turned, and the picture turned back.

Owns the search for the angle.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.scans.binarize import Mask
from extractors.scans.ocr import Picture

STEEPEST = 3.0
"""Degrees up to which a page is straightened."""

_PROFILE_WIDTH = 800  # pixels; a turn of 0.04 degrees moves the end of a line by half of one
_HALF_INKED = 127


def skew(mask: Mask) -> float:
    """Return the degrees by which `turn` must raise the right side to make lines level; 0 if nothing is printed."""
    scale = min(1.0, _PROFILE_WIDTH / mask.shape[1])
    down, across = np.nonzero(cv2.resize(mask, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) > _HALF_INKED)
    if not len(down):
        return 0.0
    level = 0.0
    for step, reach in ((0.25, STEEPEST), (0.05, 0.25), (0.01, 0.05)):
        angles = np.clip(level + np.arange(-reach, reach + step / 2, step), -STEEPEST, STEEPEST)
        level = float(max(angles, key=lambda angle: _sharpness(down, across, float(angle))))
    return level


def _sharpness(down: NDArray[np.int64], across: NDArray[np.int64], angle: float) -> float:
    """Return how abruptly the amount of ink changes from row to row once the page is turned by an angle."""
    rows = down - across * np.tan(np.radians(angle))
    amounts = np.bincount((rows - rows.min()).astype(np.int64))
    return float((np.diff(amounts) ** 2).sum())


def turn(picture: Picture, angle: float, paper: int) -> Picture:
    """Return the picture, same size, with its lines raised to the right by `angle` degrees; corners become paper."""
    height, width = picture.shape
    return cv2.warpAffine(
        picture,
        turning(width, height, angle),
        (width, height),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(paper,),
    ).astype(np.uint8, copy=False)


def turning(width: float, height: float, angle: float) -> NDArray[np.float64]:
    """Return the 2 × 3 matrix by which `turn` moves a point; with the angle's negative it moves it back."""
    return np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0), dtype=np.float64)
