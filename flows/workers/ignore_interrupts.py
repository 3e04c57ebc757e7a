"""Ctrl-C is ignored by the process that imports this: the server of readers and, from their start, its forks.

A terminal sends Ctrl-C to all its processes; the parent of these ends them. The server imports this before anything
else, and no other process may import it.
"""

from __future__ import annotations

import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)
