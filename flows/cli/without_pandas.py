"""pyarrow without pandas, for commands that hold no data frames.

pyarrow imports pandas, which takes more than a second of CPU, to see whether the first value that it makes is one of
pandas': also when nobody uses pandas. Told once that there is none, it asks again where a data frame is wanted.
"""

from __future__ import annotations

import sys

import pyarrow as pa


class _Absent:
    """A finder of modules to which pandas is not installed."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:  # noqa: ARG004 (as Python calls it)
        """Raise ImportError for pandas; other modules are found by the next finder."""
        if name == "pandas":
            raise ImportError(name)


def leave_pandas_out() -> None:
    """Make pyarrow's first value while pandas cannot be imported, unless it is there already.

    For commands alone, at their beginning: `pyarrow.array` of this process takes no series of pandas for one until a
    data frame has been made.
    """
    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, _Absent)
        try:
            pa.scalar(True)
        finally:
            sys.meta_path.remove(_Absent)
