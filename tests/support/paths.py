"""Where the repository is, and the shared files next to it: tests that need those skip without them."""

from __future__ import annotations

from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
SHARED = REPOSITORY.parent / "shared"
