"""Agency name → the division that it belongs to, and the kind of body that it is.

Owns the matching of names against `lookups/`. Must not guess: a name that fits two divisions gives none.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

_LONGEST_DIVISION = 30
_LOOKUPS = Path(__file__).parent / "lookups"


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A division: its code, own name, level, the code above, and its names from the province down."""

    jurisdiction: str
    name: str
    level: str
    parent: str | None
    full_name: str


class _Kind(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    pattern: str
    kind: str


class _Kinds(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    kinds: tuple[_Kind, ...]


@cache
def jurisdictions() -> Mapping[str, Jurisdiction]:
    """Code → division, for all divisions of `lookups/jurisdictions.csv` (see its builder for the sources)."""
    with (_LOOKUPS / "jurisdictions.csv").open(encoding="utf-8", newline="") as stream:
        found = (
            Jurisdiction(row["jurisdiction"], row["name"], row["level"], row["parent"] or None, row["full_name"])
            for row in csv.DictReader(stream)
        )
        return {division.jurisdiction: division for division in found}


def resolve_jurisdiction(agency: str, divisions: Mapping[str, str] | None = None) -> str | None:
    """Code of the division that an agency's name begins with; None where none or several fit.

    `divisions`: names known in the context (those of a portal), which go before the national list.

    >>> resolve_jurisdiction("威海市文登区侯家镇人民政府"), resolve_jurisdiction("鼓楼区人民政府")
    ('CN-371003', None)
    """
    codes, _ = _division(agency, divisions)
    return next(iter(codes)) if len(codes) == 1 else None


def body_name(agency: str, divisions: Mapping[str, str] | None = None) -> str:
    """The agency's name without its division's: the same for every way to write the division.

    >>> [body_name(name) for name in ("洪泽区人民政府", "淮安市洪泽区人民政府", "洪泽区", "洪泽区教育局")]
    ['人民政府', '人民政府', '人民政府', '教育局']
    """
    _, length = _division(agency, divisions)
    rest = agency[length:]
    return "人民政府" if rest in ("", "政府") else rest


def _division(agency: str, divisions: Mapping[str, str] | None) -> tuple[set[str], int]:
    """Codes of the divisions whose name is the longest beginning of an agency's, and its length."""
    for names in ({name: {code} for name, code in (divisions or {}).items()}, _spellings()):
        for length in range(min(len(agency), _LONGEST_DIVISION), 1, -1):
            if agency[:length] in names:
                return names[agency[:length]], length
    return set(), 0


@cache
def _spellings() -> Mapping[str, set[str]]:
    """Every way to write a division: its name alone, or behind any of the names above it in order."""
    spellings: defaultdict[str, set[str]] = defaultdict(set)
    for code in jurisdictions():
        for spelling in _ways(code):
            spellings[spelling].add(code)
    return spellings


def _ways(code: str) -> list[str]:
    division = jurisdictions()[code]
    above = [way for step in _above(code) for way in _ways(step)]
    return [way + division.name for way in dict.fromkeys(["", *above])]


def _above(code: str) -> list[str]:
    parent = jurisdictions()[code].parent
    return [parent, *_above(parent)] if parent else []


@cache
def _kinds() -> list[tuple[re.Pattern[str], str]]:
    declared = _Kinds.model_validate(yaml.safe_load((_LOOKUPS / "agency_kinds.yml").read_text("utf-8")))
    return [(re.compile(kind.pattern), kind.kind) for kind in declared.kinds]


def agency_kind(agency: str) -> str:
    """Kind of body by the end of its name (`lookups/agency_kinds.yml`); `other` where no pattern fits.

    >>> [agency_kind(name) for name in ("莱州市人民政府", "侯家镇人民政府", "沭阳县发展和改革局")]
    ['government', 'township', 'department']
    """
    return next((kind for pattern, kind in _kinds() if pattern.search(agency)), "other")
