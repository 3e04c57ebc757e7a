"""Changes on an overlay are visible there, and never in the store below."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.warehouse.rows import HERE, finding, published_files, report, request
from warehouse.publish.read import read_reports
from warehouse.publish.write import publish, remove
from warehouse.storage.folder import Folder
from warehouse.storage.overlay import OverlayStore

NAMES = st.sampled_from(["a/1", "a/2", "a/b/3", "c"])
STEPS = st.lists(st.tuples(st.sampled_from(["write", "remove"]), NAMES, st.binary(max_size=3)), max_size=12)


@settings(deadline=None, max_examples=examples(20))
@given(st.dictionaries(NAMES, st.binary(max_size=3)), STEPS)
def test_an_overlay_behaves_like_a_store_with_these_files(
    files: dict[str, bytes], steps: list[tuple[str, str, bytes]]
) -> None:
    with tempfile.TemporaryDirectory() as below, tempfile.TemporaryDirectory() as beside:
        stores = Folder(Path(below)), Folder(Path(beside))
        for folder in stores:
            folder.write_all([*files.items()])
        overlay, model = OverlayStore(stores[0]), stores[1]
        for step, path, data in steps:
            for store in (overlay, model):
                if step == "remove":
                    store.remove(path)
                else:
                    store.write(path, data)
        for path in ("a/1", "a/2", "a/b/3", "c"):
            assert (overlay.read(path), overlay.exists(path)) == (model.read(path), model.exists(path))
        for name in ("", "a", "a/b", "x"):
            assert overlay.names(name) == model.names(name)
        assert {path: stores[0].read(path) for path in stores[0].names("")} == files


def test_publishing_on_an_overlay_does_not_change_the_warehouse(tmp_path: Path) -> None:
    publish(tmp_path, HERE, {"reports": [report("r1"), report("r2")], "requests": [request("r1")]})
    before = published_files(tmp_path)
    overlay = OverlayStore(Folder(tmp_path))
    publish(overlay, HERE, {"reports": [report("r1", status="partial")], "findings": [finding("r1")]})
    remove(overlay, HERE, ["r2"])
    rows = read_reports(overlay, HERE, ["r1", "r2"])
    assert [(row["report_id"], row["status"]) for row in rows["reports"]] == [("r1", "partial")]
    assert (len(rows["requests"]), len(rows["findings"])) == (0, 1)
    assert published_files(tmp_path) == before
    assert list((tmp_path / "_manifest" / "open").iterdir()) != []  # those of the first publication alone
    written = {path for path in overlay.written if path.endswith("data.parquet")}
    assert {path.partition("/")[0] for path in written} == {"reports", "requests", "findings"}


def test_before_holds_what_was_read_first(tmp_path: Path) -> None:
    store = Folder(tmp_path)
    store.write("a", b"first")
    overlay = OverlayStore(store)
    assert (overlay.read("a"), overlay.read("b")) == (b"first", None)
    overlay.write("a", b"tried")
    for path in ("a", "b"):
        store.write(path, b"of another")
    assert [(overlay.read(path), overlay.before.read(path)) for path in ("a", "b")] == [
        (b"tried", b"first"),
        (None, None),
    ]
