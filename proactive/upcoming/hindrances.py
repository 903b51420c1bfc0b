"""Why a message that is planned does not go out, as things stand: as sending would judge it at its moment. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.context import MessageContext, Record
from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason
from proactive.model.quiet_hours import QuietHours
from proactive.model.task import Done, Later, Task
from proactive.pipeline.eligibility import eligibility
from proactive.pipeline.send_window import send_window
from proactive.upcoming.standing import CalendarDay, OrganizationStanding

#: planned: it goes out; held: it would not now, and that may change; off: it does not; skipped by somebody; under_way:
#: it was begun; sent and failed: it has its outcome.
UpcomingStatus = Literal["planned", "held", "off", "skipped", "under_way", "sent", "failed"]
_RECORDS: dict[str, UpcomingStatus] = {"pending": "under_way", "sent": "sent", "failed": "failed"}
#: What keeps it from going out, and is over when the WhatsApp of the business is back.
_PASSING = frozenset({FailureReason.NO_INSTANCE, FailureReason.INSTANCE_DISCONNECTED})


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why a message does not go out: a code, in words and with what to do about it (Portuguese), until when if that is
    known (aware)."""

    code: str
    label: str
    advice: str = ""
    until: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class UpcomingVerdict:
    """What is to be expected of a message, and why not."""

    status: UpcomingStatus
    why: Hindrance | None = None


def verdict(
    standing: OrganizationStanding,
    owner: MessageContext,
    task: Task,
    message: UUID,
    record: str | None,
    quiet: QuietHours,
) -> UpcomingVerdict:
    """What is to be expected of the task of an owner at its moment."""
    if record in _RECORDS and record != "pending":
        return UpcomingVerdict(_RECORDS[record])
    if (skip := standing.skip(message)) is not None:
        return UpcomingVerdict("skipped", Hindrance("skipped", "pulada", until=skip.at))
    kept = Record(status="pending", content=None, metadata={}) if record == "pending" else None
    window = send_window(task, task.scheduled_for, quiet)
    context = owner.model_copy(update={"record": kept})
    judged = eligibility(task.type, context, window if isinstance(window, Failure) else None)
    if isinstance(judged, Done):  # nobody may receive it, and nothing was begun
        judged = judged.failure or Failure(FailureReason.OWNER_MISSING)
    if isinstance(judged, Failure) and judged.reason not in _PASSING:
        return UpcomingVerdict("off", _words_of(judged))
    closed = _closed(standing, task)
    if closed is not None and kept is None:
        return UpcomingVerdict("off", closed)
    if isinstance(judged, Failure):
        return UpcomingVerdict("held", _words_of(judged))
    if isinstance(judged, Later):
        return _waiting(judged, task)
    return UpcomingVerdict("under_way" if kept else "planned")


def _words_of(failure: Failure) -> Hindrance:
    return Hindrance(failure.reason.value, failure.label, failure.advice)


def _waiting(judged: Later, task: Task) -> UpcomingVerdict:
    note = judged.note
    if note is None:
        return UpcomingVerdict("held", Hindrance("waits", judged.reason))
    if note.until is not None and note.until <= task.scheduled_for:
        return UpcomingVerdict("planned")  # it is over by then
    label = f"{note.label}: {note.said}" if note.said and note.said not in note.label else note.label
    return UpcomingVerdict("held", Hindrance(note.why.value, label, note.advice, note.until))


def _closed(standing: OrganizationStanding, task: Task) -> Hindrance | None:
    """Why a message is not written because days are closed; None where its facts may have something to say."""
    type_ = MESSAGE_TYPES[task.type]
    if not type_.once_a_day:
        return None
    day = dt.date.fromisoformat(task.key)
    today, ahead = standing.day(day), [standing.day(day + dt.timedelta(days=each)) for each in type_.needs_open]
    if type_.rests_on_closed_days and not standing.summary_on_closed_days and today.state == "closed":
        why = f"a loja fecha nesse dia{_because(today)}, e para esses dias ela foi desligada"
        return Hindrance("closed_day", why)
    if not ahead or any(each.state == "open" or (each.state == "doubtful" and not type_.surely_open) for each in ahead):
        return None
    if len(ahead) > 1:
        return Hindrance("closed_days", f"a loja fecha nos {len(ahead)} dias seguintes")
    if ahead[0].state == "doubtful":
        return Hindrance("doubtful_day", f"não se sabe se a loja abre no dia seguinte{_because(ahead[0])}")
    return Hindrance("closed_tomorrow", f"a loja fecha no dia seguinte{_because(ahead[0])}")


def _because(day: CalendarDay) -> str:
    return f" ({day.reason})" if day.reason else ""
