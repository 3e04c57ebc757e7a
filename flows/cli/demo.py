"""The demonstration: serves the sample portal on loopback, crawls it, asks one question.

Owns the demo's own data root and what it shows. Everything that it does is done by the same functions as a real
crawl.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from extractors.portals.portal import Portal, Years, load_portals, write_portal
from extractors.portals.sample.server import SampleServer
from flows.nightly.run import crawl_now, crawl_one
from flows.runs.result import RunResult
from flows.settings import Settings
from flows.steps.lifecycle import AT_ONCE
from flows.workers.threads import in_threads

PORTAL = "sample"
QUESTION = """\
SELECT j.name AS county, r.year,
       max(r.value) FILTER (r.outcome = 'received') AS received,
       max(r.value) FILTER (r.outcome = 'granted') AS granted,
       round(100.0 * granted / max(r.value) FILTER (r.outcome = 'total'), 1) AS granted_percent
FROM requests r JOIN jurisdictions j USING (jurisdiction)
WHERE r.applicant = 'total'
GROUP BY ALL ORDER BY ALL"""


def run_demo(root: Path, port: int | None) -> RunResult:
    """Crawls the sample portal into `root`; `port`: where it listens (default: as last time, else a free one).

    Raises OSError, naming the remedy, where the port is taken.
    """
    with _portal_at(port or _last_port(root) or 0) as server:
        portal = sample_portal(server.url)
        write_portal(portal, root / "portals")
        os.environ["NIANBAO_DATA_ROOT"] = str(root)
        for name in ("ARCHIVE_URL", "LEDGER_URL", "QUARANTINE_URL", "WAREHOUSE_URL"):
            os.environ[f"NIANBAO_{name}"] = ""  # in the data root, whatever is set: invented figures stay there
        os.environ["NIANBAO_ALLOW_PRIVATE_HOSTS"] = urlsplit(server.url).netloc
        os.environ.setdefault("NIANBAO_BACKOFF", "0.1")
        with in_threads(crawl_one, AT_ONCE) as crawl:
            return crawl_now([PORTAL], None, crawl)


def _portal_at(port: int) -> SampleServer:
    try:
        return SampleServer(port)
    except OSError as error:
        raise OSError(f"port {port} cannot be used ({error.strerror}): give a free one with --port") from error


def _last_port(root: Path) -> int | None:
    """The port of the last demonstration: with other addresses, the second run would find nothing known."""
    known = load_portals(root / "portals").get(PORTAL)
    return urlsplit(known.homepage).port if known else None


def sample_portal(url: str) -> Portal:
    """The portal file of the sample portal that is served at `url`."""
    return Portal(
        id=PORTAL,
        name="样例市人民政府（the bundled sample portal）",
        jurisdiction="CN-990100",
        homepage=f"{url}/",
        list_pages=(f"{url}/zwgk/zfxxgknb/",),
        dialect="trs_static",
        divisions={"甲子县": "CN-990101", "乙丑县": "CN-990102"},
        years=Years.model_validate({"from": 2018, "to": 2024}),
        delay=0.02,
    )


def demo_root(settings: Settings) -> Path:
    """The demo's own data root: its invented figures must never mix with real ones."""
    return settings.data_root / "demo"
