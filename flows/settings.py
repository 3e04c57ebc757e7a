"""Every setting of nianbao, from environment variables with the prefix NIANBAO_ or a file `.env`.

Owns names, defaults and descriptions. `Settings()` is called once by each command and each Prefect flow or task, which
hands the result on: a task on another machine has that machine's environment.
"""

from __future__ import annotations

import logging
import re
import ssl
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, FilePath, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from extractors.web.policy import Politeness, contact_address
from flows.workers.limits import ReadLimits

VERSION = version("nianbao")


class Settings(BaseSettings):
    """All settings with their defaults; a bad value raises ValidationError, see `explain`."""

    model_config = SettingsConfigDict(env_prefix="NIANBAO_", env_file=".env", extra="ignore", frozen=True)

    data_root: Path = Field(default=Path("data"), description="folder of archive, warehouse, quarantine and ledger")
    archive_url: str | None = Field(
        default=None, description="folder, or any fsspec URL such as s3://…, of captures; default: archive in data_root"
    )
    warehouse_url: str | None = Field(
        default=None,
        description="folder, or any fsspec URL such as s3://…, of the tables; default: warehouse in data_root",
    )
    quarantine_url: str | None = Field(
        default=None,
        description="folder, or any fsspec URL such as s3://…, of unread documents; default: quarantine in data_root",
    )
    ledger_url: str | None = Field(
        default=None, description="URL of an SQLite or PostgreSQL database; default: ledger.sqlite in data_root"
    )
    contact: str | None = Field(
        default=None,
        description="e-mail or web address by which portals reach you; without one, no public host is asked",
    )
    user_agent: str = Field(
        default=f"nianbao/{VERSION}", description="honest name of the crawler; the contact is added to it"
    )
    allow_private_hosts: Annotated[frozenset[str], NoDecode] = Field(
        default=frozenset(), description="comma-separated host:port that may be crawled although they are not public"
    )
    ca_bundle: FilePath | None = Field(
        default=None,
        description="file of PEM certificates that are trusted in addition to the public ones, for intranets",
    )
    dask_address: str | None = Field(
        default=None, description="address of a Dask scheduler for the tasks of flows; default: threads of the flow"
    )
    alarm_urls: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="comma-separated apprise addresses that get the alarms of a run, such as dingtalk://… or jsons://…",
    )
    webhook_url: None = Field(default=None, deprecated="an earlier version's name; set only to be refused")
    retries: int = Field(default=3, ge=0, description="further attempts after a transient failure")
    backoff: float = Field(default=1.0, ge=0, description="seconds before the first further attempt, doubled each time")
    timeout: float = Field(default=30.0, gt=0, description="seconds without a byte until a request is given up")
    total_time: float = Field(default=120.0, gt=0, description="seconds that one exchange may take in all")
    max_bytes: int = Field(default=100_000_000, gt=0, description="largest body that is accepted")
    read_seconds: float = Field(default=180.0, gt=0, description="seconds that reading one document may take")
    read_megabytes: int = Field(default=4096, ge=512, description="memory that reading one document may take")
    read_workers: int = Field(default=2, ge=1, description="documents that are read at once")

    @field_validator("contact")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        return contact_address(value) if value and value.strip() else None

    @field_validator("allow_private_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return frozenset(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("alarm_urls", mode="before")
    @classmethod
    def _split_addresses(cls, value: object) -> object:
        """Split at commas before a scheme: an address may hold others, such as mailto://…?to=a@x.org,b@x.org."""
        if not isinstance(value, str):
            return value
        urls = tuple(part.strip() for part in re.split(r",(?=\s*[A-Za-z][A-Za-z0-9+.-]*://)", value) if part.strip())
        if any("://" not in url for url in urls):
            raise ValueError("each address must begin with a scheme that apprise knows, such as jsons://")
        unknown = sorted({url.partition("://")[0].lower() for url in urls if not _apprise_knows(url)})
        if unknown:
            raise ValueError(f"apprise does not understand the address {', '.join(f'{name}://…' for name in unknown)}")
        return urls

    @field_validator("webhook_url", mode="before")
    @classmethod
    def _has_a_new_name(cls, value: object) -> None:
        if value:
            raise ValueError("set NIANBAO_ALARM_URLS=jsons://host/path instead, and see the changelog for its JSON")

    @field_validator("ca_bundle")
    @classmethod
    def _holds_certificates(cls, value: Path | None) -> Path | None:
        try:
            if value is not None:
                ssl.create_default_context(cafile=value)
        except OSError as error:
            raise ValueError(f"{value} holds no certificates in PEM ({error.strerror or error})") from error
        return value

    @property
    def archive(self) -> str:
        """Path or URL of the archive."""
        return self.archive_url or str(self.data_root / "archive")

    @property
    def warehouse(self) -> str:
        """Path or URL of the warehouse."""
        return self.warehouse_url or str(self.data_root / "warehouse")

    @property
    def quarantine(self) -> str:
        """Path or URL of the quarantine."""
        return self.quarantine_url or str(self.data_root / "quarantine")

    @property
    def database(self) -> str:
        """SQLAlchemy URL of the ledger."""
        return self.ledger_url or f"sqlite:///{self.data_root / 'ledger.sqlite'}"

    def in_folder(self, root: Path) -> Self:
        """Return the same settings with all stores in a folder, wherever they are now."""
        stores = dict.fromkeys(("archive_url", "ledger_url", "quarantine_url", "warehouse_url"))
        return self.model_copy(update={**stores, "data_root": root})

    def politeness(
        self, delay: float, *, legacy_tls: bool = False, allow_hosts: frozenset[str] = frozenset()
    ) -> Politeness:
        """Return how to treat a portal that asks for `delay` seconds between requests, only speaks older TLS, or whose
        redirects may lead to `allow_hosts`.
        """
        return Politeness(
            user_agent=self.user_agent,
            contact=self.contact,
            delay=delay,
            retries=self.retries,
            timeout=self.timeout,
            total_time=self.total_time,
            max_bytes=self.max_bytes,
            allow_private_hosts=self.allow_private_hosts,
            allow_hosts=allow_hosts,
            backoff=self.backoff,
            legacy_tls=legacy_tls,
            ca_bundle=str(self.ca_bundle) if self.ca_bundle else None,
        )

    def require_contact(self, urls: Iterable[str]) -> None:
        """Raise NoContact if a host of these URLs is public and there is no contact."""
        from extractors.web.address_guard import require_contact  # the web, which most commands do not need

        if self.contact is None:
            require_contact(urls, self.allow_private_hosts)

    @property
    def limits(self) -> ReadLimits:
        """What reading one document may cost."""
        return ReadLimits(self.read_seconds, self.read_megabytes, self.read_workers)


def _apprise_knows(url: str) -> bool:
    """Return whether apprise can send to an address. Nothing is logged: apprise would print the address."""
    import apprise  # takes half a second, which only those who set an address should pay

    logger = logging.getLogger("apprise")
    disabled, logger.disabled = logger.disabled, True
    try:
        return apprise.Apprise.instantiate(url) is not None
    except Exception:  # noqa: BLE001 (a defect of a plugin must not print an address in its traceback)
        return False
    finally:
        logger.disabled = disabled


def explain(error: ValidationError) -> str:
    """Return, in one line, the variable of each bad setting and what is wrong with it."""
    prefix = Settings.model_config["env_prefix"]
    faults = (
        (".".join(map(str, fault["loc"])), fault["msg"].removeprefix("Value error, ")) for fault in error.errors()
    )
    return "; ".join(f"{prefix}{name.upper()}: {message}" for name, message in faults)
