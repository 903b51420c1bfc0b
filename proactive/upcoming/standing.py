"""How an organisation stands for what goes out next, as the database has it."""

from __future__ import annotations

import datetime as dt
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from proactive.model.context import MessageContext


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class CalendarDay(_View):
    """A local day of a business; `reason` says in Portuguese why, where its weekly hours do not decide."""

    day: dt.date
    state: Literal["open", "closed", "doubtful"]
    reason: str | None


class SkipView(_View):
    """A message that somebody skipped, by the id of its occurrence."""

    id: UUID
    type: str
    owner: UUID
    occurrence: str
    scheduled_for: AwareDatetime
    job_id: str | None
    by: str
    at: AwareDatetime


class OrganizationStanding(_View):
    """An organisation: its owners (each as sending sees them), its next local days, what was skipped, and the status of
    the records of the last day and a half by id."""

    id: UUID
    name: str
    timezone: str
    owners: tuple[MessageContext, ...]
    days: tuple[CalendarDay, ...]
    summary_on_closed_days: bool
    skips: tuple[SkipView, ...]
    records: dict[UUID, str]

    def day(self, day: dt.date) -> CalendarDay:
        """A local day; one that is too far ahead to be known counts as open."""
        return next((each for each in self.days if each.day == day), CalendarDay(day=day, state="open", reason=None))

    def skip(self, message: UUID) -> SkipView | None:
        """Who skipped a message; None where nobody did."""
        return next((each for each in self.skips if each.id == message), None)
