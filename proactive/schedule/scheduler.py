"""The schedule on top of rq-scheduler: entries in their own zones, fired exactly once, written again when lost.

An entry is a job in rq-scheduler's own set, so its tools show it; it is never executed itself. When it is
due, one transaction puts a tick on the queue and moves the entry to its next run: a kill in between leaves
it due, two schedulers cannot both fire it (docs/decisions/0003-entries-are-templates.md).
"""

from __future__ import annotations

import datetime as dt
import logging
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import cast

from croniter import croniter
from redis import Redis, WatchError
from rq.exceptions import NoSuchJobError
from rq.job import JobStatus
from rq.utils import as_text
from rq_scheduler import Scheduler

from proactive.failpoints import failpoint
from proactive.model.durations import CATCH_UP
from proactive.queue.rq_classes import QUEUE_NAME, JsonJob, JsonQueue
from proactive.schedule.cron import last_run_today, next_run, runs_until
from proactive.schedule.entries import PREFIX, CronEntry, entries_for
from proactive.schedule.ticks import TICK, tick_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """An entry and its next run (aware, UTC)."""

    entry: CronEntry
    next_run: dt.datetime


class CronSchedule(Scheduler):  # type: ignore[misc]  # rq-scheduler has no types
    """The schedule's entries in Redis. Every method raises redis.RedisError where Redis is away."""

    job_class = JsonJob
    queue_class = JsonQueue

    def __init__(self, redis: Redis) -> None:
        super().__init__(queue_name=QUEUE_NAME, connection=redis, job_class=JsonJob, queue_class=JsonQueue)
        self._target = JsonQueue(connection=redis)

    def register(
        self, zones: Iterable[str], now: dt.datetime, ran_before: Callable[[CronEntry], bool] = lambda entry: False
    ) -> None:
        """Make the entries what `zones` need: absent and changed ones are written, others left as they are.

        What is due and not yet fired stays due, also where only the entry's own data were lost. An entry that
        is gone altogether although it `ran_before` is due since its last run of this local day, so that
        nothing is skipped with it. Entries of zones that nobody uses any more are removed.
        """
        wanted = {entry.id: entry for entry in entries_for(zones)}
        for entry_id in self._ids():
            if entry_id not in wanted:
                self.cancel(entry_id)
                self._target.remove(entry_id)
        for entry in wanted.values():
            known, score = self._read(entry.id), self.connection.zscore(self.scheduled_jobs_key, entry.id)
            if known == entry and score is not None:
                continue
            if score is not None and (known is None or known.cron == entry.cron):
                due = dt.datetime.fromtimestamp(score, dt.UTC)
            else:
                lost = known is None and score is None and ran_before(entry)
                due = (lost and last_run_today(entry.cron, entry.zone, now)) or next_run(entry.cron, entry.zone, now)
            self._write(entry, due)
            logger.info("Schedule entry written", extra={"action": "entry_written", "type": entry.type})

    def holds(self, zones: Iterable[str]) -> bool:
        """Whether the entries are those that `zones` need and each has its data, in two commands; unread they stay."""
        wanted = {entry.id for entry in entries_for(zones)}
        if wanted != set(self._ids()):
            return False
        return not wanted or self.connection.exists(*map(JsonJob.key_for, wanted)) == len(wanted)

    def next_due(self) -> float:
        """When the first entry is due, in seconds since 1970; infinite where there is none."""
        scored = cast(
            "list[tuple[bytes, float]]", self.connection.zrange(self.scheduled_jobs_key, 0, -1, withscores=True)
        )
        return min((score for entry, score in scored if as_text(entry).startswith(PREFIX)), default=math.inf)

    def planned(self) -> list[PlannedRun]:
        """Every entry with its next run, soonest first."""
        scored = self.connection.zrange(self.scheduled_jobs_key, 0, -1, withscores=True)
        found = ((self._read(as_text(entry_id)), score) for entry_id, score in scored)
        return [PlannedRun(entry, dt.datetime.fromtimestamp(score, dt.UTC)) for entry, score in found if entry]

    def now(self) -> dt.datetime:
        """The instant of Redis' clock (UTC): every scheduler reads the same clock, however wrong its machine's is."""
        seconds, microseconds = self.connection.time()
        return dt.datetime.fromtimestamp(seconds, dt.UTC).replace(microsecond=microseconds)

    def fire_due(self, now: dt.datetime) -> int:
        """Fire every entry that is due at `now`, each missed run once; answer how many ticks were enqueued.

        An entry that cannot be read is logged and left for `register` to mend; the others go on.
        """
        fired = 0
        for entry_id, score in self._due(now):
            entry = self._read(entry_id)
            if entry is None:
                logger.error("Schedule entry %s cannot be read", entry_id, extra={"action": "entry_unread"})
                continue
            first = max(dt.datetime.fromtimestamp(score, dt.UTC), now - CATCH_UP)
            fired += self._fire(entry, score, list(runs_until(entry.cron, entry.zone, first, now)), now)
        return fired

    def fire_now(self, entry: CronEntry, now: dt.datetime) -> str:
        """Put a tick of an entry for `now` (aware) on the queue, beside its runs; answer the tick's id."""
        tick = self._target.enqueue_job(tick_of(self._target, entry, now))
        logger.info("Schedule fired by hand for %s", entry.timezone, extra={"action": "fired", "type": entry.type})
        return tick.id

    def _fire(self, entry: CronEntry, score: float, runs: list[dt.datetime], now: dt.datetime) -> int:
        failpoint("entry_due")
        with self.connection.pipeline() as pipe:
            try:
                pipe.watch(self.scheduled_jobs_key)
                if pipe.zscore(self.scheduled_jobs_key, entry.id) != score:
                    return 0
                pipe.multi()
                for run in runs:
                    self._target.enqueue_job(tick_of(self._target, entry, run), pipeline=pipe)
                following = next_run(entry.cron, entry.zone, now)
                pipe.zadd(self.scheduled_jobs_key, {entry.id: following.timestamp()})
                pipe.execute()
            except WatchError:
                return 0  # another scheduler was faster, or the set changed: the next run sees what is left
        failpoint("entry_fired")
        extra = {"action": "fired", "type": entry.type}
        logger.info("Schedule fired for %s", entry.timezone, extra=extra)
        return len(runs)

    def _due(self, now: dt.datetime) -> Iterator[tuple[str, float]]:
        due = self.connection.zrangebyscore(self.scheduled_jobs_key, 0, now.timestamp(), withscores=True)
        for entry_id, score in cast("list[tuple[bytes, float]]", due):
            if as_text(entry_id).startswith(PREFIX):
                yield as_text(entry_id), score

    def _ids(self) -> list[str]:
        ids = [as_text(raw) for raw in self.connection.zrange(self.scheduled_jobs_key, 0, -1)]
        return [entry_id for entry_id in ids if entry_id.startswith(PREFIX)]

    def _write(self, entry: CronEntry, due: dt.datetime) -> None:
        job = JsonJob.create(
            TICK,
            kwargs={"type": entry.type, "timezone": entry.timezone},
            id=entry.id,
            connection=self.connection,
            description=f"{entry.type} at {entry.cron} in {entry.timezone}",
            meta={"cron_string": entry.cron, "timezone": entry.timezone},
            status=JobStatus.SCHEDULED,
        )
        job.origin = QUEUE_NAME
        with self.connection.pipeline() as pipe:
            pipe.delete(job.key)  # what was there may be no job at all
            job.save(pipeline=pipe)
            pipe.persist(job.key)
            pipe.zadd(self.scheduled_jobs_key, {entry.id: due.timestamp()})
            pipe.execute()

    def _read(self, entry_id: str) -> CronEntry | None:
        try:
            job = JsonJob.fetch(entry_id, connection=self.connection)
            entry = CronEntry(str(job.kwargs["type"]), job.meta["timezone"], job.meta["cron_string"])
            return entry if entry.id == entry_id and entry.zone and croniter.is_valid(entry.cron) else None
        except (NoSuchJobError, KeyError, ValueError, TypeError) as error:
            logger.debug("Entry %s: %s", entry_id, type(error).__name__)
            return None
        except Exception as error:  # RQ raises whatever a broken hash makes its parser raise
            logger.warning("Schedule entry %s is broken: %s", entry_id, type(error).__name__)
            return None
