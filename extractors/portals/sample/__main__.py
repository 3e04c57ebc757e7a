"""Serves the sample portal on this machine until it is interrupted: `python -m extractors.portals.sample PORT`."""

from __future__ import annotations

import sys
from threading import Event

from extractors.portals.sample.server import SamplePortal


def main(port: int) -> None:
    """Serves the portal; raises OSError where the port is taken."""
    with SamplePortal(port) as portal:
        sys.stdout.write(f"{portal.url}\n")
        sys.stdout.flush()
        try:
            Event().wait()
        except KeyboardInterrupt:
            sys.stdout.write("stopped\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
