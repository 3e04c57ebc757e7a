"""Fills in what is missing of past years, by a written plan that any start of it goes on with.

Owns the order: plan, then portal by portal and year by year, each noted as done when it is published. What servers
answered since the plan began is not asked for again. Must not import Prefect; the estimates are `backfill_plan`'s.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from itertools import chain, count

from pydantic import TypeAdapter

from extractors.claims import Claimed
from extractors.ledger import Ledger
from extractors.plans import Plans, Step, WrittenPlan
from extractors.portal import Portal
from flows.backfill_plan import Plan, Wanted, choose, make_plan
from flows.collector import Collector
from flows.coverage import THERE, Covered, Known, cover, known_of
from flows.listing import Lists, check_yield, is_missing, read_lists
from flows.outcome import Failure, Outcome, gather
from flows.parallel import Pending, Submit
from flows.pipeline import crawl_entries, note_failed_reports, open_collector, publish_dimensions, stage
from flows.progress import display
from flows.round import AT_ONCE, STAGE, outcome_of
from flows.settings import PARSER_VERSION, Settings
from flows.webhook import send_alarms
from flows.workspace import Workspace, known_portals, open_workspace
from warehouse.manifest import fold
from warehouse.runs import Run

_PLAN = TypeAdapter(Plan)


@dataclass(frozen=True, slots=True)
class Standing:
    """A plan and how far it is; `began` is None where it was not begun."""

    plan: Plan
    steps: tuple[Step, ...]
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
    plans: Plans
    plan: WrittenPlan
    run: Run


def look_up(wanted: Wanted, settings: Settings, *, anew: bool = False) -> Standing:
    """The plan that a backfill would go on with, or begin. Raises PortalError for portals that are not known."""
    with open_workspace(settings) as workspace, Plans(settings.database) as plans:
        written = None if anew else plans.unfinished(wanted.asked)
        if written is None:
            plan = _new_plan(wanted, workspace)
            return Standing(plan, tuple(Step(portal, year) for portal, year in plan.steps), None)
        steps = plans.steps(written.plan_id)
        return Standing(_PLAN.validate_python(written.told), tuple(steps), written.began)


def backfill(
    wanted: Wanted, submit: Submit[[str, str, str], Outcome], *, anew: bool = False, plan: Plan | None = None
) -> Outcome:
    """Carries out the unfinished plan of the same wish, else a new one; `anew`: a new one in any case.

    `submit` begins `backfill_portal`; `plan` is the new one, where it was made already. The failures are those of the
    whole plan, whichever start they fell in, and every hole that stays although its report may exist. Raises Claimed
    where another process carries it out, PortalError for portals that are not known.
    """
    settings = Settings()
    name = f"backfill-{hashlib.sha256(wanted.asked.encode()).hexdigest()[:16]}"
    with open_workspace(settings) as workspace, Plans(settings.database) as plans:
        try:
            with plans.claimed(name):
                written = None if anew else plans.unfinished(wanted.asked)
                if written is None:
                    plan = plan or _new_plan(wanted, workspace)
                    if not plan.steps:
                        return Outcome()
                    written = plans.write(wanted.asked, _PLAN.dump_python(plan, mode="json"), plan.steps)
                return _carry_out(written, workspace, plans, submit)
        except Claimed as error:
            raise Claimed("this backfill is carried out by another process already: wait for it, or end it") from error


def backfill_portal(plan_id: str, portal: str, run_id: str) -> Outcome:
    """Does what is not done yet of one portal's part of a plan, as a part of the run of this id in the ledger."""
    settings = Settings()
    with open_workspace(settings) as workspace, Plans(settings.database) as plans:
        plan = plans.plan(plan_id)
        years = [step.year for step in plans.steps(plan_id) if step.portal == portal and not step.done]
        known = known_portals(settings).get(portal)
        if known is None:
            outcome = Outcome()
            outcome.fail(portal, "no portal of this id is known any more: its file is gone")
            for year in years:
                plans.note_done(plan_id, portal, year, [(one.where, one.reason) for one in outcome.failures])
            return outcome
        run = Run(f"{run_id}.{portal}", PARSER_VERSION)
        return _crawl(_Work(known, workspace, plans, plan, run), years)


def holes(wanted: Wanted, settings: Settings) -> list[Covered]:
    """Every report of the wanted portals and years that is not in the warehouse, as far as the ledger knows."""
    with open_workspace(settings) as workspace:
        chosen = choose(wanted, known_portals(settings))
        covered = chain.from_iterable(cover(portal, workspace.ledger, date.today()) for portal in chosen)
        return [one for one in covered if one.state not in THERE and wanted.first <= one.year <= wanted.last]


def _new_plan(wanted: Wanted, workspace: Workspace) -> Plan:
    chosen = choose(wanted, known_portals(workspace.settings))
    return make_plan(wanted, _known(chosen, workspace.ledger), datetime.now(UTC), AT_ONCE)


def _known(portals: Sequence[Portal], ledger: Ledger) -> Iterator[Known]:
    """What is known of each portal: of a whole country that takes minutes."""
    advance = stage("plan", len(portals))
    for portal in portals:
        yield known_of(portal, ledger)
        advance()


def _carry_out(
    written: WrittenPlan, workspace: Workspace, plans: Plans, submit: Submit[[str, str, str], Outcome]
) -> Outcome:
    steps = plans.steps(written.plan_id)
    left = dict.fromkeys(step.portal for step in steps if not step.done)
    run = workspace.ledger.begin_run("backfill")
    begun = {portal: submit(written.plan_id, portal, run) for portal in left}
    outcome = gather(_results(begun, len({step.portal for step in steps})))
    publish_dimensions(workspace, known_portals(workspace.settings).values())
    broken = [failure for failure in outcome.failures if failure.where in left]
    steps = plans.steps(written.plan_id)
    told = dict.fromkeys(Failure(*trouble) for step in steps for trouble in step.failures)
    told |= dict.fromkeys([*broken, *_failed_holes(steps, workspace, told)])
    outcome.failures = list(told)
    outcome.counts.failed = len(told)
    if all(step.done for step in steps):
        plans.finish(written.plan_id)
    workspace.ledger.end_run(run, outcome.numbers, [asdict(alarm) for alarm in outcome.alarms])
    send_alarms("backfill", run, outcome, workspace.settings)
    return outcome


def _results(begun: Mapping[str, Pending[Outcome]], portals: int) -> Iterator[Outcome]:
    """The outcome of each portal as it ends, and how many of all are done in the display."""
    done = count(portals - len(begun))
    for portal, pending in begun.items():
        display().show(STAGE, next(done), portals)
        yield outcome_of(portal, pending)
    display().show(STAGE, portals, portals)


def _crawl(work: _Work, years: list[int]) -> Outcome:
    """Reads a portal's lists, then what is missing of each year, the latest first, and notes each as done.

    What the lists lack is noted with the first year.
    """
    portal, ledger, outcome = work.portal, work.workspace.ledger, Outcome()
    memory = work.plans.answers(work.plan.plan_id, work.workspace.archive)
    display().show(f"{portal.id}: discover", 0, None)
    with open_collector(portal, work.workspace, outcome.counts, memory) as collector:
        lists = read_lists(portal, collector, outcome, since=work.plan.began)
        check_yield(portal, lists, ledger, years, outcome)
        display().show(f"{portal.id}: discover", len(lists.announced), len(lists.announced))
        advance = stage(f"{portal.id}: years", len(years))
        troubles = outcome.failures.copy()
        for year in years:
            part = _crawl_year(year, work, lists, collector)
            told = [(one.where, one.reason) for one in (*troubles, *part.failures)]
            work.plans.note_done(work.plan.plan_id, portal.id, year, told)
            outcome.add(part)
            troubles.clear()
            advance()
        ledger.list_columns(replace(lists.listing, finished=True))
    fold(work.workspace.warehouse)
    note_failed_reports(portal.id, outcome)
    return outcome


def _crawl_year(year: int, work: _Work, lists: Lists, collector: Collector) -> Outcome:
    """What is missing of a year, asked for, read and published."""
    outcome = Outcome()
    announced = [one for one in lists.announced if one.title.year == year]
    missing = [one for one in announced if is_missing(one, work.workspace.ledger, work.plan.began)]
    outcome.counts.found += len(announced)
    outcome.counts.not_due += len(announced) - len(missing)
    advance = stage(f"{work.portal.id}: {year}", len(missing))
    crawl_entries(missing, work.portal, collector, outcome, work.run, advance)
    return outcome


def _failed_holes(steps: Iterable[Step], workspace: Workspace, told: Iterable[Failure]) -> Iterable[Failure]:
    """The holes that a plan leaves although their reports may exist, but those that are told already.

    What a portal's lists lack is told once, as the failure of the portal.
    """
    places = {failure.where for failure in told}
    planned: defaultdict[str, set[int]] = defaultdict(set)
    for step in steps:
        planned[step.portal].add(step.year)
    for portal in (one for name, one in known_portals(workspace.settings).items() if name in planned):
        for hole in cover(portal, workspace.ledger, date.today()):
            where = hole.url or portal.id
            if hole.year in planned[portal.id] and hole.state not in (*THERE, "not_published") and where not in places:
                yield Failure(where, f"{hole.agency} {hole.year}: {hole.reason or hole.state}")
