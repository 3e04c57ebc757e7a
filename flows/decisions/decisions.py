"""All decisions of a data root, and which of them go with the documents of a portal.

Owns the files `corrections.yml` and `reviews.yml`; `settled_names` owns `agencies.csv`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from extractors.portals.portal import Portal
from flows.decisions.settled_names import SettledNames, concerns, read_settled_names
from flows.decisions.texts import check_texts
from flows.decisions.yaml_file import DecisionFile
from nianbao import Declaration
from transforms.checks.corrections import Correction
from transforms.checks.reviews import NoReport, PrintedSo, Review
from transforms.decisions import Decisions


class _Corrections(Declaration):
    corrections: tuple[Correction, ...] | None


class _Reviews(Declaration):
    reviews: tuple[Review, ...] | None


CORRECTIONS = DecisionFile[Correction]("corrections.yml", "corrections", _Corrections)
REVIEWS = DecisionFile[PrintedSo | NoReport]("reviews.yml", "reviews", _Reviews)


@dataclass(frozen=True, slots=True)
class RootDecisions:
    """The decisions of a data root."""

    whole: Decisions
    _of_portals: dict[str, Decisions] = field(default_factory=dict)

    def of(self, portal: Portal | None) -> Decisions:
        """Return those that may concern a portal's documents; all without a portal."""
        if portal is None:
            return self.whole
        if portal.id not in self._of_portals:
            self._of_portals[portal.id] = _of_portal(self.whole, portal)
        return self._of_portals[portal.id]


def _of_portal(whole: Decisions, portal: Portal) -> Decisions:
    return Decisions(
        settled=SettledNames(whole.settled).of(portal),
        corrections=tuple(one for one in whole.corrections if concerns(portal, one.jurisdiction)),
        printed_so=tuple(one for one in whole.printed_so if concerns(portal, one.jurisdiction)),
        no_report=whole.no_report,  # an address may be listed by several portals
        portal=portal.id,
    )


def read_decisions(data_root: Path) -> RootDecisions:
    """Return what people decided. Raise SettledNamesError or DeclarationError, with file and line, if one is faulty."""
    reviews = REVIEWS.read(data_root)
    return RootDecisions(
        Decisions(
            settled=read_settled_names(data_root).lines,
            corrections=CORRECTIONS.read(data_root),
            printed_so=tuple(one for one in reviews if isinstance(one, PrintedSo)),
            no_report=tuple(one for one in reviews if isinstance(one, NoReport)),
        )
    )


def decided_on(data_root: Path, reports: Collection[str]) -> list[str]:
    """Return where decisions on some reports stand, by file and line. Raise DeclarationError for a faulty file."""
    standing = [(CORRECTIONS.name, line, one.report_id) for line, one in CORRECTIONS.numbered(data_root)]
    reviews = REVIEWS.numbered(data_root)
    standing += [(REVIEWS.name, line, one.report_id) for line, one in reviews if isinstance(one, PrintedSo)]
    return [f"{data_root / name}, line {line}" for name, line, report in standing if report in reports]


def add_correction(data_root: Path, correction: Correction) -> None:
    """Add a correction to the data root's own. Raise DeclarationError, or Unfit if a text cannot stand there."""
    texts = {"reason": correction.reason, "name": correction.by or ""}
    if correction.prints:  # nothing, where the cell is blank
        texts["what it prints"] = correction.prints
    check_texts(texts)
    CORRECTIONS.add(data_root, correction)


def add_review(data_root: Path, review: PrintedSo | NoReport) -> None:
    """Add what somebody says of a finding or a document. Raise as `add_correction` does."""
    check_texts({"reason": review.reason, "name": review.by})
    REVIEWS.add(data_root, review)
