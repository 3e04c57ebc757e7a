from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from transforms.declarations import DeclarationError, read_declared


class Colours(BaseModel):
    model_config = ConfigDict(extra="forbid")
    red: int


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"red: [1", "not YAML in UTF-8: "),
        ("red: 红".encode("gbk"), "not YAML in UTF-8: "),
        (b"red: 1\ngreen: 2", "green: Extra inputs are not permitted"),
        (b"red: x", "red: Input should be a valid integer"),
        (b"a: 1\nb: 2\nc: 3\nd: 4", "(and 2 more)"),
        (b"", "Input should be a valid dictionary"),
    ],
)
def test_a_file_at_fault_is_named_in_one_line(tmp_path: Path, body: bytes, said: str) -> None:
    path = tmp_path / "colours.yml"
    path.write_bytes(body)
    with pytest.raises(DeclarationError) as raised:
        read_declared(path, Colours)
    assert str(raised.value).startswith(f"{path}: ")
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_file_that_fits_is_read(tmp_path: Path) -> None:
    path = tmp_path / "colours.yml"
    path.write_text("red: 1", "utf-8")
    assert read_declared(path, Colours) == Colours(red=1)
