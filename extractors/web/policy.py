"""How the client behaves towards a host: pauses, limits, what it trusts, and how it says who asks.

Owns plain values, which settings give and the client keeps, and what counts as a contact.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Signs that need no quoting in the comment of a user agent (RFC 9110 §5.6.5).
_MAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[a-z\d-]+(?:\.[a-z\d-]+)+", re.ASCII | re.IGNORECASE)
_WEB = re.compile(r"https?://[a-z\d-]+(?:\.[a-z\d-]+)+(?::\d{1,5})?(?:[/?#][!#-'*-\[\]-~]*)?", re.ASCII | re.IGNORECASE)


def contact_address(text: str) -> str:
    """Return the e-mail or web address by which a crawler's operator can be reached. Raise ValueError for other text.

    >>> contact_address("mailto:crawler@example.org"), contact_address("https://example.org/crawler")
    ('crawler@example.org', 'https://example.org/crawler')
    """
    address = text.strip().removeprefix("mailto:")
    if not _MAIL.fullmatch(address) and not _WEB.fullmatch(address):
        raise ValueError(f"{text!r} is neither an e-mail address nor a web address (https://…)")
    return address


@dataclass(frozen=True, slots=True)
class Politeness:
    """How to behave towards hosts. Times are in seconds, sizes in bytes.

    `user_agent` names the project first (`nianbao/1.0`): that name is looked up in robots.txt. `contact` is an address
    by which the operator can be reached (`contact_address`); without one, no public host is asked. `timeout` is the
    longest silence. `total_time` is the longest that one exchange may take, and the longest pause that Retry-After is
    granted. `max_bytes` counts after decompression. `allow_private_hosts` holds "host:port" that need not be public,
    `allow_hosts` hosts or "host:port" that redirects may lead to from any site. Pauses before retries are `backoff`,
    twice, four times that, … With `legacy_tls`, servers that fail at modern TLS are asked again with an older kind.
    `ca_bundle` is a file of certificates that are trusted besides the public ones. Nothing turns their verification
    off.
    """

    user_agent: str
    contact: str | None = None
    delay: float = 1.0
    retries: int = 3
    timeout: float = 30.0
    total_time: float = 120.0
    max_bytes: int = 100_000_000
    allow_private_hosts: frozenset[str] = frozenset()
    allow_hosts: frozenset[str] = frozenset()
    backoff: float = 1.0
    legacy_tls: bool = False
    ca_bundle: str | None = None

    @property
    def identity(self) -> dict[str, str]:
        """The headers that tell a host who asks (RFC 9110 §10.1.2, §10.1.5).

        >>> Politeness("nianbao/1.0", "crawler@example.org").identity
        {'User-Agent': 'nianbao/1.0 (+mailto:crawler@example.org)', 'From': 'crawler@example.org'}
        >>> Politeness("nianbao/1.0", "https://example.org/").identity, Politeness("nianbao/1.0").identity
        ({'User-Agent': 'nianbao/1.0 (+https://example.org/)'}, {'User-Agent': 'nianbao/1.0'})
        """
        if self.contact is None:
            return {"User-Agent": self.user_agent}
        if not _MAIL.fullmatch(self.contact):
            return {"User-Agent": f"{self.user_agent} (+{self.contact})"}
        return {"User-Agent": f"{self.user_agent} (+mailto:{self.contact})", "From": self.contact}
