"""What people wait for at the command line, whole processes, against importing what they need in any case."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from tests.benchmarks.support.goals import Measured
from tests.benchmarks.support.measure import ROUNDS, compare_cpu, process
from tests.support.reports.small_files import write_report

_LIBRARIES = "import typer, rich.console"
_READS = {
    "extract_text": ("txt", "import extractors.formats.text, transforms.report"),
    "extract_page": ("html", "import extractors.formats.html, transforms.report"),
    "extract_pdf": ("pdf", "import extractors.formats.pdf, transforms.report"),
}
"""Goal → kind of file, and what a process imports that reads such files and nothing else, with its checks."""


def run() -> Measured:
    """Print what lists commands and portals by CPU time, and `extract` by wall time, with its CPU time beside it."""
    with tempfile.TemporaryDirectory() as folder:
        env = {"NIANBAO_DATA_ROOT": folder}
        measured = {
            name: compare_cpu(f"nianbao {' '.join(words)}", _nianbao(*words), _python(_LIBRARIES), _LIBRARIES, env)
            for name, words in {"help": ("--help",), "portal_list": ("portal", "list")}.items()
        }
        for name, (kind, imports) in _READS.items():
            command = _nianbao("extract", str(write_report(Path(folder), kind)))
            measured[name] = _compare_wall(f"nianbao extract, {kind}", command, _python(imports), env)
    return measured


def _nianbao(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "flows", *arguments]


def _python(program: str) -> list[str]:
    return [sys.executable, "-c", program]


def _compare_wall(name: str, ours: Sequence[str], baseline: Sequence[str], env: Mapping[str, str]) -> float:
    """Print and return the ratio by wall time, which people feel; readers count for the CPU time."""
    pairs = [(process(baseline, env), process(ours, env)) for _ in range(ROUNDS)]
    ratio = median(own.wall / other.wall for other, own in pairs)
    cpu = median(own.cpu / other.cpu for other, own in pairs)
    wall = median(own.wall for _, own in pairs)
    print(f"{name:34}{wall * 1000:10.1f} ms   {ratio:6.2f} × importing what reads it ({cpu:.2f} × by CPU time)")  # noqa: T201
    return ratio
