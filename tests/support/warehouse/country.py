"""Small warehouses of several divisions, levels and kinds of bodies, for tests of what compares and adds up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

from tests.support.warehouse.rows import covered, report, request
from transforms.dimension_rows import codebook_rows, jurisdiction_rows
from warehouse.paths import Partition
from warehouse.publish.coverage import publish_coverage
from warehouse.publish.write import publish, write_dimension
from warehouse.schema import Row

CODES = ("CN-370000", "CN-371000", "CN-371002", "CN-371003", "CN-371071", "CN-110103", "CN-990101")
"""A province, a prefecture, two counties and a zone of it, an abolished county, and one that no list of codes has."""
YEARS = (2018, 2019, 2021)
KINDS = ("government", "government_office", "development_zone", "department", "township")
REFUSED = tuple(
    f"refused.{ground}"
    for ground in (
        "state_secret",
        "forbidden_by_law",
        "three_securities_one_stability",
        "third_party_rights",
        "internal_affairs",
        "process_information",
        "enforcement_file",
        "administrative_query",
    )
)
OUTCOMES = ("received", "granted", "granted_in_part", *REFUSED, "total")
PORTAL = "portal"


@dataclass(frozen=True)
class Known:
    """What is known of a body's report of a year: figures if it is there, a state if a list tells of it."""

    code: str
    year: int
    kind: str
    figures: Mapping[str, int | None] | None
    state: str | None

    @property
    def agency_id(self) -> str:
        return f"{self.code[3:]}{self.kind}"

    @property
    def report_id(self) -> str:
        return f"{self.agency_id}-{self.year}"

    @property
    def counts_as(self) -> str:
        """Return its state: that of the list, else that of the report."""
        return self.state or "published"


def _figures() -> st.SearchStrategy[dict[str, int | None]]:
    values = st.none() | st.integers(0, 9)
    return st.fixed_dictionaries({}, optional=dict.fromkeys(OUTCOMES, values))


@st.composite
def countries(draw: st.DrawFn) -> list[Known]:
    """Draw bodies with reports, with lines in lists, or with both."""
    places = draw(
        st.lists(
            st.tuples(st.sampled_from(CODES), st.sampled_from(YEARS), st.sampled_from(KINDS)),
            unique=True,
            min_size=1,
            max_size=12,
        )
    )
    states = st.none() | st.sampled_from(["published", "not_published", "blocked", "failed"])
    found = [Known(*place, draw(st.none() | _figures()), draw(states)) for place in places]
    return [known for known in found if known.figures is not None or known.state is not None]


def write_country(root: Path, country: list[Known]) -> None:
    """Publish it, with the dimensions."""
    write_dimension(root, "jurisdictions", jurisdiction_rows({"CN-990101": "甲子县"}))
    write_dimension(root, "codebook", codebook_rows())
    agencies = {known.agency_id: _agency(known) for known in country}
    write_dimension(root, "agencies", list(agencies.values()))
    for partition in {Partition(known.code, known.year) for known in country}:
        here = [known for known in country if (known.code, known.year) == (partition.jurisdiction, partition.year)]
        _publish(root, partition, here)


def _agency(known: Known) -> Row:
    return {
        "agency_id": known.agency_id,
        "jurisdiction": known.code,
        "name": f"机关{known.kind}",
        "kind": known.kind,
        "spellings": [],
    }


def _publish(root: Path, partition: Partition, here: list[Known]) -> None:
    there = [known for known in here if known.figures is not None]
    if there:
        publish(root, partition, {"reports": [_report(one) for one in there], "requests": _requests(there)})
    listed = [covered(PORTAL, known.agency_id, known.state) for known in here if known.state is not None]
    if listed:
        publish_coverage(root, partition, PORTAL, lambda _: listed)


def _report(known: Known) -> Row:
    return report(
        known.report_id,
        agency=f"机关{known.kind}",
        agency_kind=known.kind,
        agency_id=known.agency_id,
        layout="60号",
    )


def _requests(there: list[Known]) -> list[Row]:
    return [
        request(known.report_id, outcome, value=value, state="blank" if value is None else "number")
        for known in there
        for outcome, value in (known.figures or {}).items()
    ]
