"""What reading one document may cost: plain values, from the settings, which the pool enforces."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """What one document may cost, and how many are read at once."""

    seconds: float
    megabytes: int
    workers: int
