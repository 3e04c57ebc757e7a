from __future__ import annotations

import tempfile
from pathlib import Path

import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.warehouse.examples import HERE, disclosure, finding, leftovers, published_files, report, request
from warehouse.schema import Row
from warehouse.write import publish, remove

Edition = dict[str, list[Row]]

OUTCOMES = ("received", "granted", "total")


@st.composite
def editions(draw: st.DrawFn) -> dict[str, Edition]:
    """One publication: the edition of each of some reports."""
    published = {}
    for name in draw(st.sets(st.sampled_from("abcd"), min_size=1)):
        outcomes = draw(st.lists(st.sampled_from(OUTCOMES), unique=True))
        cells = draw(st.lists(st.lists(st.sampled_from("xyz"), max_size=2), unique_by=tuple, max_size=3))
        published[name] = {
            "reports": [report(name, title=draw(st.sampled_from(["初版", "更正"])))],
            "requests": [request(name, outcome, value=draw(st.none() | st.integers(0, 9))) for outcome in outcomes],
            "disclosures": [disclosure(name, value=None)] * draw(st.integers(0, 1)),
            "findings": [finding(name, table=None, cells=some) for some in cells],
        }
    return published


def together(published: dict[str, Edition]) -> Edition:
    tables = ("reports", "requests", "disclosures", "findings")
    return {table: [row for edition in published.values() for row in edition[table]] for table in tables}


def with_rows(root: Path) -> dict[str, bytes]:
    """A table that lost its last row keeps an empty file, one that never had a row has none: the same to readers."""
    return {name: data for name, data in published_files(root).items() if pq.read_metadata(root / name).num_rows}


@settings(max_examples=25, deadline=None)
@given(st.lists(editions() | st.sets(st.sampled_from("abcd")), min_size=1, max_size=5))
def test_any_sequence_of_publications_and_removals_ends_as_the_last_editions_published_at_once(
    sequence: list[dict[str, Edition] | set[str]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        one_by_one, at_once = Path(folder) / "one", Path(folder) / "once"
        last: dict[str, Edition] = {}
        for step in sequence:
            if isinstance(step, set):
                remove(one_by_one, HERE, step)
                last = {name: edition for name, edition in last.items() if name not in step}
            else:
                publish(one_by_one, HERE, together(step))
                last |= step
        publish(at_once, HERE, together(dict(sorted(last.items(), reverse=True))))
        assert with_rows(one_by_one) == with_rows(at_once)
        assert leftovers(one_by_one) == []
        assert not any(change.written for change in publish(one_by_one, HERE, together(last)))
