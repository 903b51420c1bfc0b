"""What is so, judged by what was read: pure functions from snapshots to conditions."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator

from proactive.errors import SupabaseError
from proactive.model.durations import SCHEDULER_SILENT
from proactive.monitoring.condition import CheckName, Condition
from proactive.monitoring.present import InstanceCondition, PausePage, Present
from proactive.monitoring.queue_snapshot import QueueSnapshot
from proactive.storage.migrated import MIGRATION

#: The alerts are evaluated every minute: after three that were left out nobody looks.
ALERTS_STALE = 180.0
#: An idle worker takes a job within a second or two; a busy crew may be this late before it is remarkable.
_STANDS, _LATE = 60.0, 600.0
#: Codes of Supabase's refusals: the key is not taken or not the right one; something of ours is not there; something
#: before the database, or the database itself, is not up.
_KEY = re.compile(r"40[13]|PGRST30.|42501|28...")
_MISSING = re.compile(r"PGRST20.|42883|42P01|42703")
_DOWN = re.compile(r"unknown|5..|PGRST00.|53...|57...|08...")
_INSTANCES: dict[InstanceCondition, str] = {
    "stopped": "instances_stopped", "failing": "instances_failing", "down": "instances_down",
    "unproven": "instances_unproven", "connecting": "instances_connecting",
}  # fmt: skip


def of_queue(queue: QueueSnapshot, now: dt.datetime) -> Iterator[Condition]:
    """What is so of workers, scheduler, queue, records that wait, and alerts at `now` (aware)."""
    yield from _of_workers(queue, now)
    yield from _of_jobs(queue)
    if queue.unwritten:
        yield Condition("records", "records_unwritten", {"count": queue.unwritten})
    if queue.refused:
        yield Condition("records", "records_refused", {"count": queue.refused})
    yield from of_alerts(queue, now)


def of_alerts(queue: QueueSnapshot, now: dt.datetime) -> Iterator[Condition]:
    """Whether alerts are raised, and whether anybody has looked lately."""
    if queue.queue_alerts is None or (queue.queue_alerts <= ALERTS_STALE and queue.records_alerts is None):
        yield Condition("alerts", "alerts_never")
    elif queue.queue_alerts > ALERTS_STALE:
        yield Condition("alerts", "alerts_stale", _since(queue.queue_alerts, now))
    elif queue.records_alerts is not None and queue.records_alerts > ALERTS_STALE:
        yield Condition("alerts", "alerts_partly", _since(queue.records_alerts, now))
    if queue.raised:
        names = ", ".join(sorted(queue.raised))
        yield Condition("alerts", "alert_raised", {"count": len(queue.raised), "names": names})


def of_present(present: Present) -> Iterator[Condition]:
    """What is so of instances, deliveries, failures and pauses."""
    for condition, code in _INSTANCES.items():
        if number := present.instances.conditions[condition]:
            yield Condition("instances", code, {"count": number})
    if undelivered := present.refused + present.silent:
        yield Condition("delivery", "undelivered", {"count": undelivered, "judged": present.judged})
    elif present.accepted and not present.judged:
        yield Condition("delivery", "unheard")
    if present.failed:
        yield Condition("failures", "failed_lately", {"count": present.failed})
    if present.pauses.count:
        yield Condition("pauses", "paused", {"count": present.pauses.count, "what": _paused(present.pauses)})


def of_supabase(error: SupabaseError | None) -> Iterator[Condition]:
    """What is so of Supabase, by what reading it raised."""
    if error is None:
        return
    code = _code(error)
    if error.answered and _MISSING.fullmatch(code):
        return  # that is the migration's business
    kind = "supabase_away"
    if error.answered and not _DOWN.fullmatch(code):
        kind = "supabase_key" if _KEY.fullmatch(code) else "supabase_refused"
    yield Condition("supabase", kind, {"why": str(error)})


def of_migration(applied: str | SupabaseError, reading: SupabaseError | None) -> Iterator[Condition]:
    """What is so of the migration: what was applied last or why that is not known, and what reading raised."""
    missing = [error for error in (applied, reading) if isinstance(error, SupabaseError) and error.answered]
    if any(_MISSING.fullmatch(_code(error)) for error in missing):
        yield Condition("migration", "migration_missing")
    elif isinstance(applied, SupabaseError):
        yield unknown("migration", "supabase")
    elif applied != MIGRATION:
        yield Condition("migration", "migration_old", {"found": applied, "needed": MIGRATION})


def unknown(check: CheckName, part: CheckName) -> Condition:
    """What could not be looked at, because another part is away."""
    return Condition(check, "unknown", {"part": {"redis": "Redis", "supabase": "Supabase"}.get(part, part)})


def _of_workers(queue: QueueSnapshot, now: dt.datetime) -> Iterator[Condition]:
    if not sum(queue.workers.values()):
        yield Condition("workers", "workers_none")
    if queue.suspended:
        yield Condition("workers", "workers_suspended")
    if queue.scheduler_age is None:
        yield Condition("scheduler", "scheduler_never")
    elif queue.scheduler_age > SCHEDULER_SILENT:
        yield Condition("scheduler", "scheduler_silent", _since(queue.scheduler_age, now))


def _of_jobs(queue: QueueSnapshot) -> Iterator[Condition]:
    waited = queue.oldest_age or 0.0
    if queue.suspended or not sum(queue.workers.values()):
        return  # that says it all
    if waited > _STANDS and not queue.workers.get("busy") and not queue.jobs.get("active"):
        yield Condition("queue", "queue_stands", {"seconds": waited})
    elif waited > _LATE:
        yield Condition("queue", "queue_late", {"seconds": waited})
    if queue.overdue:
        yield Condition("queue", "queue_overdue", {"count": queue.overdue})


def _paused(pauses: PausePage) -> str:
    """What is paused, in English: types by their name, organisations by their number."""
    kinds = Counter((pause.type or "every type", pause.organization_id is None) for pause in pauses.rows)
    said = [
        f"{type_} of every organisation" if everybody else f"{type_} of {number} organisation(s)"
        for (type_, everybody), number in kinds.items()
    ]
    more = pauses.count - len(pauses.rows)
    return ", ".join([*said, *([f"{more} more"] if more > 0 else [])])


def _since(seconds: float, now: dt.datetime) -> dict[str, float | dt.datetime]:
    return {"seconds": seconds, "since": now - dt.timedelta(seconds=seconds)}


def _code(error: SupabaseError) -> str:
    """The code that a refusal names: PostgreSQL's, PostgREST's, or an HTTP status."""
    found = re.search(r"\bcode (\w+)", str(error))
    return found[1] if found else ""
