"""Portals as data: one YAML file each.

Owns the model of such a file, and reading and writing it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from extractors.hosts import is_web_address
from nianbao import DeclarationError, NianbaoError, atomic_write, describe_faults, read_declaration

_SHIPPED = Path(__file__).parent
_DIALECTS = _SHIPPED.parent / "dialects"

AUTO = "auto"
"""The dialect of a portal whose pages are recognised by their fingerprints."""

RENAMED_KEYS = {"columns": "list_pages"}
"""Keys of earlier versions and what they are called now; `nianbao maintain` renames them in a data root."""

_VERIFIED = re.compile(r"""^(["']?)verified\1[ \t]*:[ \t]*[^\s#]*""", re.MULTILINE)
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?")

FIRST_YEAR = 2008
"""The year of the first reports: the regulation came into force on 1 May 2008 (PORTALS §8)."""


def web_address(url: str) -> str:
    """Return a URL that can be asked as it stands. Raise ValueError for one with a login, or without a usable host."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or any(sign.isspace() for sign in url):
        raise ValueError("is no http:// or https:// address")
    if "@" in parts.netloc:
        raise ValueError("contains a user name; portals are public")
    if parts.port == 0:
        raise ValueError("has a port that nothing can listen on")
    return url


def _home_address(url: str) -> str:
    if "#" in url:
        raise ValueError("has a fragment, which no server sees")
    return url


def _host(text: str) -> str:
    """Return a host or host:port. Raise ValueError for anything else, such as an address with a scheme or a path."""
    if not _HOST.fullmatch(text) or not is_web_address(f"http://{text}/"):
        raise ValueError("is no host, or host:port, in lower case")
    return text


Jurisdiction = Annotated[str, Field(pattern=r"^CN-\d{6}$")]
Url = Annotated[str, AfterValidator(web_address)]
Host = Annotated[str, AfterValidator(_host)]
Words = Annotated[str, Field(min_length=1, pattern=r"\S")]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=2100)]


class PortalError(NianbaoError):
    """A portal file that cannot be used; the message is one line that names the file and the key."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, validate_by_name=True, serialize_by_alias=True)


class Years(_Part):
    """The years, first and last included, whose reports a portal is expected to have; without `last`, all since."""

    first: Year = Field(default=FIRST_YEAR, alias="from")
    last: Year | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last is not None and self.last < self.first:
            raise ValueError(f"ends in {self.last}, before it begins in {self.first}")
        return self

    def __contains__(self, year: int) -> bool:
        return self.first <= year and (self.last is None or year <= self.last)


class EncodingException(_Part):
    """The charset of a portal whose pages use none that they declare or that their bytes show."""

    charset: Literal["utf-8", "gb18030", "big5-hkscs"]
    reason: Words


class TlsException(_Part):
    """Permission to use an older kind of TLS with a portal; certificates are checked all the same."""

    legacy: Literal[True]
    reason: Words


@cache
def _dialects() -> frozenset[str]:
    """Return the names of all modules in extractors/dialects."""
    return frozenset(path.stem for path in _DIALECTS.rglob("*.py")) - {"__init__"}


class Portal(_Part):
    """One government website that is crawled."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", description="name of the file without .yml")
    name: Words = Field(description="name of the website's owner")
    jurisdiction: Jurisdiction = Field(description="the division whose reports the list pages list")
    homepage: Annotated[Url, AfterValidator(_home_address)]
    list_pages: tuple[Url, ...] = Field(
        default=(), strict=False, description="pages that list annual reports; without any, the homepage is searched"
    )
    allow_hosts: tuple[Host, ...] = Field(
        default=(), strict=False, description="hosts elsewhere, or host:port, that are this government's too"
    )
    dialect: str = Field(default=AUTO, description="name of a module in extractors/dialects, or auto")
    divisions: dict[str, Jurisdiction] = Field(
        default_factory=dict, description="divisions below whose reports are here too: name → jurisdiction"
    )
    agencies: tuple[Words, ...] = Field(
        default=(), strict=False, description="only reports whose agency contains one of these words; without any, all"
    )
    years: Years = Field(default=Years(), description="years whose reports are expected here")
    delay: float = Field(default=1.0, ge=0, description="seconds between two requests to the host")
    encoding: EncodingException | None = None
    tls: TlsException | None = None
    expectations: dict[Year, Annotated[int, Field(ge=1)]] = Field(
        default_factory=dict, description="year → least number of reports"
    )
    verified: date | None = Field(
        default=None, description="day on which a person last compared the file with the site"
    )
    notes: str = ""

    @model_validator(mode="before")
    @classmethod
    def _has_keys_of_today(cls, values: object) -> object:
        for old in RENAMED_KEYS.keys() & values.keys() if isinstance(values, dict) else ():
            raise ValueError(f"{old} is called {RENAMED_KEYS[old]} now: `nianbao maintain` renames it in your files")
        return values

    @field_validator("dialect")
    @classmethod
    def _has_module(cls, dialect: str) -> str:
        if dialect != AUTO and dialect not in _dialects():
            raise ValueError(f"there is no module extractors/dialects/{dialect}.py")
        return dialect


def load_portal(path: Path) -> Portal:
    """Return the portal of one file. Raise PortalError as `load_portals` does."""
    portal = _read(path)
    if isinstance(portal, PortalError):
        raise portal
    return portal


def load_portals(*folders: Path) -> dict[str, Portal]:
    """Return the shipped portals and those in `folders`, by id; a folder that does not exist has none.

    A file in `folders` replaces the shipped one of the same id. Raise PortalError for a file that does not fit the
    model, is not named after its id, or repeats the id of another one in `folders`.
    """
    portals: dict[str, Portal] = {}
    for _, portal in _own_last(*folders):
        if isinstance(portal, PortalError):
            raise portal
        portals[portal.id] = portal
    return portals


def check_portals(*folders: Path) -> tuple[dict[Path, Portal], list[PortalError]]:
    """Return every shipped file and every one in `folders` that can be used, and what is wrong with the others."""
    files = list(_own_last(*folders))
    usable = {path: portal for path, portal in files if isinstance(portal, Portal)}
    return usable, [fault for _, fault in files if isinstance(fault, PortalError)]


def _own_last(*folders: Path) -> Iterator[tuple[Path, Portal | PortalError]]:
    """Yield each file with its portal or its fault, the shipped ones first."""
    shipped = sorted(_SHIPPED.rglob("*.yml"))
    added = [path for folder in folders for path in sorted(folder.rglob("*.yml"))]
    for paths in (shipped, added):
        sources: dict[str, Path] = {}
        for path in paths:
            portal = _read(path)
            if isinstance(portal, Portal) and portal.id in sources:
                used = f"{path}: id: {portal.id!r} is already used by {sources[portal.id]}; rename one of them"
                yield path, PortalError(used)
                continue
            if isinstance(portal, Portal):
                sources[portal.id] = path
            yield path, portal


def write_portal(portal: Portal, folder: Path) -> Path:
    """Write the file of a portal in `folder`, replacing an earlier one, and return its path.

    Defaults are left out, except `verified`.
    """
    path = _own_file(portal.id, folder)
    values = portal.model_dump(exclude_defaults=True, exclude={"notes"}) | {"verified": portal.verified}
    values |= {"notes": portal.notes} if portal.notes else {}
    text = yaml.safe_dump(values, allow_unicode=True, sort_keys=False)
    _write(path, text)
    return path


def set_verified(portal: str, day: date, folder: Path) -> Path:
    """Set the day on which the file of a known portal was last compared with its site, and return the file's path.

    A shipped file gets a copy in `folder`. The rest of the file stays as it was written, comments included.
    """
    known = [(path, one) for path, one in _own_last(folder) if isinstance(one, Portal) and one.id == portal]
    path, former = known[-1]
    wanted = former.model_copy(update={"verified": day})
    text, replaced = _VERIFIED.subn(f"verified: {day}", path.read_bytes().decode())
    if not replaced:
        text = "\n".join([*text.splitlines(), f"verified: {day}", ""])
    if not _says(text, wanted):  # such as a file in braces
        return write_portal(wanted, folder)
    own = _own_file(portal, folder)
    _write(own, text)
    return own


def _own_file(portal: str, folder: Path) -> Path:
    """Return where the file of a portal is below `folder`, or is to be."""
    return next(iter(sorted(folder.rglob(f"{portal}.yml"))), folder / f"{portal}.yml")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as out:
        out.write(text.encode())


def _says(text: str, portal: Portal) -> bool:
    """Return whether the text of a file describes a portal."""
    with TemporaryDirectory() as folder:
        draft = Path(folder) / f"{portal.id}.yml"
        draft.write_text(text, "utf-8")
        return _read(draft) == portal


def make_portal(values: object) -> Portal:
    """Return a portal from the contents of a file. Raise PortalError, which names every key at fault."""
    try:
        return Portal.model_validate(values)
    except ValidationError as error:
        raise PortalError(describe_faults(error)) from error


def _read(path: Path) -> Portal | PortalError:
    """Return the portal of a file, or what is wrong with it."""
    try:
        portal = read_declaration(path, Portal)
    except DeclarationError as error:
        return PortalError(str(error))
    if path.stem != portal.id:
        return PortalError(f"{path}: id: {portal.id!r} differs from the name of the file; rename it {portal.id}.yml")
    return portal
