"""Sends once more, by itself, what failed today because its instance was disconnected, when the instance is open again.

The gateway's webhook has a worker do it at once; the maintenance looks as well, because a webhook may be lost. Doing it
twice does nothing: a record is opened by one of them, and only once ever.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging

from redis import Redis

from proactive.app import Application, application
from proactive.gateways.base import Gateway
from proactive.gateways.faults import GatewayError
from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason
from proactive.model.quiet_hours import QuietHours
from proactive.model.task import Task
from proactive.model.zones import zone_info
from proactive.pipeline.send_window import send_window
from proactive.queue.enqueue import enqueue
from proactive.queue.rq_classes import JsonQueue
from proactive.storage.redis import reconnection_key

logger = logging.getLogger(__name__)

#: Why a message failed that may go out when its instance is back.
DISCONNECTED = (
    FailureReason.NO_INSTANCE,
    FailureReason.INSTANCE_DISCONNECTED,
    FailureReason.GATEWAY_DISCONNECTED,
    FailureReason.GATEWAY_NEVER_CONNECTED,
)
#: An instance that tells its states in a burst is looked at once in so many seconds.
_BURST = 5


def run(instance: str) -> str:
    """Send again what failed while `instance` was away; RQ's job."""
    app = application()
    return f"{resend_reconnected(app, app.gateway, dt.datetime.now(dt.UTC), instance)} sent again"


def enqueue_reconnection(redis: Redis, queue: JsonQueue, instance: str) -> None:
    """Have a worker send again what failed while an instance was away, once a burst. Raises redis.RedisError."""
    if redis.set(reconnection_key(instance), "1", nx=True, ex=_BURST):
        name = hashlib.sha256(instance.encode()).hexdigest()[:32]
        queue.enqueue(f"{__name__}.run", instance=instance, job_id=f"reconnected-{name}", result_ttl=3600)


def resend_reconnected(app: Application, gateway: Gateway, now: dt.datetime, instance: str | None = None) -> int:
    """Put what failed in its local day because its instance was away back on the queue; answer how much.

    Only where product and gateway both say that the instance (None: any) is open, and where the message is still worth
    sending at `now` (aware).

    Raises:
        SupabaseError, redis.RedisError: the records or the queue are away; the next run makes up for it.
    """
    if not app.settings.resend_on_reconnect:
        return 0
    quiet = QuietHours(app.settings.quiet_from, app.settings.quiet_until)
    states: dict[str, bool] = {}
    sent_again = 0
    for name, task in app.lately.failed_lately(DISCONNECTED, instance):
        if not _worth_sending(task, now, quiet):
            continue
        if name not in states:
            states[name] = _is_open(gateway, name)
        if not states[name] or app.records.reopen(task.occurrence.id, by_itself=True) is None:
            continue
        enqueue(app.queue, task)
        sent_again += 1
        extra = {"messageId": str(task.occurrence.id), "organizationId": str(task.organization_id)}
        logger.info("A message goes out after all", extra=extra | {"type": task.type, "action": "reconnected"})
    return sent_again


def _worth_sending(task: Task, now: dt.datetime, quiet: QuietHours) -> bool:
    zone = zone_info(task.timezone)
    same_day = task.scheduled_for.astimezone(zone).date() == now.astimezone(zone).date()
    return same_day and not isinstance(send_window(task, now, quiet), Failure)


def _is_open(gateway: Gateway, instance: str) -> bool:
    try:
        return gateway.state(instance) == "open"
    except GatewayError:
        return False
