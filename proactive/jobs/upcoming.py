"""What people do with messages that are still to come: skip one, take that back, send one now. Each is written down.

A message keeps the id of its occurrence whatever is done with it: what goes out now, the schedule does not send again
(docs/decisions/0097-a-skip-is-a-row-and-a-mark.md).
"""

from __future__ import annotations

import datetime as dt
from typing import Literal
from uuid import UUID

from rq.job import Job

from proactive.app import Application
from proactive.errors import ProactiveError
from proactive.model.author import Author
from proactive.model.zones import zone_info
from proactive.queue.changes import reschedule
from proactive.queue.enqueue import enqueue, job_id
from proactive.queue.waiting import WaitingMessages
from proactive.records.changes import Change
from proactive.records.skips import SkippedMessage, Skips
from proactive.send_times.moments import moment_of
from proactive.upcoming.planned import UpcomingMessage
from proactive.upcoming.reader import UpcomingReader

RefusedBecause = Literal["sent", "failed", "begun", "over", "not_skipped", "another_day", "off"]
_WORDS: dict[RefusedBecause, tuple[str, str]] = {
    "sent": ("It was sent already.", "Esta mensagem já saiu."),
    "failed": ("It failed: requeue it.", "Esta mensagem falhou: reenvie em Mensagens."),
    "begun": ("It is being sent at this moment.", "Esta mensagem já está saindo."),
    "over": ("Its time has passed: send it now.", "A hora dela já passou: use Enviar agora."),
    "not_skipped": ("It is not skipped.", "Esta mensagem não está pulada."),
    "another_day": (
        "It is of another day, whose figures are not there yet: only a message of today can be sent now.",
        "Ela é de outro dia, e os números desse dia ainda não existem: só dá para enviar agora as de hoje.",
    ),
    "off": ("It does not go out: {why}.", "Esta mensagem não sai: {why}."),
}
#: What was due so lately may be with a tick or a worker that has not read yet that it is skipped no more.
_JUST_NOW = dt.timedelta(minutes=2)


class UpcomingRefused(ProactiveError):
    """Something that cannot be done with a message any more, or not yet; `words` say why in Portuguese."""

    def __init__(self, because: RefusedBecause, why: str = "") -> None:
        text, words = _WORDS[because]
        super().__init__(text.format(why=why))
        self.because, self.words = because, words.format(why=why)


def reader_of(app: Application) -> UpcomingReader:
    """The reader of what goes out next, with the real objects."""
    return UpcomingReader(app.database, app.queue, app.pipeline.quiet)


def find(app: Application, organization: UUID, message: UUID, now: dt.datetime) -> UpcomingMessage | None:
    """A message of an organisation that is still to come at `now` (aware), by id; None where none is.

    Raises SupabaseError and redis.RedisError.
    """
    found = reader_of(app).of(organization, now)
    return next((each for each in found.messages if each.id == message), None) if found else None


def skip(app: Application, message: UpcomingMessage, author: Author) -> None:
    """Keep a message from going out, for good unless it is taken back. Skipping it again changes nothing.

    Raises:
        UpcomingRefused: it was sent, has failed, or is being sent.
        SupabaseError, redis.RedisError: something is away; it goes out.
    """
    wanted = SkippedMessage(message.task.occurrence, message.at, message.job_id)
    outcome = Skips(app.database, app.redis).skip(wanted, author)
    if outcome == "begun" or outcome == "sent" or outcome == "failed":
        raise UpcomingRefused(outcome)


def take_back(app: Application, message: UpcomingMessage, author: Author, now: dt.datetime) -> None:
    """Let a skipped message go out at its time after all, where that is still to come at `now` (aware).

    Raises:
        UpcomingRefused: it is not skipped, or its time has passed.
        SupabaseError, redis.RedisError: something is away; it stays skipped, or taking it back again completes it.
    """
    if message.skip is None:
        raise UpcomingRefused("not_skipped")
    if message.at > now:
        _put_back(app, message, now)  # first: whoever dies here leaves it skipped, and nothing is lost
        organization = message.task.organization_id
        if Skips(app.database, app.redis).take_back(organization, message.id, author, before=message.at):
            return
    raise UpcomingRefused("over")


def send_now(app: Application, message: UpcomingMessage, author: Author, now: dt.datetime) -> str:
    """Send a message of this day now, a skipped one too; its own time then finds it sent. The job's id.

    Raises:
        UpcomingRefused: it is of another day, does not go out, was sent, has failed or is being sent.
        SupabaseError, redis.RedisError: something is away; ask again.
    """
    _check_sendable(app, message, now)
    if message.skip is not None:
        Skips(app.database, app.redis).take_back(message.task.organization_id, message.id, author)
    task = message.task.model_copy(update={"scheduled_for": now, "by_hand": True})
    if message.job_id is not None:
        job: Job = app.inspection.fetch(message.job_id)
        reschedule(app.queue, job, task)  # False: its time came at this moment
    else:
        job = enqueue(app.queue, task)
    about = {"type": task.type, "owner": str(task.recipient.id), "scheduled_for": message.at.isoformat()}
    app.changes.record(Change(author, "message_sent_now", str(message.id), task.organization_id, about))
    return job.id


def _check_sendable(app: Application, message: UpcomingMessage, now: dt.datetime) -> None:
    if message.status in ("sent", "failed"):
        raise UpcomingRefused("sent" if message.status == "sent" else "failed")
    if message.status == "off":
        raise UpcomingRefused("off", message.why.label if message.why else "")
    today = now.astimezone(zone_info(message.task.timezone)).date().isoformat()
    if message.type.once_a_day and message.task.key != today:
        raise UpcomingRefused("another_day")
    waiting = WaitingMessages(app.queue).find(message.id)
    if message.status == "under_way" or (waiting is not None and waiting.due is None):
        raise UpcomingRefused("begun")


def _put_back(app: Application, message: UpcomingMessage, now: dt.datetime) -> None:
    """Have a message wait for its time whose tick has been, or is at this moment, and finds it skipped."""
    if message.job_id is not None or (message.skip is not None and message.skip.job_id is not None):
        return  # its own job waits for its time, skipped or not
    task, type_ = message.task, message.type
    usual = moment_of(type_, dt.date.fromisoformat(task.key), task.timezone, None, app.pipeline.quiet)
    if usual is not None and usual <= now + _JUST_NOW and app.queue_maintenance.lost([job_id(task)]):
        enqueue(app.queue, task, message.at)
