"""Plans of backfills, saved with what is done of them, so that any process can resume one.

Owns their tables. Making a plan and carrying it out is for others.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, func, insert, select, update

from flows.ledger.fetched.saved_responses import delete_responses
from flows.ledger.tables import backfill_plans, backfill_steps, saved_responses

PlanFailure = tuple[str, str]
"""Something that could not be fetched or read: where, and the reason in one line."""
ABANDONED = timedelta(days=30)
"""A plan without a response or a finished step for so long is not resumed."""


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One portal and year of a plan; `done` is when it was done, or when the crawl of its portal crashed.

    `failures` are what could not be fetched or read then, `alarms` the portal's that need a person, as texts by name.
    """

    portal: str
    year: int
    done: datetime | None = None
    failures: tuple[PlanFailure, ...] = ()
    alarms: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan as it was made: `request` is what its user asked for, `plan` its content in JSON's types."""

    plan_id: str
    request: str
    plan: dict[str, Any]
    began: datetime


class BackfillPlans:
    """The plans and their steps."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reads = engine.execution_options(reads=True)

    def create(self, request: str, plan: dict[str, Any], steps: Iterable[tuple[str, int]]) -> SavedPlan:
        """Save a new plan of at least one step.

        Finish an unfinished plan for the same request, and all that were abandoned.
        """
        former = self.unfinished(request)
        for plan_id in {*self._abandoned(datetime.now(UTC) - ABANDONED), *([former.plan_id] if former else ())}:
            self.finish(plan_id)
        saved = SavedPlan(uuid.uuid4().hex, request, plan, datetime.now(UTC))
        row = {"plan_id": saved.plan_id, "request": request, "plan": plan, "began": saved.began}
        rows = [{"plan_id": saved.plan_id, "portal": portal, "year": year} for portal, year in steps]
        with self._engine.begin() as connection:
            connection.execute(insert(backfill_plans), row)
            connection.execute(insert(backfill_steps), rows)
        return saved

    def unfinished(self, request: str) -> SavedPlan | None:
        """Return the unfinished plan for this request; None if there is none."""
        return self._first((backfill_plans.c.request == request) & backfill_plans.c.finished.is_(None))

    def plan(self, plan_id: str) -> SavedPlan:
        """Return the plan of this id. Raise KeyError if there is none."""
        plan = self._first(backfill_plans.c.plan_id == plan_id)
        if plan is None:
            raise KeyError(f"there is no plan {plan_id!r}")
        return plan

    def steps(self, plan_id: str) -> list[PlanStep]:
        """Return the steps of a plan in the order in which they are taken: by portal, the latest year first."""
        own = select(backfill_steps).where(backfill_steps.c.plan_id == plan_id)
        with self._reads.begin() as connection:
            rows = connection.execute(own.order_by(backfill_steps.c.portal, backfill_steps.c.year.desc())).all()
        return [
            PlanStep(
                row.portal,
                row.year,
                row.done,
                tuple((where, reason) for where, reason in row.failures or ()),
                tuple(row.alarms or ()),
            )
            for row in rows
        ]

    def mark_done(
        self,
        plan_id: str,
        portal: str,
        year: int,
        failures: Collection[PlanFailure],
        alarms: Collection[Mapping[str, str]] = (),
    ) -> None:
        """Record that a step is done, with its failures and alarms."""
        steps = backfill_steps.c
        own = (steps.plan_id == plan_id) & (steps.portal == portal) & (steps.year == year)
        values = {
            "done": datetime.now(UTC),
            "failures": [list(failure) for failure in failures],
            "alarms": [dict(alarm) for alarm in alarms],
        }
        with self._engine.begin() as connection:
            connection.execute(update(backfill_steps).where(own).values(values))

    def finish(self, plan_id: str) -> None:
        """Record that a plan is finished, and delete the responses that were saved for it."""
        own = update(backfill_plans).where(backfill_plans.c.plan_id == plan_id)
        with self._engine.begin() as connection:
            connection.execute(own.values(finished=datetime.now(UTC)))
        delete_responses(self._engine, plan_id)

    def _first(self, condition: ColumnElement[bool]) -> SavedPlan | None:
        plans = backfill_plans.c
        query = select(plans.plan_id, plans.request, plans.plan, plans.began).where(condition)
        with self._reads.begin() as connection:
            row = connection.execute(query).first()
        return SavedPlan(*row) if row else None

    def _abandoned(self, before: datetime) -> list[str]:
        """Return the ids of unfinished plans that began, and last had a step or a response, before this moment."""
        plans = backfill_plans.c
        last_step = select(func.max(backfill_steps.c.done)).where(backfill_steps.c.plan_id == plans.plan_id)
        last_response = select(func.max(saved_responses.c.fetched_at)).where(saved_responses.c.plan_id == plans.plan_id)
        quiet = [func.coalesce(moment.scalar_subquery(), plans.began) < before for moment in (last_step, last_response)]
        query = select(plans.plan_id).where(plans.finished.is_(None), plans.began < before, *quiet)
        with self._reads.begin() as connection:
            return list(connection.scalars(query))
