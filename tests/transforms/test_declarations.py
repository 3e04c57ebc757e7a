from __future__ import annotations

from pathlib import Path

import pytest

from nianbao import Declaration, DeclarationError, read_declaration


class Shade(Declaration):
    light: int


class Colours(Declaration):
    red: int
    shades: tuple[Shade, ...] = ()


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"red: [1", "not YAML in UTF-8: "),
        ("red: 红".encode("gbk"), "not YAML in UTF-8: "),
        (b"red: 1\ngreen: 2", "green: unknown key (line 2)"),
        (b"red: x", "red: Input should be a valid integer (line 1)"),
        (b"red: '1'", "red: Input should be a valid integer (line 1)"),
        (b"red: 1\nshades:\n- light: 1\n- light: x", "shades.1.light: Input should be a valid integer (line 4)"),
        (b"red: 1\nshades:\n- {}", "shades.0.light: Field required (line 3)"),
        (b"red: 1\nblue: 2\nred: 3", "red: given twice (line 3)"),
        (b"red: 1\nshades:\n- {light: 1, light: 2}", "light: given twice (line 3)"),
        (b"a: 1\nb: 2\nc: 3\nd: 4", "(and 2 more)"),
        (b"[1, 2]: 3", "Keys should be strings"),
        (b"", "Input should be a valid dictionary"),
        (b"- 1", "Input should be a valid dictionary"),
    ],
)
def test_a_faulty_file_is_described_in_one_line(tmp_path: Path, body: bytes, fault: str) -> None:
    path = tmp_path / "colours.yml"
    path.write_bytes(body)
    with pytest.raises(DeclarationError) as raised:
        read_declaration(path, Colours)
    assert str(raised.value).startswith(f"{path}: ")
    assert fault in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match=r"colours\.yml: no such file"):
        read_declaration(tmp_path / "colours.yml", Colours)


def test_lists_of_a_file_are_tuples(tmp_path: Path) -> None:
    path = tmp_path / "colours.yml"
    path.write_text("red: 1\nshades: [{light: 2}]", "utf-8")
    assert read_declaration(path, Colours) == Colours(red=1, shades=(Shade(light=2),))
