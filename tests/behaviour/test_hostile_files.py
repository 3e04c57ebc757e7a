"""Reports changed as reality changes them: every cell is right, or null with a finding; none is wrong in silence."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.hostile.judge import counts, judge, table_of
from tests.support.hostile.mutate import hostile_file

FILES = 2_000


@settings(max_examples=15, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6))
def test_no_cell_of_a_hostile_file_is_wrong_in_silence(seed: int) -> None:
    assert judge(hostile_file(seed)).silent == ()


@pytest.mark.long
@pytest.mark.parametrize("first", range(0, FILES, FILES // 4))
def test_no_cell_of_many_hostile_files_is_wrong_in_silence(first: int) -> None:
    kinds = counts(range(first, first + FILES // 4))
    sys.stdout.write(table_of(kinds) + "\n")
    assert {kind: count.seeds for kind, count in kinds.items() if count.silent} == {}
