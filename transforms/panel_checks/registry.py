"""The function of each declared check.

Owns the search for them in `checks/`: a new check is one entry in `panel_checks.yml` and one function of its name.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import Protocol

import pandas as pd

from nianbao import DeclarationError
from transforms.panel_checks import checks
from transforms.panel_checks.declared import PANEL_CHECKS, PanelCheck, Parameter, panel_checks
from transforms.panel_checks.panel import Panel


class CheckFunction(Protocol):
    """A function in `checks/`: a panel → what it finds, a row each.

    Columns: `report_id`; `expected`, `actual`, `figure` and `others` (lists of report_id) where there are any; and what
    else the message uses.
    """

    def __call__(self, panel: Panel, **parameters: Parameter) -> pd.DataFrame:
        """Return what the reports of a panel fail."""


@cache
def functions() -> Mapping[str, CheckFunction]:
    """Return the function of each check. Raise what `require_pairs` raises."""
    found: dict[str, CheckFunction] = {}
    for info in pkgutil.iter_modules(checks.__path__):
        found |= _public(importlib.import_module(f"{checks.__name__}.{info.name}"))
    require_pairs(panel_checks(), found)
    return found


def require_pairs(declared: Mapping[str, PanelCheck], found: Mapping[str, CheckFunction]) -> None:
    """Raise DeclarationError unless each entry has a function, each function an entry, and both the same parameters."""
    if alone := sorted(declared.keys() ^ found.keys()):
        raise DeclarationError(f"{PANEL_CHECKS}: entries and functions in checks/ differ: {', '.join(alone)}")
    for name, check in declared.items():
        asked = {one.name for one in inspect.signature(found[name]).parameters.values() if one.kind is one.KEYWORD_ONLY}
        if asked != check.parameters.keys():
            raise DeclarationError(f"{PANEL_CHECKS}: checks.{name}.parameters: give {', '.join(sorted(asked))}")


def _public(module: ModuleType) -> dict[str, CheckFunction]:
    """Return the functions that a module itself defines, without those that only it uses."""
    own = inspect.getmembers(module, inspect.isfunction)
    return {name: one for name, one in own if one.__module__ == module.__name__ and not name.startswith("_")}
