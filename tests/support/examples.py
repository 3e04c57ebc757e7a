"""How many examples hypothesis draws: some in `make test`, thirty times as many in the long run.

Owns the two profiles, `--hypothesis-profile short` and `long`; a test asks for its own number by `examples`.
"""

from __future__ import annotations

from hypothesis import settings

_SHORT, _LONG = 30, 900


def register_profiles() -> None:
    """Name the profiles, and take the short one unless the command line names another."""
    settings.register_profile("short", max_examples=_SHORT, deadline=None)
    settings.register_profile("long", max_examples=_LONG, deadline=None)
    settings.load_profile("short")


def examples(few: int) -> int:
    """Return how many examples a test draws that draws `few` in `make test`.

    >>> examples(4) in (4, 120)
    True
    """
    return few * settings().max_examples // _SHORT
