"""A YAML file of decisions: a list under one key, read by a strict model, and added to at its end.

Owns that what stands in the file stays as it is, comments and all: an entry is added as text, and written only if the
whole is then read as what it was and that entry.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import yaml
from pydantic import BaseModel

from flows.decisions.texts import alone
from nianbao import DeclarationError, atomic_write, parse_declaration

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


_UNBROKEN = 10_000
"""Width of a line: longer than any text that may stand in a file."""
_LAST = ("reason", "by", "date", "capture")
"""Fields that come last, in every file: why, who, when, and the bytes that were seen."""


class _Dumper(yaml.SafeDumper):
    """Writes codes of a cell on one line, and numbers as they are."""


_Dumper.add_representer(
    tuple, lambda dumper, codes: dumper.represent_sequence("tag:yaml.org,2002:seq", codes, flow_style=True)
)
_Dumper.add_representer(
    Decimal,
    lambda dumper, number: (
        dumper.represent_int(int(number)) if number == number.to_integral() else dumper.represent_str(str(number))
    ),
)


class Entry(Protocol):
    """A decision."""

    @property
    def key(self) -> tuple[object, ...]:
        """What no two of them may share."""

    def model_dump(self, *, exclude_none: bool) -> dict[str, Any]:
        """Return its fields."""


Made = TypeVar("Made", bound=Entry)


@dataclass(frozen=True)
class DecisionFile(Generic[Made]):
    """The file `name` of a data root, a list under `key`, with the model of the whole."""

    name: str
    key: str
    model: type[BaseModel]

    def read(self, data_root: Path) -> tuple[Made, ...]:
        """Return the entries; none if there is no file, or no entry in it. Raise DeclarationError for a faulty one."""
        path = data_root / self.name
        return self._parse(_text(path), path) if path.exists() else ()

    def numbered(self, data_root: Path) -> list[tuple[int, Made]]:
        """Return the entries, each with the line on which it begins. Raise DeclarationError for a faulty one."""
        entries = self.read(data_root)
        listed = _list_in(_text(data_root / self.name)) if entries else None
        return list(zip(_lines_of(listed), entries, strict=True))

    def add(self, data_root: Path, entry: Made) -> None:
        """Add an entry. Raise DeclarationError if the file is faulty, has it already, or cannot be added to."""
        path = data_root / self.name
        with alone(data_root):
            text = _text(path) if path.exists() else ""
            known = self._parse(text, path)
            if any(one.key == entry.key for one in known):
                raise DeclarationError(f"{path}: this is decided already: take that entry out first")
            longer = self._longer(text, path, (*known, entry))
            with atomic_write(path) as out:
                out.write(longer.encode())

    def _parse(self, text: str, path: Path) -> tuple[Made, ...]:
        if not any(line.partition("#")[0].strip() for line in text.splitlines()):
            return ()
        entries: tuple[Made, ...] = getattr(parse_declaration(text, path, self.model), self.key) or ()
        if len({entry.key for entry in entries}) < len(entries):
            first, second = _lines_of_the_same(entries, _list_in(text))
            raise DeclarationError(f"{path}: decided twice, on line {first} and on line {second}: take one of them out")
        return entries

    def _longer(self, text: str, path: Path, wanted: tuple[Made, ...]) -> str:
        """Return the text with the last of the entries at its end. Raise DeclarationError if they are not read so."""
        try:
            longer = self._with_entry(text, wanted[-1])
            if self._parse(longer, path) == wanted:
                return longer
        except (DeclarationError, yaml.YAMLError):
            # What it says is of text that nobody wrote: the file itself is sound.
            pass
        raise DeclarationError(
            f"{path}: nothing can be added at the end of this file: let it end with `{self.key}:` and a list, "
            "each entry from a line that begins with `- `"
        )

    def _with_entry(self, text: str, entry: Made) -> str:
        """Return the text of the file with an entry at its end, set in as far as the others."""
        text = re.sub(rf"(?m)^{self.key}:[ \t]*\[[ \t]*\]", f"{self.key}:", text)
        if not re.search(rf"(?m)^{self.key}:", text):
            text = f"{_ended(text)}{self.key}:\n"
        own = yaml.dump(_in_order(entry), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_UNBROKEN)
        list_so_far = _list_in(text)
        margin = " " * (list_so_far.start_mark.column if list_so_far else 2)
        first, *others = own.rstrip("\n").split("\n")
        return "".join([_ended(text), f"{margin}- {first}\n", *(f"{margin}  {line}\n" for line in others)])


def _in_order(entry: Entry) -> dict[str, Any]:
    fields = entry.model_dump(exclude_none=True)
    return dict(sorted(fields.items(), key=lambda item: item[0] in _LAST))


def _text(path: Path) -> str:
    """Return the text of a file, its line ends kept, without a byte order mark. Raise DeclarationError if not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DeclarationError(f"{path}: not YAML in UTF-8: {error}") from error


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"


def _list_in(text: str) -> yaml.SequenceNode | None:
    """Return the list of entries in a file that was found to be sound; None if it has none."""
    node = yaml.compose(text, _Loader)
    values = [value for _, value in node.value] if isinstance(node, yaml.MappingNode) else []
    return next((value for value in values if isinstance(value, yaml.SequenceNode)), None)


def _lines_of(listed: yaml.SequenceNode | None) -> list[int]:
    return [node.start_mark.line + 1 for node in (listed.value if listed else ())]


def _lines_of_the_same(entries: tuple[Made, ...], listed: yaml.SequenceNode | None) -> tuple[int, int]:
    """Return the lines of the first two entries with one key."""
    seen: dict[tuple[object, ...], int] = {}
    for entry, line in zip(entries, _lines_of(listed), strict=True):
        if entry.key in seen:
            return seen[entry.key], line
        seen[entry.key] = line
    raise AssertionError("no two entries have one key")
