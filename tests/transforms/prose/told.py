"""The figures of a sentence as the tests of sentences write them."""

from __future__ import annotations

from transforms.prose.statements import read_statements


def told(sentence: str, like: str) -> str:
    """Return the figures of a sentence, joined by semicolons: `metric value unit`, with ~ if approximate.

    A figure has its label behind its metric where the one at the same place in `like` has one.
    """
    wanted = like.split("; ")
    figures = []
    for at, one in enumerate(read_statements(sentence)):
        label = f"({one.label})" if at < len(wanted) and "(" in wanted[at] else ""
        figures.append(f"{'~' if one.approximate else ''}{one.metric}{label} {one.value:f} {one.unit}")
    return "; ".join(figures)
