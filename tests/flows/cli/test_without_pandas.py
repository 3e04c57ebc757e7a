"""Commands without data frames leave pandas out, and what wants a data frame still gets one."""

from __future__ import annotations

import subprocess
import sys

_ASKED = """
import sys
from flows.cli.without_pandas import leave_pandas_out
leave_pandas_out()
import pyarrow.dataset, pyarrow as pa
assert pa.array(["a", None]).null_count == 1
assert "pandas" not in sys.modules
frame = pa.table({"a": [1, 2]}).to_pandas()
assert frame["a"].sum() == 3
assert pa.array(frame["a"]).to_pylist() == [1, 2]
"""


def test_pandas_is_imported_when_a_frame_is_wanted_and_not_before() -> None:
    subprocess.run([sys.executable, "-c", _ASKED], check=True)
