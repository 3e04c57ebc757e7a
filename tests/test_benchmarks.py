"""The table that closes `make bench`: what each goal allows."""

from __future__ import annotations

import pytest

from tests.benchmarks.support.goals import Goal, goals, table


@pytest.mark.parametrize(
    ("limits", "measured", "met"),
    [
        ({"at_most": 3.0}, 3.0, True),
        ({"at_most": 3.0}, 3.01, False),
        ({"at_least": 1.8}, 1.8, True),
        ({"at_least": 1.8}, 1.79, False),
    ],
)
def test_a_goal_is_met_up_to_its_limit(limits: dict[str, float], measured: float, met: bool) -> None:
    assert Goal.model_validate({"what": "x", "baseline": "y", **limits}).is_met(measured) is met


def test_a_goal_without_a_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="either at_most or at_least"):
        Goal(what="x", baseline="y")


def test_every_goal_has_a_line_and_says_when_nothing_was_measured() -> None:
    lines = list(table({"help": 3.5, "tests": 5.0}))
    assert len(lines) == 2 + len(goals())
    assert lines[2].endswith("| 3.50 × | ≤ 3 | missed |")
    assert lines[-1] == "| `make test` |  | 5.00 min | ≤ 6 | met |"
    assert lines[3].endswith("| ≤ 3 | not measured |")


def test_a_measurement_without_a_goal_is_an_error() -> None:
    with pytest.raises(KeyError):
        list(table({"speed of light": 1.0}))
