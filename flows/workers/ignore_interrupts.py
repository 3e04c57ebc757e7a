"""Ctrl-C, which reaches every process of a terminal, left to the one that was started there.

Owns that the server of readers, and its forks from their first moment, pass it over: their parent ends them. Must be
loaded by that server before anything else, and by no other process.
"""

from __future__ import annotations

import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)
