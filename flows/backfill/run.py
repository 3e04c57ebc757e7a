"""Fills in what is missing of past years, by a written plan that any start of it goes on with.

Owns the order: plan, then portal by portal and year by year, each noted as done when it is published. What servers
answered since the plan began is not asked for again. A start that comes to its end finishes the plan, whichever portals
broke off. Must not import Prefect; the estimates are `backfill_plan`'s.
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
from flows.backfill.plan import BackfillRequest, Plan, choose, make_plan
from flows.clock import today
from flows.ledger.backfill_plans import BackfillPlans, PlanStep, SavedPlan
from flows.ledger.ledger import Ledger
from flows.ledger.run_lock import AlreadyRunning
from flows.runs.progress import display
from flows.runs.result import Alarm, Failure, RunResult, gather
from flows.settings import Settings
from flows.status.states import THERE, Covered, PortalSnapshot, cover, known_of
from flows.steps.completeness import Gap, check_yield, hold_back
from flows.steps.fetch import Fetcher
from flows.steps.lifecycle import AT_ONCE, STAGE, end_run, record_crash, result_of
from flows.steps.listed_reports import Lists, is_missing, read_lists
from flows.steps.pipeline import crawl_entries, note_failed_reports, open_collector, stage
from flows.workers.threads import Pending, Submit
from flows.workspace import Workspace, known_portals, open_workspace
from transforms.parser_version import parser_version
from warehouse.publish.manifest import compact_manifest
from warehouse.publish.run_log import Run

_PLAN = TypeAdapter(Plan)
_ALARM = TypeAdapter(Alarm)


@dataclass(frozen=True, slots=True)
class PlanProgress:
    """A plan and how far it is; `began` is None where it was not begun."""

    plan: Plan
    steps: tuple[PlanStep, ...]
    began: datetime | None

    @property
    def done(self) -> int:
        """How many of its steps are done."""
        return sum(step.done is not None for step in self.steps)


@dataclass(frozen=True, slots=True)
class _Work:
    """One portal's part of a plan that goes on."""

    portal: Portal
    workspace: Workspace
    plans: BackfillPlans
    plan: SavedPlan
    run: Run


def look_up(wanted: BackfillRequest, settings: Settings, *, anew: bool = False) -> PlanProgress:
    """The plan that a backfill would go on with, or begin. Raises PortalError for portals that are not known."""
    with open_workspace(settings) as workspace:
        plans = workspace.ledger.plans
        written = None if anew else plans.unfinished(wanted.asked)
        if written is None:
            plan = _new_plan(wanted, workspace)
            return PlanProgress(plan, tuple(PlanStep(portal, year) for portal, year in plan.steps), None)
        steps = plans.steps(written.plan_id)
        return PlanProgress(_PLAN.validate_python(written.plan), tuple(steps), written.began)


def backfill(
    wanted: BackfillRequest,
    submit: Submit[[str, str, list[int], str], RunResult],
    *,
    anew: bool = False,
    plan: Plan | None = None,
) -> RunResult:
    """Carries out the unfinished plan of the same wish, else a new one; `anew`: a new one in any case.

    `submit` begins `backfill_portal`; `plan` is the new one, where it was made already. The failures and alarms are
    those of the whole plan, whichever start they fell in, and every hole that stays although its report may exist is a
    failure, too. Raises AlreadyRunning where another process carries it out, PortalError
    for unknown portals.
    """
    settings = Settings()
    name = f"backfill-{hashlib.sha256(wanted.asked.encode()).hexdigest()[:16]}"
    with open_workspace(settings) as workspace:
        plans = workspace.ledger.plans
        try:
            with workspace.ledger.lock(name):
                written = None if anew else plans.unfinished(wanted.asked)
                if written is None:
                    plan = plan or _new_plan(wanted, workspace)
                    if not plan.steps:
                        return RunResult()
                    written = plans.create(wanted.asked, _PLAN.dump_python(plan, mode="json"), plan.steps)
                return _carry_out(written, workspace, plans, submit)
        except AlreadyRunning as error:
            raise AlreadyRunning(
                "this backfill is carried out by another process already: wait for it, or end it"
            ) from error


def backfill_portal(plan_id: str, portal: str, years: list[int], run_id: str) -> RunResult:
    """Does what is not done yet of these years of one portal, as a part of the run of this id in the ledger.

    The alarms are those of the portal's whole part of the plan.
    """
    settings = Settings()
    with open_workspace(settings) as workspace:
        plans = workspace.ledger.plans
        plan = plans.plan(plan_id)
        done = {step.year for step in _steps(plans, plan_id, portal) if step.done}
        left = [year for year in years if year not in done]
        known = known_portals(settings).get(portal)
        if known is None:
            outcome = RunResult()
            outcome.fail(portal, "no portal of this id is known any more: its file is gone")
            for year in left:
                plans.mark_done(plan_id, portal, year, _troubles(outcome.failures))
            return outcome
        run = Run(f"{run_id}.{portal}", parser_version())
        outcome = RunResult()
        try:
            _crawl(_Work(known, workspace, plans, plan, run), left, outcome)
            outcome.alarms = _alarms(portal, _steps(plans, plan_id, portal))
        except Exception as error:  # noqa: BLE001 (whatever it was, what it had published is told)
            record_crash(portal, error, outcome)
        return outcome


def holes(wanted: BackfillRequest, settings: Settings) -> list[Covered]:
    """Every report of the wanted portals and years that is not in the warehouse, as far as the ledger knows."""
    with open_workspace(settings) as workspace:
        chosen = choose(wanted, known_portals(settings))
        covered = chain.from_iterable(cover(portal, workspace.ledger, today()) for portal in chosen)
        return [one for one in covered if one.state not in THERE and wanted.names(one.year)]


def _new_plan(wanted: BackfillRequest, workspace: Workspace) -> Plan:
    chosen = choose(wanted, known_portals(workspace.settings))
    return make_plan(wanted, _known(chosen, workspace.ledger), datetime.now(UTC), AT_ONCE)


def _known(portals: Sequence[Portal], ledger: Ledger) -> Iterator[PortalSnapshot]:
    """What is known of each portal: of a whole country that takes minutes."""
    advance = stage("plan", len(portals))
    for portal in portals:
        yield known_of(portal, ledger)
        advance()


def _carry_out(
    written: SavedPlan,
    workspace: Workspace,
    plans: BackfillPlans,
    submit: Submit[[str, str, list[int], str], RunResult],
) -> RunResult:
    steps = plans.steps(written.plan_id)
    left: defaultdict[str, list[int]] = defaultdict(list)
    for step in steps:
        if not step.done:
            left[step.portal].append(step.year)
    run = workspace.ledger.runs.begin("backfill")
    begun = {portal: submit(written.plan_id, portal, years, run) for portal, years in left.items()}
    outcome = gather(_results(begun, len({step.portal for step in steps})))
    _note_broken(written.plan_id, plans, outcome)
    steps = plans.steps(written.plan_id)
    told = dict.fromkeys(Failure(*trouble) for step in steps for trouble in step.failures)
    told |= dict.fromkeys(outcome.failures)
    told |= dict.fromkeys(_failed_holes(steps, workspace, told))
    outcome.failures = list(told)
    outcome.counts.failed = len(told)
    kept = [alarm for portal in dict.fromkeys(step.portal for step in steps) for alarm in _alarms(portal, steps)]
    outcome.alarms = list(dict.fromkeys([*kept, *outcome.alarms]))
    end_run("backfill", run, outcome, workspace)
    plans.finish(written.plan_id)
    return outcome


def _results(begun: Mapping[str, Pending[RunResult]], portals: int) -> Iterator[RunResult]:
    """The outcome of each portal as it ends, and how many of all are done in the display."""
    done = count(portals - len(begun))
    for portal, pending in begun.items():
        display().show(STAGE, next(done), portals)
        yield result_of(portal, pending)
    display().show(STAGE, portals, portals)


def _note_broken(plan_id: str, plans: BackfillPlans, outcome: RunResult) -> None:
    """Notes what is left of portals whose crawls broke off, with the reason: their next plan tries them again."""
    for step in plans.steps(plan_id):
        if not step.done:
            failures = [failure for failure in outcome.failures if failure.where == step.portal]
            alarms = [asdict(alarm) for alarm in outcome.alarms if alarm.portal == step.portal]
            plans.mark_done(plan_id, step.portal, step.year, _troubles(failures), alarms)


def _steps(plans: BackfillPlans, plan_id: str, portal: str) -> list[PlanStep]:
    return [step for step in plans.steps(plan_id) if step.portal == portal]


def _troubles(failures: Iterable[Failure]) -> list[tuple[str, str]]:
    return [(failure.where, failure.reason) for failure in failures]


def _alarms(portal: str, steps: Iterable[PlanStep]) -> list[Alarm]:
    """The alarms of a portal's part of a plan, whichever start they fell in."""
    told = RunResult()
    for step in (one for one in steps if one.portal == portal):
        told.alarms += map(_ALARM.validate_python, step.alarms)
        told.failures += [Failure(*trouble) for trouble in step.failures]
    note_failed_reports(portal, told)
    return list(dict.fromkeys(told.alarms))


def _crawl(work: _Work, years: list[int], outcome: RunResult) -> None:
    """Reads a portal's lists, then what is missing of each year, the latest first, and notes each as done.

    What the lists lack, and the alarms that this gives, are noted with the first year.
    """
    portal, ledger = work.portal, work.workspace.ledger
    memory = work.workspace.ledger.saved_responses(work.plan.plan_id, work.workspace.archive)
    display().show(f"{portal.id}: discover", 0, None)
    with open_collector(portal, work.workspace, outcome.counts, memory) as collector:
        lists = read_lists(portal, collector, outcome, since=work.plan.began)
        lacks = check_yield(portal, lists, ledger, years, outcome)
        display().show(f"{portal.id}: discover", len(lists.announced), len(lists.announced))
        advance = stage(f"{portal.id}: years", len(years))
        troubles, alarms = outcome.failures.copy(), [asdict(alarm) for alarm in outcome.alarms]
        for year in years:
            part = RunResult()
            try:
                _crawl_year(year, work, lists, collector, lacks.get(year, ()), part)
            finally:
                outcome.add(part)
            alarms += [asdict(alarm) for alarm in part.alarms]
            told = _troubles((*troubles, *part.failures))
            work.plans.mark_done(work.plan.plan_id, portal.id, year, told, alarms)
            troubles, alarms = [], []
            advance()
        ledger.listings.mark_crawl_finished(portal.id)
    compact_manifest(work.workspace.warehouse)


def _crawl_year(
    year: int, work: _Work, lists: Lists, collector: Fetcher, lacks: Sequence[Gap], outcome: RunResult
) -> None:
    """Asks for what is missing of a year, reads and publishes it.

    Where nothing is, it is noted what the lists lack of the year, but from answers that were kept and are outdated.
    """
    announced = [one for one in lists.announced if one.title.year == year]
    missing = [one for one in announced if is_missing(one, work.workspace.ledger, work.plan.began)]
    outcome.counts.found += len(announced)
    outcome.counts.not_due += len(announced) - len(missing)
    advance = stage(f"{work.portal.id}: {year}", len(missing))
    if missing:
        crawl_entries(missing, work.portal, collector, outcome, work.run, advance, lacks)
    elif announced and not lists.outdated:
        hold_back(work.portal.id, year, lacks, work.workspace.ledger)


def _failed_holes(steps: Iterable[PlanStep], workspace: Workspace, told: Iterable[Failure]) -> Iterable[Failure]:
    """The holes that a plan leaves although their reports may exist, but those that are told already.

    What a portal's lists lack is told once, as the failure of the portal.
    """
    places = {failure.where for failure in told}
    planned: defaultdict[str, set[int]] = defaultdict(set)
    for step in steps:
        planned[step.portal].add(step.year)
    for portal in (one for name, one in known_portals(workspace.settings).items() if name in planned):
        for hole in cover(portal, workspace.ledger, today()):
            where = hole.url or portal.id
            if hole.year in planned[portal.id] and hole.state not in (*THERE, "not_published") and where not in places:
                yield Failure(where, f"{hole.agency} {hole.year}: {hole.reason or hole.state}")
