"""Portals as data: one YAML file each.

Owns the model of such a file, and reading and writing it. Must not fetch, nor know how a dialect works.
"""

from __future__ import annotations

import importlib.util
import re
from datetime import date
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

_SHIPPED = Path(__file__).parent / "portals"
_SAMPLE = _SHIPPED / "sample"  # generates its portal; the YAML in it is no portal file

AUTO = "auto"
"""The dialect of a portal whose pages tell theirs by their fingerprints."""

Jurisdiction = Annotated[str, Field(pattern=r"^CN-\d{6}$")]
Url = Annotated[str, Field(pattern=r"^https?://[^/\s]+")]


class PortalError(Exception):
    """A portal file that cannot be used; the message is one line that names the file and the key."""


class Portal(BaseModel):
    """One government website that is crawled."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", description="name of the file without .yml")
    name: str = Field(min_length=1, description="name of the website")
    jurisdiction: Jurisdiction = Field(description="the division whose reports the columns list")
    homepage: Url
    columns: tuple[Url, ...] = Field(min_length=1, strict=False, description="pages that list annual reports")
    dialect: str = Field(description="name of a module in extractors/dialects, or auto")
    divisions: dict[str, Jurisdiction] = Field(
        default_factory=dict, description="divisions below whose reports lie here too: name → jurisdiction"
    )
    delay: float = Field(default=1.0, ge=0, description="seconds between two requests to the host")
    expectations: dict[int, int] = Field(default_factory=dict, description="year → least number of reports")
    verified: date | None = Field(
        default=None, description="day on which a person last compared the file with the site"
    )
    notes: str = ""

    @field_validator("dialect")
    @classmethod
    def _has_module(cls, dialect: str) -> str:
        named = re.fullmatch(r"[a-z][a-z0-9_]*", dialect)
        if not named or (dialect != AUTO and not importlib.util.find_spec(f"extractors.dialects.{dialect}")):
            raise ValueError(f"there is no module extractors/dialects/{dialect}.py")
        return dialect


def load_portals(*folders: Path) -> dict[str, Portal]:
    """The shipped portals and those in `folders`, by id; folders that do not exist hold none.

    Raises PortalError for a file that does not fit the model, is not named after its id, or repeats an id.
    """
    shipped = [path for path in sorted(_SHIPPED.rglob("*.yml")) if not path.is_relative_to(_SAMPLE)]
    added = [path for folder in folders for path in sorted(folder.rglob("*.yml"))]
    portals: dict[str, Portal] = {}
    sources: dict[str, Path] = {}
    for path in shipped + added:
        portal = _read(path)
        if portal.id in portals:
            raise PortalError(f"{path}: id: {portal.id!r} is already used by {sources[portal.id]}; rename one of them")
        portals[portal.id] = portal
        sources[portal.id] = path
    return portals


def write_portal(portal: Portal, folder: Path) -> Path:
    """Write `<folder>/<id>.yml` whole, replacing an earlier one; keys that hold their default are left out."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{portal.id}.yml"
    partial = path.with_suffix(".partial")
    text = yaml.safe_dump(portal.model_dump(exclude_defaults=True), allow_unicode=True, sort_keys=False)
    partial.write_text(text, encoding="utf-8")
    return partial.replace(path)


def _read(path: Path) -> Portal:
    try:
        portal = Portal.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise PortalError(f"{path}: {_in_one_line(error)}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PortalError(f"{path}: not YAML in UTF-8: {' '.join(str(error).split())}") from error
    if path.stem != portal.id:
        raise PortalError(f"{path}: id: {portal.id!r} differs from the name of the file; rename it {portal.id}.yml")
    return portal


def _in_one_line(error: ValidationError) -> str:
    """Every key at fault with what is wrong with it."""
    faults = ((".".join(map(str, fault["loc"])) or "file", fault["msg"]) for fault in error.errors())
    return "; ".join(f"{key}: {message}" for key, message in faults)
