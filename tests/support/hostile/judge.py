"""What was read of a hostile file against what is right: cells right, missing, wrong, and without a finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from extractors.document import Unreadable
from extractors.reader import read_documents
from tests.support.hostile.mutate import hostile_file
from tests.support.hostile.trick import Answer, HostileFile
from tests.support.reports.figures import figures_of
from transforms.forms.layout import Key
from transforms.report import Context, NotAReport, Report, interpret


@dataclass(frozen=True)
class Verdict:
    """The cells of one file that are not right; `silent` ones have no finding."""

    cells: int
    wrong: tuple[Key, ...] = ()
    missing: tuple[Key, ...] = ()
    silent: tuple[Key, ...] = ()


@dataclass
class Count:
    """Files and cells of one kind, and seeds of files with cells that are not right in silence."""

    files: int = 0
    cells: int = 0
    wrong: int = 0
    missing: int = 0
    silent: int = 0
    seeds: list[int] = field(default_factory=list)


def judge(file: HostileFile) -> Verdict:
    """Read a file and compare it; one that is refused is missing as a whole, which nobody overlooks."""
    try:
        report = interpret(read_documents(file.body), Context())
    except (NotAReport, Unreadable):
        return Verdict(len(file.answers), missing=tuple(file.answers))
    return _compared(report, file.answers)


def _compared(report: Report, answers: Mapping[Key, Answer]) -> Verdict:
    read = figures_of(report)
    named = {(finding.table, cell) for finding in report.findings for cell in finding.cells}
    whole = {finding.table for finding in report.findings if not finding.cells}
    wrong, missing, silent = [], [], []
    for key in dict.fromkeys((*answers, *read)):
        answer, number = answers.get(key, Answer((None,))), read.get(key)
        flagged = key[0] in whole or (key[0], "/".join(key[1:])) in named
        right = number in answer.values
        if right and (flagged or not answer.doubtful):
            continue
        if number is None:
            missing.append(key)
        elif not right:
            wrong.append(key)
        if not flagged:
            silent.append(key)
    return Verdict(len(answers), tuple(wrong), tuple(missing), tuple(silent))


def counts(seeds: Iterable[int]) -> dict[str, Count]:
    """Return the counts of many files, by kind of file and of trick."""
    kinds: dict[str, Count] = {}
    for seed in seeds:
        file = hostile_file(seed)
        verdict = judge(file)
        count = kinds.setdefault(f"{file.medium}: {file.kind}", Count())
        count.files += 1
        count.cells += verdict.cells
        count.wrong += len(verdict.wrong)
        count.missing += len(verdict.missing)
        count.silent += len(verdict.silent)
        count.seeds += [seed] * bool(verdict.silent)
    return kinds


def table_of(kinds: dict[str, Count]) -> str:
    """Return the counts as lines of text."""
    lines = [f"{'kind':36}{'files':>6}{'cells':>8}{'wrong':>7}{'missing':>8}{'silent':>7}  seeds of silent ones"]
    for kind, count in sorted(kinds.items()):
        seeds = " ".join(map(str, count.seeds[:6]))
        lines.append(
            f"{kind:36}{count.files:6}{count.cells:8}{count.wrong:7}{count.missing:8}{count.silent:7}  {seeds}".rstrip()
        )
    return "\n".join(lines)
