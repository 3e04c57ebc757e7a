"""The command `nianbao backfill`: a plan to fill in past years, shown or carried out.

Owns its arguments and what it prints. The plan is `backfill_plan`'s, the work `backfilling`'s.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from math import ceil
from typing import Annotated

import typer

from extractors.portals.portal import FIRST_YEAR, PortalError
from flows.backfill.plan import BackfillRequest, PortalPlan, parse_request
from flows.backfill.run import PlanProgress, backfill, backfill_portal, holes, look_up
from flows.cli.output.results import print_holes, print_outcome, print_rows, standard_output, to_json
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
    province: Annotated[str | None, typer.Option(help="Only its portals: 山东 or CN-37.")] = None,
    portal: Annotated[list[str] | None, typer.Option(help="Only this portal, by its id; may be repeated.")] = None,
    gaps: Annotated[
        bool, typer.Option("--gaps", help="Only years of which the ledger knows a report missing.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the plan, and ask nobody for anything.")] = False,
    anew: Annotated[bool, typer.Option("--anew", help="Give up the plan that was begun, and make another.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
) -> None:
    """Fill in what is missing of past years, by a plan that is written down and gone on with when it was cut off."""
    if not gaps and (first is None or last is None):
        raise typer.BadParameter("give the first and the last year, --from and --to, or --gaps")
    try:
        wanted = parse_request(first, last, province, portal or [], known_portals(Settings()), gaps=gaps)
    except (PortalError, ValueError) as error:
        raise typer.BadParameter(str(error)) from error
    with progress_display(quiet=quiet):
        so_far = look_up(wanted, Settings(), anew=anew)
    if as_json and (dry_run or not so_far.steps):
        _print_json({"plan": _plan_object(so_far)})
    elif not as_json:
        _tell(so_far, in_full=dry_run)
    if dry_run or not so_far.steps:
        return
    with progress_display(quiet=quiet), in_threads(backfill_portal, AT_ONCE) as submit:
        outcome = backfill(wanted, submit, anew=anew, plan=so_far.plan)
    _print_result(wanted, so_far, outcome, as_json=as_json)
    if outcome.failures:
        raise typer.Exit(1)


def _tell(so_far: PlanProgress, *, in_full: bool) -> None:
    """What will be done: year by year, or in a line or two."""
    plan, total = so_far.plan, len(so_far.steps)
    if not total:
        sys.stdout.write("nothing to do\n")
        return
    if in_full:
        _print_plan(so_far)
    if so_far.began:
        said = f"goes on with the plan of {so_far.began:%Y-%m-%d %H:%M} UTC: {so_far.done} of {total} done"
    else:
        said = f"a new plan: portals {len(plan.portals)}, years of them {total}"
    about = "at least" if plan.unknown else "about"
    sys.stdout.write(f"{said}; {about} {plan.requests} requests in all, {_time(plan.seconds)} at the portals' rates\n")
    if plan.unknown:
        sys.stdout.write(f"never crawled, so that their reports are not in these numbers: {', '.join(plan.unknown)}\n")


def _print_plan(so_far: PlanProgress) -> None:
    done = {(step.portal, step.year): step for step in so_far.steps}
    rows = [row for portal in so_far.plan.portals for row in _rows(portal, done)]
    print_rows(_COLUMNS, rows, standard_output(), most=len(rows))


def _rows(portal: PortalPlan, steps: Mapping[tuple[str, int], PlanStep]) -> Iterator[tuple[object, ...]]:
    """A line for a portal's lists, and one for each of its years; where the lists are not known, nothing else is."""
    is_known, delay = portal.lists is not None, portal.delay
    requests = portal.requests_for_lists
    count, time = (requests, _time(requests * delay)) if is_known else (f"{requests} or more", "")
    yield portal.portal, "lists", "", "", "", count, time, ""
    for year in portal.years:
        requests = portal.requests_for(year)
        now = ", ".join(f"{state.replace('_', ' ')} {number}" for state, number in year.states.items()) or "not known"
        said = (year.listed, year.to_read, requests, _time(requests * delay)) if is_known else ("unknown", "", "", "")
        yield portal.portal, year.year, now, *said, "done" if steps[portal.portal, year.year].done else ""


def _plan_object(so_far: PlanProgress) -> dict[str, object]:
    """The plan for another program."""
    plan, steps = so_far.plan, {(step.portal, step.year): step for step in so_far.steps}
    portals = [
        asdict(one)
        | {"requests": one.requests, "seconds": one.seconds}
        | {"years": [asdict(year) | {"done": steps[one.portal, year.year].done} for year in one.years]}
        for one in plan.portals
    ]
    return {
        "began": so_far.began,
        "done": so_far.done,
        "steps": len(so_far.steps),
        "requests": plan.requests,
        "seconds": plan.seconds,
        "at_once": plan.at_once,
        "never_crawled": plan.unknown,
        "portals": portals,
    }


def _print_result(wanted: BackfillRequest, so_far: PlanProgress, outcome: RunResult, *, as_json: bool) -> None:
    """What was done, and every hole that stays, with its reason."""
    left = holes(wanted, Settings())
    if as_json:
        told = {"counts": outcome.numbers, "failures": [asdict(one) for one in outcome.failures]}
        _print_json({"plan": _plan_object(so_far), **told, "holes": [asdict(one) for one in left]})
        return
    if left:
        print_holes(left, "table", standard_output())
    print_outcome(outcome, standard_output())


def _print_json(value: dict[str, object]) -> None:
    sys.stdout.write(to_json(value) + "\n")


def _time(seconds: float) -> str:
    return format_duration(ceil(seconds))
