"""The stable identifiers of a body and of its reports.

Owns how they are made: the body's from its division and canonical name, a report's from its body's and the year.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata


def agency_id(jurisdiction: str, body: str) -> str:
    """Return the stable identifier of a body: 16 hexadecimal digits from its division and its canonical name there.

    >>> agency_id("CN-370683", "人民 政府") == agency_id("CN-370683", "人民政府")
    True
    """
    normal = re.sub(r"\s+", "", unicodedata.normalize("NFKC", body))
    return hashlib.sha256(f"{jurisdiction}|{normal}".encode()).hexdigest()[:16]


def report_id(jurisdiction: str, body: str, year: int | None) -> str:
    """Return the stable identifier of a body's report for a year: that of the body, and the year.

    >>> report_id("CN-370683", "人民政府", 2020) == f"{agency_id('CN-370683', '人民政府')}-2020"
    True
    """
    return f"{agency_id(jurisdiction, body)}-{year}"


def agency_of_report(identifier: str) -> str:
    """Return the identifier of the body whose report this is.

    >>> agency_of_report("0123456789abcdef-2020")
    '0123456789abcdef'
    """
    return identifier.rpartition("-")[0]
