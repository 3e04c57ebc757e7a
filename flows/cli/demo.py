"""The command `nianbao demo`: serve the sample portal on loopback, crawl it, ask one question.

Owns the demo's own data root, so that its invented figures never mix with real ones. The crawl is a real one.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from extractors.portals.portal import Portal, Years, load_portals, write_portal
from extractors.portals.sample.server import SampleServer
from flows.cli.options import Quiet
from flows.cli.output.results import print_as, standard_output
from flows.cli.output.run_result import exit_if_failed, print_result
from flows.cli.status import print_jurisdictions
from flows.data_root import prepare_data_root
from flows.maintain.portal_files import rename_portal_keys
from flows.nightly.run import crawl_now, crawl_one
from flows.runs.progress import progress_display
from flows.runs.result import RunResult
from flows.settings import Settings
from flows.steps.lifecycle import AT_ONCE
from flows.workers.threads import in_threads
from warehouse.query.query import connect, run
from warehouse.storage.store import open_store

PORTAL = "sample"
QUESTION = """\
SELECT j.name AS county, r.year,
       max(r.value) FILTER (r.outcome = 'received') AS received,
       max(r.value) FILTER (r.outcome = 'granted') AS granted,
       round(100.0 * granted / max(r.value) FILTER (r.outcome = 'total'), 1) AS granted_percent
FROM requests r JOIN jurisdictions j USING (jurisdiction)
WHERE r.applicant = 'total'
GROUP BY ALL ORDER BY ALL"""
_BACKOFF = 0.1
"""Seconds before the first further attempt, unless the setting is given: the server is on this machine."""


def demo(
    port: Annotated[int | None, typer.Option(help="Port of the sample portal; default: as last time.")] = None,
    quiet: Quiet = False,
) -> None:
    """Serve the sample portal on this machine, crawl it, and ask one question in SQL."""
    console, settings = standard_output(), demo_settings(Settings())
    with progress_display(quiet=quiet):
        result = crawl_sample(settings, port)
    print_result(result)
    print_jurisdictions(settings)
    console.print(f"\n{QUESTION}\n", style="cyan", highlight=False, soft_wrap=True)
    with connect(open_store(settings.warehouse)) as connection:
        answer = run(connection, QUESTION)
    print_as("table", answer.columns, answer.rows, console)
    root = os.path.relpath(settings.data_root)
    console.print(f'\nAsk your own: NIANBAO_DATA_ROOT={root} nianbao query "FROM reports"')
    console.print(f"Look at it:   NIANBAO_DATA_ROOT={root} nianbao explore")
    exit_if_failed(result.failures)


def demo_settings(settings: Settings) -> Settings:
    """Return settings whose stores all lie in a folder of their own, whatever the stores of `settings` are."""
    own = settings.in_folder(settings.data_root.absolute() / "demo")
    return own if "backoff" in settings.model_fields_set else own.model_copy(update={"backoff": _BACKOFF})


def crawl_sample(settings: Settings, port: int | None) -> RunResult:
    """Serve and crawl the sample portal on `port`, by default the last one or else a free one.

    Raises OSError, naming the remedy, if the port is taken.
    """
    root = settings.data_root
    prepare_data_root(settings)
    rename_portal_keys(root / "portals", dry=False)  # an earlier demo may have written the file
    with _serve(port or _last_port(root) or 0) as server:
        write_portal(sample_portal(server.url), root / "portals")
        hosts = frozenset({urlsplit(server.url).netloc})
        allowed = settings.model_copy(update={"allow_private_hosts": hosts})
        with in_threads(partial(crawl_one, allowed), AT_ONCE) as begin:
            return crawl_now(allowed, [PORTAL], None, begin)


def _serve(port: int) -> SampleServer:
    try:
        return SampleServer(port)
    except OSError as error:
        raise OSError(f"port {port} cannot be used ({error.strerror}): give a free one with --port") from error


def _last_port(root: Path) -> int | None:
    """Return the port of the last demonstration: the ledger knows no report under another address."""
    known = load_portals(root / "portals").get(PORTAL)
    return urlsplit(known.homepage).port if known else None


def sample_portal(url: str) -> Portal:
    """Return the portal file of the sample portal that is served at `url`."""
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
