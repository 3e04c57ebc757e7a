from __future__ import annotations

import pytest

from flows.explorer.index import derived


@pytest.mark.parametrize("view", ["SELECT * FROM coverage", "FROM coverage WHERE a UNION ALL FROM coverage WHERE b"])
def test_a_view_that_cannot_be_bounded_is_refused(monkeypatch: pytest.MonkeyPatch, view: str) -> None:
    monkeypatch.setattr(derived, "views", lambda: {"report_states": view})
    with pytest.raises(AssertionError, match="report_states"):
        derived.derived.__wrapped__()
