"""What all decisions share: which texts of people may stand in a file, and that one writer at a time adds to it."""

from __future__ import annotations

import fcntl
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from nianbao import NianbaoError

_LONGEST = 2000
"""Characters of a text: it is a reason, not a treatise."""
_LOCK = ".decisions.lock"


class Unfit(NianbaoError):
    """What a person gives cannot stand in a file of decisions; the message names what is wrong."""


def check_texts(given: Mapping[str, str]) -> None:
    """Raise Unfit if one of these texts is empty, too long, in several lines, or holds signs that nobody sees.

    >>> check_texts({"reason": "the scan is clear: it prints 17", "by": "王五"})
    """
    for name, text in given.items():
        if not text or text != text.strip():
            raise Unfit(f"{name}: empty, or with blanks around it")
        if len(text) > _LONGEST:
            raise Unfit(f"{name}: {len(text)} characters, and at most {_LONGEST} are kept")
        if hidden := sorted({f"U+{ord(sign):04X}" for sign in text if not _is_seen(sign)}):
            raise Unfit(f"{name}: one line of readable text, please, without {', '.join(hidden[:3])}")


def _is_seen(sign: str) -> bool:
    """Return whether a character can be seen: controls, line ends, surrogates and marks of direction cannot."""
    return unicodedata.category(sign) not in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")


@contextmanager
def alone(data_root: Path) -> Iterator[None]:
    """Hold the files of decisions alone, waiting for whoever writes them."""
    data_root.mkdir(parents=True, exist_ok=True)
    with (data_root / _LOCK).open("wb") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
