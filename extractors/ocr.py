"""Recognition of printed text by RapidOCR; the only place that imports it.

Owns the engine, loaded once a process from the models inside RapidOCR's wheel and never from the network, and the
shapes in which it is fed. Must not know tables, pages or what a text means.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import rapidocr
from numpy.typing import NDArray
from rapidocr.ch_ppocr_det import TextDetOutput

from extractors.document import BBox

Picture = NDArray[np.uint8]
"""Rows of grey pixels, 0 for black and 255 for white."""

_THREADS = 2
_DETECTOR, _RECOGNISER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
_DETECTION_SIDE = 1280  # pixels of the longer side: print of 6 points on A4 is still found
_HEIGHT = 48  # pixels, what the recogniser was trained on
_WIDTHS = (48, 64, 96, 128, 192, 256, 320, 416, 544, 704, 928, 1216, 1600)
"""Few widths, so that lone digits are cheap and the runtime plans for few shapes."""
_FILLING = 128
_BATCH = 8
_SIMPLIFIED = str.maketrans("減", "减")  # what a lone 减 before a digit is taken for
_LEAST_DARK = 40  # grey levels below the paper's: less is its grain
_LEAN = 0.27  # sideways by height: slashes 0.35 to 0.5, an italic 1 0.2


@dataclass(frozen=True, slots=True)
class Word:
    """A stretch of one line as recognised; `box` in pixels of the picture, `confidence` from 0 to 1."""

    text: str
    box: BBox
    confidence: float


@cache
def _engine() -> rapidocr.RapidOCR:
    """The engine, its models named by path so that it never looks for them elsewhere."""
    models = Path(rapidocr.__file__).parent / "models"
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "EngineConfig.onnxruntime.intra_op_num_threads": _THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.model_path": str(models / _DETECTOR),
            "Det.limit_type": "max",
            "Det.limit_side_len": _DETECTION_SIDE,
            "Rec.model_path": str(models / _RECOGNISER),
            "Rec.rec_img_shape": [3, _HEIGHT, _WIDTHS[0]],
            "Rec.rec_batch_num": _BATCH,
        }
    )


def recognise(picture: Picture) -> list[Word]:
    """The words of a picture with boxes and confidence, from its top down; nothing where it shows no text."""
    found = _engine()(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), use_rec=False)
    corners = found.boxes if isinstance(found, TextDetOutput) else None
    boxes = [] if corners is None else [_upright(box) for box in corners]
    crops = [picture[top:bottom, left:right] for left, top, right, bottom in boxes]
    return [
        Word(text, (float(box[0]), float(box[1]), float(box[2]), float(box[3])), confidence)
        for box, (text, confidence) in zip(boxes, recognise_lines(crops), strict=True)
        if text.strip()
    ]


def _upright(corners: NDArray[np.float32]) -> tuple[int, int, int, int]:
    left, top = np.floor(corners.min(axis=0)).astype(int)
    right, bottom = np.ceil(corners.max(axis=0)).astype(int)
    return max(int(left), 0), max(int(top), 0), int(right), int(bottom)


def recognise_lines(lines: Sequence[Picture]) -> list[tuple[str, float]]:
    """Text and confidence of pictures that hold one line each, in their order; empty text where nothing is seen."""
    if not lines:
        return []
    found = _engine().recognize_txt([_fed(line) for line in lines])
    return [
        ("/" if text.strip() == "1" and _leans(line) else text.translate(_SIMPLIFIED), float(score))
        for line, text, score in zip(lines, found.txts or (), found.scores, strict=True)
    ]


def _leans(line: Picture) -> bool:
    """Whether a lone stroke leans to the right as a slash does: the recogniser, without letters beside it, sees a 1."""
    dark = np.clip(np.percentile(line, 90) - line.astype(np.float64) - _LEAST_DARK, 0, None)
    down, across = np.indices(line.shape)
    weight = max(float(dark.sum()), 1.0)
    beside, below = across - (across * dark).sum() / weight, down - (down * dark).sum() / weight
    spread = float((below**2 * dark).sum())
    return -float((beside * below * dark).sum()) > _LEAN * spread > 0


def _fed(line: Picture) -> NDArray[np.uint8]:
    """A line at the recogniser's height, in colour, filled up to one of few widths.

    The filling is the grey that the recogniser was trained with: after white paper it takes a lone 0 for an o.
    """
    height, width = line.shape
    wanted = min(max(1, round(width * _HEIGHT / height)), _WIDTHS[-1])
    scaled = cv2.resize(line, (wanted, _HEIGHT), interpolation=cv2.INTER_CUBIC)
    room = next(bound for bound in _WIDTHS if bound >= wanted) - wanted
    filled = cv2.copyMakeBorder(scaled, 0, 0, 0, room, cv2.BORDER_CONSTANT, value=(_FILLING,))
    return cv2.cvtColor(filled, cv2.COLOR_GRAY2BGR).astype(np.uint8, copy=False)
