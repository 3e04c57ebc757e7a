"""What every room shares: the root of our errors, the reading of declarations, the atomic writer of single files.

Owns `NianbaoError` and how a faulty declaration is described. Imports nothing of ours: every room may import it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

_MOST_FAULTS = 3

if TYPE_CHECKING:
    from yaml import SafeLoader as _SafeLoader
else:  # libyaml is seven times as fast, and every worker process begins by reading these files
    _SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class NianbaoError(Exception):
    """An error that its reader can act on: one line that names what is wrong and, if there is one, the remedy."""


class DeclarationError(NianbaoError):
    """A declaration is faulty; the message names its file, the keys with their lines, and what is wrong with each."""


class Declaration(BaseModel):
    """The contents of a YAML file, or of a part of one: frozen, without unknown keys, and without coercion of types.

    Lists in the file are tuples in the model.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


_Model = TypeVar("_Model", bound=BaseModel)


class _RepeatedKey(yaml.MarkedYAMLError):
    """A mapping gives a key twice."""


class _Loader(_SafeLoader):
    """The safe loader, with tuples for lists, and without YAML's habit of keeping the last of several equal keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        given: set[tuple[str, str]] = set()
        for key, _ in node.value:
            name = (key.tag, str(key.value))
            if name in given:
                raise _RepeatedKey(problem=f"{key.value}: given twice", problem_mark=key.start_mark)
            given.add(name)
        return super().construct_mapping(node, deep)


def _tuple_of(loader: _Loader, node: yaml.SequenceNode) -> tuple[Any, ...]:
    return tuple(loader.construct_sequence(node, deep=True))


_Loader.add_constructor("tag:yaml.org,2002:seq", _tuple_of)


def read_declaration(path: Path, model: type[_Model]) -> _Model:
    """Return the contents of a YAML file as a model. Raise DeclarationError if it is missing or faulty."""
    try:
        return parse_declaration(path.read_text("utf-8"), path, model)
    except UnicodeDecodeError as error:
        raise DeclarationError(f"{path}: not YAML in UTF-8: {error}") from error
    except FileNotFoundError as error:
        raise DeclarationError(f"{path}: no such file") from error


def parse_declaration(text: str, path: Path, model: type[_Model]) -> _Model:
    """Return what the file at `path` would declare with this text. Raise DeclarationError if it would be faulty."""
    node = None
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        return model.model_validate(loader.construct_document(node) if node else None)
    except ValidationError as error:
        raise DeclarationError(f"{path}: {describe_faults(error, node)}") from error
    except _RepeatedKey as error:
        raise DeclarationError(f"{path}: {error.problem}{_line(error.problem_mark)}") from error
    except yaml.YAMLError as error:
        raise DeclarationError(f"{path}: not YAML in UTF-8: {' '.join(str(error).split())}") from error


def describe_faults(error: ValidationError, node: yaml.Node | None = None) -> str:
    """Return the first faults of a validation on one line, each with its key and, if `node` is given, its line."""
    faults = [
        ": ".join(filter(None, [".".join(map(str, fault["loc"])), _message(fault["type"], fault["msg"])]))
        + _line(_mark_of(node, fault["loc"]))
        for fault in error.errors(include_url=False)
    ]
    more = f" (and {len(faults) - _MOST_FAULTS} more)" if len(faults) > _MOST_FAULTS else ""
    return "; ".join(faults[:_MOST_FAULTS]) + more


def _message(kind: str, message: str) -> str:
    return "unknown key" if kind == "extra_forbidden" else message.removeprefix("Value error, ")


def _line(mark: yaml.Mark | None) -> str:
    return f" (line {mark.line + 1})" if mark else ""


def _mark_of(node: yaml.Node | None, keys: tuple[int | str, ...]) -> yaml.Mark | None:
    """Return where a key stands, or what should hold it if it is missing; None for the file as a whole."""
    mark = None
    for key in keys:
        if isinstance(node, yaml.SequenceNode) and isinstance(key, int):
            node = node.value[key]
            mark = node.start_mark
        elif isinstance(node, yaml.MappingNode):
            found = next(((name, value) for name, value in node.value if name.value == str(key)), None)
            if found is None:
                break
            mark, node = found[0].start_mark, found[1]
        else:
            break
    return mark


@contextmanager
def atomic_write(path: Path) -> Iterator[IO[bytes]]:
    """Open a single file of a user: it takes its name when the block ends, and is removed if the block fails.

    Nothing is flushed to the disk, as the user can repeat the command. Stores have a writer of their own
    (`warehouse.storage.durable`): their files must outlast a power failure, and several are put in place together.
    Raise NianbaoError, before the block begins, for a folder, and for a pipe or a device such as /dev/null: the file
    would take its place.
    """
    if path.exists() and not path.is_file():
        raise NianbaoError(f"{path} is a folder, a pipe or a device: give the name of a file")
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("wb") as out:
            yield out
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
