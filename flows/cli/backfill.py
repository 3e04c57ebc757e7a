"""The command `nianbao backfill`: a plan for past years, shown or carried out."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from functools import partial
from math import ceil
from typing import Annotated

import typer

from extractors.portals.portal import FIRST_YEAR, PortalError
from flows.backfill.plan import BackfillRequest, PortalPlan, parse_request
from flows.backfill.run import PlanProgress, backfill, backfill_portal, holes, look_up
from flows.cli.options import AsJson, Quiet
from flows.cli.output.results import print_json, print_rows, standard_output
from flows.cli.output.run_result import exit_if_failed, print_result, result_object
from flows.cli.output.status_tables import print_holes
from flows.clock import format_duration
from flows.ledger.backfill_plans import PlanStep
from flows.runs.progress import progress_display
from flows.runs.result import RunResult
from flows.settings import Settings
from flows.steps.lifecycle import AT_ONCE
from flows.workers.threads import in_threads
from flows.workspace import known_portals

_COLUMNS = ("portal", "year", "state now", "listed", "to read", "requests", "time", "done")


def backfill_command(  # noqa: PLR0913 (each is an option of the command)
    first: Annotated[
        int | None, typer.Option("--from", min=FIRST_YEAR, help="First year reported on; needed without --gaps.")
    ] = None,
    last: Annotated[
        int | None, typer.Option("--to", min=FIRST_YEAR, help="Last year reported on; needed without --gaps.")
    ] = None,
    province: Annotated[str | None, typer.Option(help="Only portals of this province: 山东 or CN-37.")] = None,
    portal: Annotated[list[str] | None, typer.Option(help="Only this portal, by its id; may be repeated.")] = None,
    gaps: Annotated[
        bool, typer.Option("--gaps", help="Only years with reports that the ledger knows to be missing.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the plan and make no requests.")] = False,
    new_plan: Annotated[
        bool, typer.Option("--new-plan", help="Discard the unfinished plan and make a new one.")
    ] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Fetch missing reports for past years, following a saved plan that resumes after an interruption."""
    if not gaps and (first is None or last is None):
        raise typer.BadParameter("give either the first and the last year, --from and --to, or --gaps")
    settings = Settings()
    try:
        request = parse_request(first, last, province, portal or [], known_portals(settings), gaps=gaps)
    except (PortalError, ValueError) as error:
        raise typer.BadParameter(str(error)) from error
    with progress_display(quiet=quiet):
        progress = look_up(request, settings, new_plan=new_plan)
    nothing_to_do = dry_run or not progress.steps
    if not as_json:
        _print_progress(progress, in_full=dry_run)
    elif nothing_to_do:
        print_json({"plan": _plan_object(progress)})
    if nothing_to_do:
        return
    with progress_display(quiet=quiet), in_threads(partial(backfill_portal, settings), AT_ONCE) as submit:
        result = backfill(request, settings, submit, new_plan=new_plan, plan=progress.plan)
    _print_result(request, settings, progress, result, as_json=as_json)
    exit_if_failed(result.failures)


def _print_progress(progress: PlanProgress, *, in_full: bool) -> None:
    """Print what will be done, in a line or two or year by year."""
    plan, total = progress.plan, len(progress.steps)
    if not total:
        sys.stdout.write("nothing to do\n")
        return
    if in_full:
        _print_plan(progress)
    if progress.began:
        start = f"resuming the plan of {progress.began:%Y-%m-%d %H:%M} UTC: {progress.done} of {total} steps done"
    else:
        start = f"new plan: {_counted(total, 'step')} for {_counted(len(plan.portals), 'portal')}"
    about = "at least" if plan.unknown else "about"
    time = _time(plan.seconds)
    sys.stdout.write(f"{start}; {about} {plan.requests} requests in all, {time} at the portals' rate limits\n")
    if plan.unknown:
        sys.stdout.write(f"never crawled, so their reports are not counted yet: {', '.join(plan.unknown)}\n")


def _print_plan(progress: PlanProgress) -> None:
    steps = {(step.portal, step.year): step for step in progress.steps}
    rows = [row for portal in progress.plan.portals for row in _rows(portal, steps)]
    print_rows(_COLUMNS, rows, standard_output(), most=len(rows))


def _rows(portal: PortalPlan, steps: Mapping[tuple[str, int], PlanStep]) -> Iterator[tuple[object, ...]]:
    """Yield a row for a portal's lists and one for each of its years; unread lists leave the numbers unknown."""
    is_known, delay = portal.lists is not None, portal.delay
    requests = portal.requests_for_lists
    count, time = (requests, _time(requests * delay)) if is_known else (f"{requests} or more", "")
    yield portal.portal, "lists", "", "", "", count, time, ""
    for year in portal.years:
        requests = portal.requests_for(year)
        now = ", ".join(f"{state.replace('_', ' ')} {number}" for state, number in year.states.items()) or "not known"
        counts = (year.listed, year.to_read, requests, _time(requests * delay))
        cells = counts if is_known else ("unknown", "", "", "")
        yield portal.portal, year.year, now, *cells, "done" if steps[portal.portal, year.year].done else ""


def _plan_object(progress: PlanProgress) -> dict[str, object]:
    """Return the plan as it is printed as JSON."""
    plan, steps = progress.plan, {(step.portal, step.year): step for step in progress.steps}
    portals = [
        asdict(portal)
        | {"requests": portal.requests, "seconds": portal.seconds}
        | {"years": [asdict(year) | {"done": steps[portal.portal, year.year].done} for year in portal.years]}
        for portal in plan.portals
    ]
    return {
        "began": progress.began,
        "done": progress.done,
        "steps": len(progress.steps),
        "requests": plan.requests,
        "seconds": plan.seconds,
        "at_once": plan.at_once,
        "never_crawled": plan.unknown,
        "portals": portals,
    }


def _print_result(
    request: BackfillRequest, settings: Settings, progress: PlanProgress, result: RunResult, *, as_json: bool
) -> None:
    """Print what was done, and every report that is still missing with the reason."""
    left = holes(request, settings)
    if as_json:
        print_json({"plan": _plan_object(progress), **result_object(result), "holes": [asdict(hole) for hole in left]})
        return
    if left:
        print_holes(left, standard_output())
    print_result(result)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _time(seconds: float) -> str:
    return format_duration(ceil(seconds))
