"""Recognition of printed text by RapidOCR; the only place that imports it.

Owns the engine, loaded once per process from the models inside RapidOCR's wheel and never from the network, and the
shapes in which pictures are fed to it.
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
from rapidocr.ch_ppocr_rec.typings import WordInfo

Picture = NDArray[np.uint8]
"""Rows of grey pixels, 0 for black and 255 for white."""

THREADS = 1
"""Several documents are read at once, and two threads for one of them cost half as much again."""

_DETECTOR, _RECOGNISER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
_DETECTION_SIDE = 1280  # pixels of the longer side: print of 6 points on A4 is still found
HEIGHT = 48
"""Pixels of the lines that the recogniser was trained on."""
_WIDTHS = (48, 64, 96, 128, 192, 256, 320, 416, 544, 704, 928, 1216, 1600)
"""Few widths, so that lone digits are cheap and the runtime plans for few shapes."""
_FILLING = 128
_BATCH = 2
"""Lines that are recognised together: more take no less time, and eight twice the memory."""
_SIMPLIFIED = str.maketrans("減", "减")  # what a lone 减 before a digit is taken for
_LEAST_DARK = 40  # grey levels below the paper's: less is its grain
_LEAN = 0.27  # sideways by height: slashes 0.35 to 0.5, an italic 1 0.2


Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""


@dataclass(frozen=True, slots=True)
class Text:
    """What a line reads as, and how sure that is, from 0 to 1."""

    signs: str
    confidence: float


_NOTHING = Text("", 0.0)


@cache
def _engine() -> rapidocr.RapidOCR:
    """Return the engine, its models named by path so that it never looks for them elsewhere."""
    models = Path(rapidocr.__file__).parent / "models"
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.return_word_box": True,
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.model_path": str(models / _DETECTOR),
            "Det.limit_type": "max",
            "Det.limit_side_len": _DETECTION_SIDE,
            "Rec.model_path": str(models / _RECOGNISER),
            "Rec.rec_img_shape": [3, HEIGHT, _WIDTHS[0]],
            "Rec.rec_batch_num": _BATCH,
        }
    )


def find_words(picture: Picture) -> list[Box]:
    """Return the boxes of what looks like words on a picture, from its top down; none if it shows no text."""
    found = _engine()(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), use_rec=False)
    corners = found.boxes if isinstance(found, TextDetOutput) else None
    return [] if corners is None else [_upright(box) for box in corners]


def _upright(corners: NDArray[np.float32]) -> Box:
    left, top = np.floor(corners.min(axis=0)).astype(int)
    right, bottom = np.ceil(corners.max(axis=0)).astype(int)
    return max(int(left), 0), max(int(top), 0), int(right), int(bottom)


def recognise_lines(lines: Sequence[Picture]) -> list[Text]:
    """Return the texts of pictures that hold one line each, in their order; empty if nothing is seen.

    Lines of one width are recognised together: next to a longer one, a line would cost as much as that one. Lines that
    are alike in every pixel, as the zeros of a page that no scanner made, are recognised once.
    """
    alike: dict[bytes, list[int]] = {}
    fed = [_fed(line) for line in lines]
    for number, picture in enumerate(fed):
        alike.setdefault(picture.tobytes(), []).append(number)
    texts = [_NOTHING] * len(lines)
    for width in {picture.shape[1] for picture in fed}:
        groups = [numbers for numbers in alike.values() if fed[numbers[0]].shape[1] == width]
        found = _engine().recognize_txt([fed[numbers[0]] for numbers in groups])
        confidences: Sequence[object] = found.word_results  # declared otherwise than they come
        for numbers, signs, sure in zip(groups, found.txts or (), confidences, strict=True):
            if signs and isinstance(sure, WordInfo):
                for number in numbers:
                    texts[number] = _text(lines[number], signs, sure.confs)
    return texts


def _text(line: Picture, signs: str, confidences: Sequence[float]) -> Text:
    """Return what a line reads as. A number is as sure as the least sure of its digits, words are on the whole."""
    digits = [confidence for sign, confidence in zip(signs, confidences, strict=True) if sign.isdigit()]
    confidence = min(digits) if digits else sum(confidences) / len(confidences)
    return Text("/" if signs.strip() == "1" and leans(line) else signs.translate(_SIMPLIFIED), float(confidence))


def leans(line: Picture) -> bool:
    """Return whether a lone stroke leans right as a slash does: without neighbours it is recognised as 1."""
    dark = np.clip(np.percentile(line, 90) - line.astype(np.float64) - _LEAST_DARK, 0, None)
    down, across = np.indices(line.shape)
    weight = max(float(dark.sum()), 1.0)
    beside, below = across - (across * dark).sum() / weight, down - (down * dark).sum() / weight
    spread = float((below**2 * dark).sum())
    return -float((beside * below * dark).sum()) > _LEAN * spread > 0


def _fed(line: Picture) -> NDArray[np.uint8]:
    """Return a line at the recogniser's height, in colour, filled up to one of few widths.

    The filling is the grey that the recogniser was trained with: after white paper it takes a lone 0 for an o.
    """
    height, width = line.shape
    wanted = min(max(1, round(width * HEIGHT / height)), _WIDTHS[-1])
    scaled = cv2.resize(line, (wanted, HEIGHT), interpolation=cv2.INTER_CUBIC)
    room = next(bound for bound in _WIDTHS if bound >= wanted) - wanted
    filled = cv2.copyMakeBorder(scaled, 0, 0, 0, room, cv2.BORDER_CONSTANT, value=(_FILLING,))
    return cv2.cvtColor(filled, cv2.COLOR_GRAY2BGR).astype(np.uint8, copy=False)
