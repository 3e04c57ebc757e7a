"""A backfill: missing reports of past years are fetched by a saved plan, which any later start resumes.

Owns the order: plan, then portal by portal and year by year; each step is marked as done when it is published. What
servers answered since the plan began is not requested again. A start that reaches its end finishes the plan, even if
the crawls of some portals crashed. `flow` runs these functions under Prefect, the command line without it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import chain, count

from pydantic import TypeAdapter

from extractors.portals.portal import Portal
from flows.backfill.plan import BackfillRequest, Plan, Requested, choose, make_plan
from flows.clock import today
from flows.ledger.backfill_plans import BackfillPlans, PlanStep, SavedPlan
from flows.ledger.ledger import Ledger
from flows.ledger.run_lock import AlreadyRunning
from flows.runs.progress import display, stage
from flows.runs.result import Alarm, Failure, RunResult, gather
from flows.settings import Settings
from flows.status.states import THERE, Covered, cover, known_of
from flows.steps.coverage import record_coverage
from flows.steps.fetch import Fetcher, open_fetcher
from flows.steps.lifecycle import AT_ONCE, STAGE, end_run, record_crash, require_contact, result_of
from flows.steps.listed_reports import ListedReport, Lists, read_lists
from flows.steps.pipeline import crawl_entries, note_failed_reports, warn_of_yield
from flows.steps.read_state import is_missing, state_of_entry
from flows.workers.threads import Pending, Submit
from flows.workspace import Workspace, known_portals, open_workspace
from transforms.parser_version import parser_version
from warehouse.publish.manifest import compact_manifest
from warehouse.publish.run_log import Run

_PLAN = TypeAdapter(Plan)
_ALARM = TypeAdapter(Alarm)


@dataclass(frozen=True, slots=True)
class PlanProgress:
    """A plan and how far it is; `began` is None if it has not begun."""

    plan: Plan
    steps: tuple[PlanStep, ...]
    began: datetime | None

    @property
    def done(self) -> int:
        """How many of its steps are done."""
        return sum(step.done is not None for step in self.steps)


@dataclass(frozen=True, slots=True)
class _Work:
    """One portal's part of a plan that is being carried out."""

    portal: Portal
    workspace: Workspace
    plan: SavedPlan
    run: Run


def look_up(request: BackfillRequest, settings: Settings, *, new_plan: bool = False) -> PlanProgress:
    """Return the plan that a backfill would resume or begin. Raises PortalError for unknown portals."""
    with open_workspace(settings) as workspace:
        plans = workspace.ledger.plans
        written = None if new_plan else plans.unfinished(request.key)
        if written is None:
            plan = _new_plan(request, workspace)
            return PlanProgress(plan, tuple(PlanStep(portal, year) for portal, year in plan.steps), None)
        steps = plans.steps(written.plan_id)
        return PlanProgress(_PLAN.validate_python(written.plan), tuple(steps), written.began)


def backfill(
    request: BackfillRequest,
    settings: Settings,
    submit: Submit[[str, str, list[int], str], RunResult],
    *,
    new_plan: bool = False,
    plan: Plan | None = None,
) -> RunResult:
    """Carry out the unfinished plan of an equal request, or a new one; with `new_plan` always a new one.

    `submit` begins `backfill_portal` with the settings of the process that runs it; `plan` is the new plan, if it has
    been made already. Failures and alarms are those of the whole plan, including earlier starts. Every report that may
    exist and is still missing is a failure as well. Raises AlreadyRunning if another process carries out the plan,
    PortalError for unknown portals, NoContact if one is public and the settings name no contact.
    """
    name = f"backfill-{hashlib.sha256(request.key.encode()).hexdigest()[:16]}"
    with open_workspace(settings) as workspace:
        plans = workspace.ledger.plans
        try:
            with workspace.ledger.lock(name):
                written = None if new_plan else plans.unfinished(request.key)
                if written is None:
                    plan = plan or _new_plan(request, workspace)
                    if not plan.steps:
                        return RunResult()
                    written = plans.create(request.key, _PLAN.dump_python(plan, mode="json"), plan.steps)
                return _carry_out(written, workspace, submit)
        except AlreadyRunning as error:
            raise AlreadyRunning("another process is already running this backfill: wait for it, or end it") from error


def backfill_portal(settings: Settings, plan_id: str, portal: str, years: list[int], run_id: str) -> RunResult:
    """Carry out the unfinished steps of these years of one portal, as a part of the run `run_id` of the ledger.

    The alarms are those of the portal's whole part of the plan.
    """
    with open_workspace(settings) as workspace:
        plans = workspace.ledger.plans
        plan = plans.plan(plan_id)
        done = {step.year for step in _steps(plans, plan_id, portal) if step.done}
        left = [year for year in years if year not in done]
        known = known_portals(settings).get(portal)
        if known is None:
            result = RunResult()
            result.fail(portal, "no portal of this id is known any more: its file has been removed")
            for year in left:
                plans.mark_done(plan_id, portal, year, _as_pairs(result.failures))
            return result
        run = Run(f"{run_id}.{portal}", parser_version())
        result = RunResult()
        try:
            _crawl(_Work(known, workspace, plan, run), left, result)
            result.alarms = _alarms(portal, _steps(plans, plan_id, portal))
        except Exception as error:  # noqa: BLE001 (whatever it was, what had been published is in the result)
            record_crash(portal, error, result)
        return result


def holes(request: BackfillRequest, settings: Settings) -> list[Covered]:
    """Return every report of the requested portals and years that is not in the warehouse, as the ledger knows it."""
    with open_workspace(settings) as workspace:
        chosen = choose(request, known_portals(settings))
        covered = chain.from_iterable(cover(portal.id, portal, workspace.ledger, today()) for portal in chosen)
        return [report for report in covered if report.state not in THERE and request.includes(report.year)]


def _new_plan(request: BackfillRequest, workspace: Workspace) -> Plan:
    chosen = choose(request, known_portals(workspace.settings))
    return make_plan(request, _known(chosen, workspace.ledger), datetime.now(UTC), AT_ONCE)


def _known(portals: Sequence[Portal], ledger: Ledger) -> Iterator[Requested]:
    """Yield each portal with what is known of it; for the whole country that takes minutes."""
    advance = stage("plan", len(portals))
    for portal in portals:
        yield Requested(portal, known_of(portal.id, portal, ledger), ledger.addresses(portal.id))
        advance()


def _carry_out(
    written: SavedPlan,
    workspace: Workspace,
    submit: Submit[[str, str, list[int], str], RunResult],
) -> RunResult:
    plans = workspace.ledger.plans
    steps = plans.steps(written.plan_id)
    left: defaultdict[str, list[int]] = defaultdict(list)
    for step in steps:
        if not step.done:
            left[step.portal].append(step.year)
    require_contact(left, workspace.settings)
    run = workspace.ledger.runs.begin("backfill")
    begun = {portal: submit(written.plan_id, portal, years, run) for portal, years in left.items()}
    result = gather(_results(begun, len({step.portal for step in steps})))
    _note_crashed(written.plan_id, plans, result)
    steps = plans.steps(written.plan_id)
    failures = dict.fromkeys(Failure(*pair) for step in steps for pair in step.failures)
    failures |= dict.fromkeys(result.failures)
    failures |= dict.fromkeys(_failed_holes(steps, workspace, failures))
    result.failures = list(failures)
    result.counts.failed = len(failures)
    kept = [alarm for portal in dict.fromkeys(step.portal for step in steps) for alarm in _alarms(portal, steps)]
    result.alarms = list(dict.fromkeys([*kept, *result.alarms]))
    end_run("backfill", run, result, workspace)
    plans.finish(written.plan_id)
    return result


def _results(begun: Mapping[str, Pending[RunResult]], portals: int) -> Iterator[RunResult]:
    """Yield the result of each portal, and show how many are done."""
    done = count(portals - len(begun))
    for portal, pending in begun.items():
        display().show(STAGE, next(done), portals)
        yield result_of(portal, pending)
    display().show(STAGE, portals, portals)


def _note_crashed(plan_id: str, plans: BackfillPlans, result: RunResult) -> None:
    """Mark as done, with the reason, what a crash left undone: the next plan tries it again."""
    for step in plans.steps(plan_id):
        if not step.done:
            failures = [failure for failure in result.failures if failure.where == step.portal]
            alarms = [asdict(alarm) for alarm in result.alarms if alarm.portal == step.portal]
            plans.mark_done(plan_id, step.portal, step.year, _as_pairs(failures), alarms)


def _steps(plans: BackfillPlans, plan_id: str, portal: str) -> list[PlanStep]:
    return [step for step in plans.steps(plan_id) if step.portal == portal]


def _as_pairs(failures: Iterable[Failure]) -> list[tuple[str, str]]:
    return [(failure.where, failure.reason) for failure in failures]


def _alarms(portal: str, steps: Iterable[PlanStep]) -> list[Alarm]:
    """Return the alarms of a portal's part of a plan, including those of earlier starts."""
    part = RunResult()
    for step in (step for step in steps if step.portal == portal):
        part.alarms += map(_ALARM.validate_python, step.alarms)
        part.failures += [Failure(*pair) for pair in step.failures]
    note_failed_reports(portal, part)
    return list(dict.fromkeys(part.alarms))


def _crawl(work: _Work, years: list[int], result: RunResult) -> None:
    """Read a portal's lists, then the missing reports of each year, latest first, and mark each year as done.

    Alarms about the lists are recorded with the first year.
    """
    portal, ledger = work.portal, work.workspace.ledger
    memory = work.workspace.ledger.saved_responses(work.plan.plan_id, work.workspace.archive)
    display().show(f"{portal.id}: discover", 0, None)
    with open_fetcher(portal, work.workspace, result.counts, memory) as fetcher:
        lists = read_lists(portal, fetcher, result, since=work.plan.began)
        warn_of_yield(portal, lists, years, result)
        display().show(f"{portal.id}: discover", len(lists.announced), len(lists.announced))
        advance = stage(f"{portal.id}: years", len(years))
        failures_of_lists, alarms = result.failures.copy(), [asdict(alarm) for alarm in result.alarms]
        for year in years:
            part = RunResult()
            try:
                _crawl_year(year, work, lists, fetcher, part)
            finally:
                result.add(part)
            alarms += [asdict(alarm) for alarm in part.alarms]
            failed = _as_pairs((*failures_of_lists, *part.failures))
            ledger.plans.mark_done(work.plan.plan_id, portal.id, year, failed, alarms)
            failures_of_lists, alarms = [], []
            advance()
        ledger.listings.mark_crawl_finished(portal.id)
    record_coverage(portal.id, portal, work.workspace, work.run)
    compact_manifest(work.workspace.warehouse)


def _crawl_year(year: int, work: _Work, lists: Lists, fetcher: Fetcher, result: RunResult) -> None:
    """Fetch the missing reports of a year, read and publish them."""
    announced = [report for report in lists.announced if report.title.year == year]
    fetcher.look_up(report.entry.url for report in announced)
    missing = [report for report in announced if _is_missing(report, work.plan.began, fetcher)]
    result.counts.found += len(announced)
    result.counts.not_due += len(announced) - len(missing)
    if missing:
        advance = stage(f"{work.portal.id}: {year}", len(missing))
        crawl_entries(missing, work.portal, fetcher, result, work.run, advance)


def _is_missing(report: ListedReport, since: datetime, fetcher: Fetcher) -> bool:
    known = fetcher.known_page(report.entry.url)
    state = state_of_entry(report.listed, known, fetcher.workspace.ledger)
    return is_missing(report.listed, known.address, known.verdicts, state, since)


def _failed_holes(steps: Iterable[PlanStep], workspace: Workspace, known: Iterable[Failure]) -> Iterable[Failure]:
    """Yield the reports that may exist and are still missing, except those that are in `known`.

    What a portal's lists lack is one failure, that of the portal.
    """
    places = {failure.where for failure in known}
    planned: defaultdict[str, set[int]] = defaultdict(set)
    for step in steps:
        planned[step.portal].add(step.year)
    for portal in (portal for name, portal in known_portals(workspace.settings).items() if name in planned):
        for hole in cover(portal.id, portal, workspace.ledger, today()):
            where = hole.url or portal.id
            if hole.year in planned[portal.id] and hole.state not in (*THERE, "not_published") and where not in places:
                yield Failure(where, f"{hole.agency} {hole.year}: {hole.reason or hole.state}")
