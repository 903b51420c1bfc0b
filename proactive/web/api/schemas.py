"""The API's answers: camelCase, ids as UUIDs, instants in ISO 8601."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from proactive.gateways.breaker import Cause
from proactive.message_types.registry import TypeName


class ResponseModel(BaseModel):
    """Base of answers."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Links(ResponseModel):
    """Where to look next: paths on this host."""

    job: str
    message: str


class Triggered(ResponseModel):
    """A requested message. `status` is `queued` until its record exists, then the record's."""

    job_id: str
    message_id: UUID
    status: Literal["queued", "pending", "sent", "failed"]
    links: Links


class Job(ResponseModel):
    """A job. The ids are null where it is not a message's (the schedule's own jobs); `result` says how a
    completed one ended, `reason` why a failed one failed, `waits` why a scheduled one waits until `comesBackAt`."""

    id: str
    state: str
    type: TypeName | None
    organization_id: UUID | None
    owner_number_id: UUID | None
    message_id: UUID | None
    enqueued_at: dt.datetime | None
    started_at: dt.datetime | None
    ended_at: dt.datetime | None
    attempts_left: int
    result: str | None
    reason: str | None
    comes_back_at: dt.datetime | None
    waits: str | None


class JobPage(ResponseModel):
    """Jobs in a state. `nextCursor` is null on the last page; a page may hold fewer jobs than its limit.
    `counts` (all jobs by state) is for service keys only."""

    jobs: list[Job]
    next_cursor: str | None
    counts: dict[str, int] | None


class Preview(ResponseModel):
    """What a message would be. `fires` is whether the schedule would send it; nothing was sent or written."""

    text: str
    facts: dict[str, Any]
    fires: bool


class ScheduleEntry(ResponseModel):
    """An entry of the schedule: `cron` is in the local time of `timezone`, `nextRun` is UTC."""

    type: TypeName
    cron: str
    timezone: str
    next_run: dt.datetime


class Schedule(ResponseModel):
    """The schedule, soonest first."""

    entries: list[ScheduleEntry]


class Pause(ResponseModel):
    """What is paused; a null organisation or type means every."""

    organization_id: UUID | None
    type: TypeName | None
    reason: str
    since: dt.datetime


class PauseList(ResponseModel):
    """Every pause that concerns the caller, oldest first."""

    pauses: list[Pause]


class StoppedInstanceView(ResponseModel):
    """An instance that may not send now. `cause`: `refused` or `silent` (its messages were not delivered),
    `throttled`, `logged_out`, `banned`. Until `knownUntil` it writes to nobody, until `newUntil` to nobody new."""

    name: str
    organization_id: UUID
    cause: Cause
    since: dt.datetime
    known_until: dt.datetime
    new_until: dt.datetime


class StoppedInstanceList(ResponseModel):
    """The stopped instances that the caller may see, oldest first."""

    instances: list[StoppedInstanceView]
