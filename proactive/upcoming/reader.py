"""Reads what goes out next: of one organisation, or of a page of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from proactive.model.quiet_hours import QuietHours
from proactive.queue.rq_classes import JsonQueue
from proactive.queue.scheduled_messages import scheduled_messages
from proactive.storage.answers import rows
from proactive.storage.supabase import Database
from proactive.upcoming.planned import CALENDAR_DAYS, DAYS, UpcomingMessage, once_a_day_ids, upcoming_of
from proactive.upcoming.standing import OrganizationStanding


@dataclass(frozen=True, slots=True)
class UpcomingOf:
    """An organisation by id and name, its IANA zone, and what goes out to its owners."""

    organization: UUID
    name: str
    timezone: str
    messages: list[UpcomingMessage]


class UpcomingReader:
    """Reads in two requests, whatever the number of organisations. Raises SupabaseError and redis.RedisError."""

    def __init__(self, database: Database, queue: JsonQueue, quiet: QuietHours) -> None:
        self._database, self._queue, self._quiet = database, queue, quiet

    def of(self, organization: UUID, now: dt.datetime) -> UpcomingOf | None:
        """What goes out next of an organisation at `now` (aware); None where there is none of that id."""
        found = self._read({"p_organization": str(organization)}, 1, now)
        return found[0] if found else None

    def page(self, search: str | None, after: UUID | None, limit: int, now: dt.datetime) -> list[UpcomingOf]:
        """The same of at most `limit` (100) active organisations whose name has `search`, by id, after the last one."""
        return self._read({"p_search": search, "p_after": str(after) if after else None}, limit, now)

    def _read(self, wanted: dict[str, Any], limit: int, now: dt.datetime) -> list[UpcomingOf]:
        common = {"p_organization": None, "p_search": None, "p_after": None}
        arguments = common | wanted | {"p_limit": limit, "p_now": now.isoformat(), "p_days": CALENDAR_DAYS}
        standings = self._database.call("aurora_proactive_upcoming", arguments, _standings)
        ids = {each for standing in standings for each in once_a_day_ids(standing, now)}
        organizations = {standing.id for standing in standings}
        jobs = scheduled_messages(self._queue, ids, organizations, now + dt.timedelta(days=DAYS)) if standings else []
        return [
            UpcomingOf(standing.id, standing.name, standing.timezone, upcoming_of(
                standing, [job for job in jobs if job.task.organization_id == standing.id], now, self._quiet
            ))
            for standing in standings
        ]  # fmt: skip


def _standings(answer: Any) -> list[OrganizationStanding]:
    return [OrganizationStanding.model_validate(each) for each in rows(answer)]
