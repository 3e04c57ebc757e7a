"""The nightly flow: every portal, one after the other, each a Prefect task.

Owns the order of portals and the record of the run. Tasks are coarse and pass ids, never frames or bytes; the
work itself is `pipeline.crawl_portal`, which runs without Prefect too.
"""

from __future__ import annotations

from prefect import flow, task

from flows.outcome import Outcome, gather
from flows.pipeline import crawl_portal
from flows.progress import display
from flows.settings import Settings
from flows.workspace import choose_portals, known_portals, open_workspace


class RunFailed(RuntimeError):
    """Something of the run could not be done; `outcome` holds what was, and each failure with its reason."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__("; ".join(f"{failure.where}: {failure.reason}" for failure in outcome.failures))
        self.outcome = outcome


@flow(name="nightly", flow_run_name="nightly-{portals}-{year}", validate_parameters=True)
def nightly(portals: list[str] | None = None, year: int | None = None) -> Outcome:
    """Crawls `portals` (ids; all known ones by default), for one year reported on or all.

    Publishes what is new or changed. Raises RunFailed, after everything else is done, where something could not
    be had or read: the run then shows as failed with its reasons.
    """
    display().show("start the flow engine", 1, 1)
    settings = Settings()
    chosen = choose_portals(settings, portals)
    with open_workspace(settings) as workspace:
        run = workspace.ledger.begin_run("nightly")
        outcome = gather(crawl_one(portal, year) for portal in chosen)
        workspace.ledger.end_run(run, outcome.numbers)
    if outcome.failures:
        raise RunFailed(outcome)
    return outcome


@task(name="crawl-portal", task_run_name="{portal}")
def crawl_one(portal: str, year: int | None) -> Outcome:
    """Crawls one portal by its id."""
    settings = Settings()
    with open_workspace(settings) as workspace:
        years = None if year is None else {year}
        return crawl_portal(known_portals(settings)[portal], workspace, years)
