"""What every room shares: the root of the errors that a person can do something about.

Imports nothing of ours, so that every room may import it.
"""

from __future__ import annotations


class NianbaoError(Exception):
    """An error that a person can mend; its message is one line, which names what is wrong and the remedy."""
