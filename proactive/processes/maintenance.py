"""Maintenance that one process of ours does for all of them: of the queue, the outbox and the rate limiter.

The scheduler does it as a rule, and a worker where no scheduler runs (`queue.turn`).
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from redis import RedisError

from proactive.app import Application
from proactive.errors import ProactiveError
from proactive.jobs.hear import forget_heard, keep_hearing
from proactive.jobs.pump import expire_campaigns, keep_pumps, settle_effects
from proactive.model.durations import FORGET_EVERY, OBSERVATION_GAP, UNSETTLED_AFTER
from proactive.processes.feed_chores import FeedChores
from proactive.processes.gateway_chores import GatewayChores
from proactive.processes.retention import Retention
from proactive.queue.enqueue import enqueue, job_id
from proactive.queue.turn import MaintenanceTurn
from proactive.records.deliveries import Deliveries

logger = logging.getLogger(__name__)


@dataclass
class Maintenance:
    """Runs each chore when its interval has passed; one that fails is logged and tried again after the next."""

    app: Application
    turn: MaintenanceTurn
    _ran: dict[str, float] = field(default_factory=dict)
    _gateway: GatewayChores = field(init=False)
    _feeds: FeedChores = field(init=False)
    _retention: Retention = field(init=False)
    _called: float = float("-inf")
    _had_turn: bool = False

    def __post_init__(self) -> None:
        self._gateway = GatewayChores(self.app)
        self._feeds = FeedChores(self.app)
        self._retention = Retention(self.app)

    def run_due(self) -> bool:
        """Run every chore that is due now, if it is this process' turn; answers whether it is."""
        try:
            mine = self.turn.take()
        except RedisError as error:
            self._log_failed("take the turn", error)
            return False
        self.run_if(mine)
        return mine

    def run_if(self, mine: bool) -> None:
        """Run every chore that is due now if the turn is `mine`, which this process has just asked."""
        now = time.monotonic()
        watched, self._called = now - self._called < OBSERVATION_GAP, now
        newly, self._had_turn = mine and not self._had_turn, mine
        if mine:
            self._chores(watched=watched and newly)

    def _chores(self, *, watched: bool) -> None:
        app, queue = self.app, self.app.queue_maintenance
        self._chore("move due jobs", 1.0, queue.move_due)
        self._chore("recover lost jobs", 0.0 if watched else 3.0, lambda: queue.recover(watched=watched))
        self._chore("flush the outbox", 5.0, lambda: app.records.flush(patient=True))
        # while nobody waits for a permit, nothing is gained by telling the limiter at once
        self._chore("mark the limiter quiet", 1.0 if queue.soon else 10.0, app.mark_quiet_limiter)
        self._chore("resume unsettled messages", 20.0, self.resume_unsettled)
        deliveries = Deliveries(app.database)
        self._chore("mark silent messages", 15.0, deliveries.mark_silent)
        self._chore("settle what was heard of", 20.0, deliveries.settle_heard)
        self._chore("forget receipts", 3600.0, deliveries.forget_receipts)
        self._chore("write changes down", 15.0, app.changes.flush)
        self._chore("write what stops instances", 15.0, app.breakers.write_kept)
        self._chore("keep the pumps", 10.0, lambda: keep_pumps(app, dt.datetime.now(dt.UTC)))
        self._chore("let previews expire", 60.0, lambda: expire_campaigns(app, dt.datetime.now(dt.UTC)))
        self._chore("count what campaigns brought", 3600.0, lambda: settle_effects(app, dt.datetime.now(dt.UTC)))
        self._chore("take up what was heard", 15.0, lambda: keep_hearing(app, dt.datetime.now(dt.UTC)))
        self._chore("forget what was heard", 3600.0, lambda: forget_heard(app, dt.datetime.now(dt.UTC)))
        self._chore("trim finished jobs", 20.0, queue.trim)
        self._chore("forget dead workers", 60.0, queue.forget_dead_workers)
        self._chore("forget what is over", FORGET_EVERY, lambda: self._retention.forget(dt.datetime.now(dt.UTC)))
        self._chore("look after the gateway", 15.0, self._gateway.begin)
        self._chore("have feeds read", 15.0, self._feeds.begin)

    def resume_unsettled(self) -> int:
        """Give every record that is pending without a job a new one; answer how many.

        Raises:
            SupabaseError: the records cannot be read.
        """
        unsettled = [(task, last or job_id(task)) for task, last in self.app.records.unsettled(UNSETTLED_AFTER)]
        lost = self.app.queue_maintenance.lost([job for _, job in unsettled])
        resumed = 0
        for task, job in unsettled:
            if job not in lost:
                continue
            enqueue(self.app.queue, task, name=job)
            resumed += 1
            extra = {"messageId": str(task.occurrence.id), "organizationId": str(task.organization_id)}
            extra |= {"type": str(task.type), "action": "resumed"}
            logger.warning("A message had lost its job, it has a new one", extra=extra)
        return resumed

    def _chore(self, name: str, interval: float, chore: Callable[[], object]) -> None:
        now = time.monotonic()
        if now < self._ran.get(name, float("-inf")) + interval:
            return
        self._ran[name] = now
        try:
            chore()
        except (ProactiveError, RedisError) as error:
            self._log_failed(name, error)

    def _log_failed(self, name: str, error: Exception) -> None:
        logger.warning("Could not %s: %s", name, type(error).__name__, extra={"action": "upkeep_failed"})
