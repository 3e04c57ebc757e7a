"""Plans of long work, written down with what of them is done, so that any process can go on with one.

Owns their tables in the ledger's database. Must not make a plan, nor carry one out: what stands in it is its maker's.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

from sqlalchemy import func, insert, select, update

from extractors.archive.archive import Archive
from flows.ledger.database import create_tables, open_database
from flows.ledger.run_lock import hold_run_lock
from flows.ledger.saved_responses import SavedResponses, delete_responses
from flows.ledger.tables import answers, metadata, plan_steps, plans

Trouble = tuple[str, str]
"""Something that could not be had: where, and why in one line."""
ABANDONED = timedelta(days=30)
"""After so long without an answer or a step, nobody goes on with a plan."""


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One portal and year of a plan; `done` is when it was, or when its portal's crawl broke off.

    `failures` is what could not be had then, `alarms` what of the portal needs a person, as texts by name.
    """

    portal: str
    year: int
    done: datetime | None = None
    failures: tuple[Trouble, ...] = ()
    alarms: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class WrittenPlan:
    """A plan as it was made: `asked` is what its user wanted, `told` what its maker wrote of it, in JSON's types."""

    plan_id: str
    asked: str
    told: dict[str, Any]
    began: datetime


class BackfillPlans:
    """A context manager over the plans in the database at `url`, whose tables are made where they are missing."""

    def __init__(self, url: str) -> None:
        self._engine = open_database(url)
        self._reads = self._engine.execution_options(reads=True)
        create_tables(self._engine, metadata)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._engine.dispose()

    @contextmanager
    def claimed(self, name: str) -> Iterator[None]:
        """Let no other process carry out plans of this name while the block lasts. Raises Claimed where one does."""
        with hold_run_lock(self._engine, name):
            yield

    def write(self, asked: str, told: dict[str, Any], steps: Iterable[tuple[str, int]]) -> WrittenPlan:
        """Write a new plan of at least one step.

        Given up are an unfinished one of the same wish, and those of any that nobody went on with for ABANDONED.
        """
        former = self.unfinished(asked)
        for plan_id in {*self._abandoned(datetime.now(UTC) - ABANDONED), *([former.plan_id] if former else ())}:
            self.finish(plan_id)
        plan = WrittenPlan(uuid.uuid4().hex, asked, told, datetime.now(UTC))
        rows = [{"plan_id": plan.plan_id, "portal": portal, "year": year} for portal, year in steps]
        with self._engine.begin() as connection:
            connection.execute(
                insert(plans).values(plan_id=plan.plan_id, asked=asked, told=plan.told, began=plan.began)
            )
            connection.execute(insert(plan_steps), rows)
        return plan

    def unfinished(self, asked: str) -> WrittenPlan | None:
        """The plan for this wish that was begun and not finished."""
        with self._reads.begin() as connection:
            row = (
                connection.execute(select(plans).where(plans.c.asked == asked, plans.c.finished.is_(None)))
                .mappings()
                .first()
            )
        return WrittenPlan(row["plan_id"], row["asked"], row["told"], row["began"]) if row else None

    def plan(self, plan_id: str) -> WrittenPlan:
        """The plan of this id. Raises KeyError where none was written."""
        with self._reads.begin() as connection:
            row = connection.execute(select(plans).where(plans.c.plan_id == plan_id)).mappings().first()
        if row is None:
            raise KeyError(f"no plan {plan_id!r} was written")
        return WrittenPlan(row["plan_id"], row["asked"], row["told"], row["began"])

    def steps(self, plan_id: str) -> list[PlanStep]:
        """The steps of a plan by portal, the latest year first: the order in which they are taken."""
        own = select(plan_steps).where(plan_steps.c.plan_id == plan_id)
        with self._reads.begin() as connection:
            rows = connection.execute(own.order_by(plan_steps.c.portal, plan_steps.c.year.desc())).all()
        return [
            PlanStep(
                row.portal,
                row.year,
                row.done,
                tuple((at, why) for at, why in row.failures or ()),
                tuple(row.alarms or ()),
            )
            for row in rows
        ]

    def note_done(
        self,
        plan_id: str,
        portal: str,
        year: int,
        failures: Collection[Trouble],
        alarms: Collection[Mapping[str, str]] = (),
    ) -> None:
        """Note that a step is done, what of it could not be had, and what of its portal needs a person."""
        at = (plan_steps.c.plan_id == plan_id) & (plan_steps.c.portal == portal) & (plan_steps.c.year == year)
        values = {
            "done": datetime.now(UTC),
            "failures": [list(one) for one in failures],
            "alarms": [dict(one) for one in alarms],
        }
        with self._engine.begin() as connection:
            connection.execute(update(plan_steps).where(at).values(values))

    def finish(self, plan_id: str) -> None:
        """Note that a plan is finished, and drop the answers that were kept for it."""
        with self._engine.begin() as connection:
            connection.execute(update(plans).where(plans.c.plan_id == plan_id).values(finished=datetime.now(UTC)))
        delete_responses(self._engine, plan_id)

    def answers(self, plan_id: str, archive: Archive) -> SavedResponses:
        """What the servers answered while the plan goes on."""
        return SavedResponses(self._engine, archive, plan_id)

    def _abandoned(self, before: datetime) -> list[str]:
        """Ids of unfinished plans that were made, and last gone on with, before this moment."""
        last_step = select(func.max(plan_steps.c.done)).where(plan_steps.c.plan_id == plans.c.plan_id)
        last_answer = select(func.max(answers.c.fetched_at)).where(answers.c.plan_id == plans.c.plan_id)
        quiet = [func.coalesce(moment.scalar_subquery(), plans.c.began) < before for moment in (last_step, last_answer)]
        with self._reads.begin() as connection:
            found = connection.scalars(
                select(plans.c.plan_id).where(plans.c.finished.is_(None), plans.c.began < before, *quiet)
            )
            return list(found)
