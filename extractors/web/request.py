"""What to ask a portal for: an address, and what is posted to it.

Owns the identity of a request, by which the ledger and the archive's journal know it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Request:
    """One request: GET, or POST if `form` or `json` is given; some portals answer only with a `referer`.

    With `most_bytes` the body is read so far and no further.
    """

    url: str
    form: tuple[tuple[str, str], ...] = ()
    json: str | None = None
    referer: str | None = None
    most_bytes: int | None = None

    @property
    def posted(self) -> tuple[str, bytes] | None:
        """Media type and body of what is posted; None for GET.

        >>> Request("http://x.cn/s", form=(("page", "2"),)).posted
        ('application/x-www-form-urlencoded', b'page=2')
        """
        if self.json is not None:
            return "application/json", self.json.encode("utf-8")
        return (
            ("application/x-www-form-urlencoded", urlencode(self.form, errors="surrogateescape").encode())
            if self.form
            else None
        )

    @property
    def key(self) -> str:
        """The URL, with a digest of what is posted: the address in the ledger and the archive's journal.

        >>> Request("http://x.cn/s").key, Request("http://x.cn/s", json="{}").key
        ('http://x.cn/s', 'http://x.cn/s#post-44136fa355b3678a')
        """
        posted = self.posted
        return self.url if posted is None else f"{self.url}#post-{hashlib.sha256(posted[1]).hexdigest()[:16]}"
