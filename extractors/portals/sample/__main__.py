"""Serve the sample portal on this machine until it is interrupted: `python -m extractors.portals.sample PORT`."""

from __future__ import annotations

import sys
from threading import Event

from extractors.portals.sample.server import SampleServer


def main(port: int) -> None:
    """Serve the portal. Raise OSError if the port is taken."""
    with SampleServer(port) as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        try:
            Event().wait()
        except KeyboardInterrupt:
            sys.stdout.write("stopped\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
