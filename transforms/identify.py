"""A report's own words and the place where it was found → agency, year, division, and what was doubtful about them.

Owns the findings on who reports: what stays unknown is None, with a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from transforms.checks.checks import Finding, finding
from transforms.jurisdictions.divisions import division_in
from transforms.jurisdictions.resolve import body_name, possible_divisions, resolve_jurisdiction
from transforms.prose.identity import Identity, Witness, decide
from transforms.prose.title_lines import find_title
from transforms.prose.titles import is_agency

_SUFFIX = re.compile(r"\.[A-Za-z0-9]{2,5}$")
_BESIDE_NAME = re.compile(r"20\d\d年?度?|[\d\s_.（）()-]+")
_FILE_YEAR = re.compile(r"(?<!\d)(20\d\d)年(?!\d{1,2}月)")


@dataclass(frozen=True, slots=True)
class Identified:
    """Who reports for which year: None where nothing says it. `body` is the canonical name within the division."""

    agency: str | None
    year: int | None
    jurisdiction: str | None
    body: str | None
    findings: tuple[Finding, ...]


def identify(witnesses: Sequence[Witness], divisions: Mapping[str, str] | None, within: str | None) -> Identified:
    """Return agency, year and division of a report by all witnesses in it and around it, with findings on doubts.

    `divisions` and `within` are those of the place where the report was found.
    """
    identity = decide(witnesses, divisions, within)
    agency, year = identity.agency, identity.year
    resolved = resolve_jurisdiction(agency, divisions, year, within) if agency else None
    jurisdiction = resolved or (_same_division(within, year) if agency and within else None)
    findings = list(_findings(identity))
    if resolved is None and jurisdiction:
        findings.append(finding("jurisdiction_from_context", None))
    body = body_name(agency, divisions, year) if agency else None
    return Identified(agency, year, jurisdiction, body, tuple(findings))


def _same_division(code: str, year: int | None) -> str:
    """Return the code that a division had in a year."""
    return (division_in(code, year) if year else None) or code


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
        elif sources and set(sources) <= {"given", "listed", "file_name"}:
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
