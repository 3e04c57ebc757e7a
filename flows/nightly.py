"""The nightly flow: every portal, several at once, each a Prefect task.

Owns the order of portals and the record of the run. Tasks are coarse and pass ids, never frames or bytes; the
work itself is `pipeline.crawl_portal`, which runs without Prefect too.
"""

from __future__ import annotations

from datetime import timedelta

from prefect import flow, task
from prefect.futures import PrefectFuture
from prefect.task_runners import ThreadPoolTaskRunner

from flows.outcome import Outcome, gather
from flows.pipeline import crawl_portal, publish_dimensions
from flows.progress import display
from flows.settings import PARSER_VERSION, Settings
from flows.workspace import choose_portals, known_portals, open_workspace
from warehouse.runs import Run

_AT_ONCE = 8
"""Portals that are crawled at once: each waits for its host most of the time."""


class RunFailed(RuntimeError):
    """Something of the run could not be done; `outcome` holds what was, and each failure with its reason."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__("; ".join(f"{failure.where}: {failure.reason}" for failure in outcome.failures))
        self.outcome = outcome


@flow(
    name="nightly",
    flow_run_name="nightly-{portals}-{year}",
    task_runner=ThreadPoolTaskRunner(max_workers=_AT_ONCE),  # type: ignore[arg-type]  # its type is invariant
    validate_parameters=True,
)
def nightly(portals: list[str] | None = None, year: int | None = None, recheck_days: float = 0) -> Outcome:
    """Crawls `portals` (ids; all known ones by default), for one year reported on or all.

    Reports of past seasons are asked for again when their last check is `recheck_days` old. Publishes what is new or
    changed. Raises RunFailed, after everything else is done, where something could not be had or read: the run then
    shows as failed with its reasons.
    """
    display().show("start the flow engine", 1, 1)
    settings = Settings()
    chosen = choose_portals(settings, portals)
    with open_workspace(settings) as workspace:
        run = workspace.ledger.begin_run("nightly")
        crawls = {portal: crawl_one.submit(portal, year, recheck_days, run) for portal in chosen}
        outcome = gather(_outcome(portal, crawl) for portal, crawl in crawls.items())
        publish_dimensions(workspace, known_portals(settings).values())
        workspace.ledger.end_run(run, outcome.numbers)
    if outcome.failures:
        raise RunFailed(outcome)
    return outcome


@task(name="crawl-portal", task_run_name="{portal}")
def crawl_one(portal: str, year: int | None, recheck_days: float, run_id: str) -> Outcome:
    """Crawls one portal by its id, as a part of the run of this id in the ledger."""
    settings = Settings()
    with open_workspace(settings) as workspace:
        years = None if year is None else {year}
        run = Run(f"{run_id}.{portal}", PARSER_VERSION)
        return crawl_portal(known_portals(settings)[portal], workspace, years, timedelta(days=recheck_days), run)


def _outcome(portal: str, crawl: PrefectFuture[Outcome]) -> Outcome:
    """The outcome of a portal's crawl; one that broke off is a failure of this portal alone."""
    result = crawl.result(raise_on_failure=False)
    if isinstance(result, Outcome):
        return result
    broken = Outcome()
    broken.fail(portal, f"the crawl broke off: {type(result).__name__}: {result}")
    return broken
