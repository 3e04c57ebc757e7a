"""A report's own words and the place where it was found → the body that reports, the year, and what was doubtful.

Owns the findings on who reports: what stays unknown is None, with a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from transforms.checks.checks import Finding, finding
from transforms.jurisdictions.agencies import Agency, Around, as_printed, division_name, find_agencies
from transforms.jurisdictions.divisions import division_in
from transforms.jurisdictions.resolve import agency_kind, possible_divisions, resolve_jurisdiction
from transforms.prose.identity import TITLES, Identity, Source, Witness, decide
from transforms.prose.title_lines import find_title
from transforms.prose.titles import is_agency

_SUFFIX = re.compile(r"\.[A-Za-z0-9]{2,5}$")
_BESIDE_NAME = re.compile(r"20\d\d年?度?|[\d\s_.（）()-]+")
_FILE_YEAR = re.compile(r"(?<!\d)(20\d\d)年(?!\d{1,2}月)")
_BESIDE_REPORT = frozenset[Source]({"signature", "contact", "page_source", "site"})
"""Who signs a report, or is named around it, may have written it for another."""
_GOVERNMENTS = frozenset({"government", "government_office"})


@dataclass(frozen=True, slots=True)
class Identified:
    """Who reports for which year: None where nothing says it.

    `printed` is the name by which the body is known. `bodies` are those that it may mean: of one, that is the body that
    reports; with none, its division is unknown; of several, none was chosen.
    """

    printed: str | None
    year: int | None
    bodies: tuple[Agency, ...]
    findings: tuple[Finding, ...]

    @property
    def agency(self) -> Agency | None:
        """The body that reports; None if it is not known which one does."""
        return self.bodies[0] if len(self.bodies) == 1 else None


def identify(witnesses: Sequence[Witness], around: Around) -> Identified:
    """Return the body and the year of a report by all witnesses in it and around it, with findings on doubts."""
    identity = decide([*witnesses, *_of_portal(witnesses, around)], around)
    printed, year = identity.agency, identity.year
    found = find_agencies(printed, year, around) if printed else ()
    bodies = tuple(as_printed(agency, printed or "", around) for agency in found)
    findings = list(_findings(identity))
    if len(bodies) > 1:
        named = ", ".join(agency.name for agency in bodies)
        findings.append(finding("agency_ambiguous", None, expected=named, actual=printed))
    elif printed and bodies and resolve_jurisdiction(printed, around.divisions, year, around.within) is None:
        findings.append(finding("jurisdiction_from_context", None))
    return Identified(printed, year, bodies, tuple(findings))


def _of_portal(witnesses: Sequence[Witness], around: Around) -> Iterator[Witness]:
    """Yield what a portal says of a report whose title names no body, nor anything else: it is the government's.

    Its office may sign it; a report that another body signs, or that comes from its page, is not the government's.
    """
    titled = any(witness.source in TITLES and witness.year for witness in witnesses)
    if around.divisions is None or around.within is None or not titled:
        return
    naming = [witness for witness in witnesses if witness.agency]
    years = [witness.year for witness in witnesses if witness.year]
    own = division_name((division_in(around.within, years[0]) if years else None) or around.within, around)
    if own and all(one.source in _BESIDE_REPORT and agency_kind(one.agency) in _GOVERNMENTS for one in naming):
        yield Witness("portal", own)


def witness_of_file(name: str) -> Witness:
    """Return what the name of a file says: a title, or the name of a body of a known division beside a year.

    >>> witness_of_file("石屏县水务局2021年.docx")
    Witness(source='file_name', agency='石屏县水务局', year=2021)
    >>> witness_of_file("P020220119.pdf")
    Witness(source='file_name', agency='', year=None)
    """
    stem = _SUFFIX.sub("", name)
    title = find_title([stem.replace("_", "")])
    if title:
        return Witness("file_name", title.agency, title.year)
    rest, year = _BESIDE_NAME.sub("", stem), _FILE_YEAR.search(stem)
    known = is_agency(rest) and possible_divisions(rest, None, None)
    return Witness("file_name", rest if known else "", int(year[1]) if year else None)


def _findings(identity: Identity) -> Iterator[Finding]:
    """Yield what is unknown, what rests on little, and what other witnesses say."""
    if identity.agency is None:
        yield finding("agency_unknown", None)
    if identity.year is None:
        yield finding("year_unknown", None)
    for name, sources in (("agency", identity.agency_by), ("year", identity.year_by)):
        if sources and set(sources) <= {"file_name"}:
            yield finding(f"{name}_from_file_name", None, actual=getattr(identity, name))
        elif sources and set(sources) <= {"given", "listed", "portal", "file_name"}:
            yield finding(f"{name}_from_context", None, actual=getattr(identity, name))
    if identity.agency_by and set(identity.agency_by) <= {"contact", "page_source", "site"}:
        yield finding("agency_from_page", None, actual=identity.agency)
    if identity.year_by and set(identity.year_by) <= {"text", "signature"}:
        yield finding("year_from_text", None, actual=identity.year)
    if identity.other_years:
        yield finding(
            "year_mismatch",
            None,
            line=", ".join(dict.fromkeys(witness.source for witness in identity.other_years)),
            expected=identity.year,
            actual=", ".join(dict.fromkeys(str(witness.year) for witness in identity.other_years)),
        )
    if identity.other_agencies:
        yield finding(
            "agency_mismatch",
            None,
            line=", ".join(dict.fromkeys(witness.source for witness in identity.other_agencies)),
            expected=identity.agency,
            actual=", ".join(dict.fromkeys(witness.agency for witness in identity.other_agencies)),
        )
