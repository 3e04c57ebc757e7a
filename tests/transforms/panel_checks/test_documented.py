"""docs/checks.md lists the panel checks as they are declared."""

from __future__ import annotations

import re

from tests.support.paths import REPOSITORY
from transforms.panel_checks.declared import panel_checks, usual

ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| [^|]+ \| ([^|]+) \| [^|]+ \|$", re.MULTILINE)
NAMED = {"namesakes", "figures", "applicants"}
"""Parameters that the table does not give: what is compared, and a number that only guards a share."""


def documented() -> dict[str, tuple[str, str]]:
    text = (REPOSITORY / "docs" / "checks.md").read_text("utf-8")
    return {name: (severity, thresholds) for name, severity, thresholds in ROW.findall(text)}


def test_every_check_is_listed_with_its_severity() -> None:
    assert [(name, severity) for name, (severity, _) in documented().items()] == [
        (name, check.severity) for name, check in panel_checks().items()
    ]


def test_every_threshold_is_given() -> None:
    for name, check in panel_checks().items():
        numbers = {float(number) for number in re.findall(r"\d+", documented()[name][1])}
        wanted = {key: value for key, value in check.parameters.items() if key not in NAMED}
        for value in wanted.values():
            assert isinstance(value, int | float)
            assert {value, 10 * value} & numbers, (name, value)
    assert {100 * usual().rare} <= {float(number) for number in re.findall(r"\d+", documented()["figure_jumps"][1])}
