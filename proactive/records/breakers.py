"""The breakers of instances: what stops them is in Supabase, and in Redis for whoever is about to send."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from redis import Redis

from proactive.errors import SupabaseError
from proactive.gateways.breaker import CAUSES, CLOSED_FOR_GOOD, BreakerRules, Cause, Hold, Stop, judge, stop_for
from proactive.gateways.evolution.events import ConnectionEvent, Event, ReceiptEvent
from proactive.gateways.permits import Wait
from proactive.gateways.send_memory import Harmless, SendMemory, SendNote, Sign, Told, send_note
from proactive.model.author import Author, signed
from proactive.model.wait_reasons import WaitReason
from proactive.records.inbound import Heard
from proactive.storage.answers import flag, rows
from proactive.storage.redis import STOPS_UNWRITTEN
from proactive.storage.supabase import Database

logger = logging.getLogger(__name__)

#: What has happened so many seconds ago was told at once.
_AT_ONCE = 10.0
_SIGNS: dict[str, Sign] = {
    "server_ack_at": "server", "delivered_at": "phone", "read_at": "phone", "error_at": "refused"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoppedInstance:
    """An instance that may not write to anybody until `known_until`, nor to anybody new until `new_until` (aware)."""

    name: str
    organization_id: UUID
    cause: Cause
    since: dt.datetime
    known_until: dt.datetime
    new_until: dt.datetime


class Breakers:
    """Stops instances and lets them send again. `clock` answers Unix seconds."""

    def __init__(self, database: Database, redis: Redis, rules: BreakerRules, clock: Callable[[], float]) -> None:
        self._database, self._redis, self._rules, self._clock = database, redis, rules, clock
        self._memory = SendMemory(redis, rules.window)

    def check(self, instance: str, *, known: bool) -> Wait | None:
        """Whether the next message of an instance has to wait; `known`: its receiver wrote to us or was reached.

        Raises:
            redis.RedisError: Redis is away; nothing may be sent.
        """
        remembered, now = self._memory.recall(instance), self._clock()
        if remembered.stop is not None:
            wait = self._wait(remembered.stop, known)
            if wait.seconds > 0:
                return wait
        verdict = judge(remembered.sends, remembered.hearing, now, self._rules)
        if isinstance(verdict, Hold):
            reason = "messages of the instance wait for their acknowledgement"
            return Wait(verdict.seconds, reason, WaitReason.ACKNOWLEDGEMENTS)
        return None if verdict is None else self._wait(self.stop(instance, verdict), known)

    def harmless(self, instance: str) -> Harmless:
        """What `check` would surely let pass: the next message need not wait for it."""
        return self._memory.harmless(instance, min(self._rules.refusals, self._rules.silences))

    def note(self, instance: str, gateway_message_id: str) -> SendNote:
        """The note that the gateway has just accepted a message of an instance: its outcome is remembered with it."""
        return send_note(instance, gateway_message_id, self._clock())

    def throttled(self, instance: str) -> None:
        """Note that WhatsApp throttles an instance, which may stop it. Raises redis.RedisError."""
        self._memory.throttled(instance, self._clock())
        self.review(instance)

    def heard(self, heard: Sequence[Heard], *, by_webhook: bool = True) -> None:
        """Note what was told, which may stop instances or let them send again.

        What was not told `by_webhook`, but asked for, proves nothing about webhooks.

        Raises:
            redis.RedisError, SupabaseError: one of them is away; the same may be told again.
        """
        now = self._clock()
        events: dict[str, list[Event]] = {}
        for each in heard:
            events.setdefault(each.instance, []).append(each.event)
        told = [_told(instance, found, now, by_webhook=by_webhook) for instance, found in events.items()]
        self._memory.heard(told, now)
        for each_told in told:
            for event in events[each_told.instance]:
                if isinstance(event, ConnectionEvent):
                    self._connection(each_told.instance, event)
            if any("refused" in signs for signs in each_told.signs.values()):
                self.review(each_told.instance)

    def review(self, instance: str) -> None:
        """Stop an instance if its last sends say so. Raises redis.RedisError."""
        remembered = self._memory.recall(instance)
        verdict = judge(remembered.sends, remembered.hearing, self._clock(), self._rules)
        if verdict is not None and not isinstance(verdict, Hold) and remembered.stop is None:
            self.stop(instance, verdict)

    def stop(self, instance: str, cause: Cause, since: float | None = None) -> Stop:
        """Stop an instance since a moment (now). Raises redis.RedisError; what Supabase cannot take is kept."""
        stop = stop_for(cause, self._clock() if since is None else since, self._rules)
        self._memory.stop(instance, stop, self._clock())
        extra = {"action": "instance_stopped", "instance": instance, "reason": cause}
        logger.error("WhatsApp's answers stop an instance", extra=extra)
        self._redis.sadd(STOPS_UNWRITTEN, instance)
        self._write(instance, stop)
        return stop

    def release(self, instance: str, cause: Cause | None = None, author: Author | None = None) -> bool:
        """Let an instance send again, if it was stopped (for that cause); answers whether it was. Who did is kept.

        Raises:
            SupabaseError, redis.RedisError: one of them is away; try again.
        """
        held = (stop := self._memory.recall(instance).stop) is not None and cause in (None, stop.cause)
        arguments = {"p_instance": instance, "p_cause": cause, "p_held": held} | signed(author)
        released = self._database.call("aurora_proactive_release_instance", arguments, flag) or held
        if cause is None or held:
            self._memory.release(instance)
            self._redis.srem(STOPS_UNWRITTEN, instance)
        if released:
            logger.info("An instance may send again", extra={"action": "instance_released", "instance": instance})
        return released

    def stopped(self, organization: UUID | None) -> list[StoppedInstance]:
        """The instances that are stopped now, of an organisation or (None) of all. Raises SupabaseError."""
        arguments = {"p_organization": str(organization) if organization else None}
        return self._database.call("aurora_proactive_stopped_instances", arguments, _stopped)

    def write_kept(self) -> None:
        """Write what Supabase could not take when it happened. Raises redis.RedisError."""
        for name in cast("set[bytes]", self._redis.smembers(STOPS_UNWRITTEN)):
            instance = name.decode()
            stop = self._memory.recall(instance).stop
            if stop is None:
                self._redis.srem(STOPS_UNWRITTEN, instance)
            else:
                self._write(instance, stop)

    def _connection(self, instance: str, event: ConnectionEvent) -> None:
        at = event.at.timestamp()
        cause = CLOSED_FOR_GOOD.get(event.reason or 0) if event.state == "close" else None
        if not self._memory.connection_changed(instance, at):
            return
        if cause is not None and self._clock() - at < self._rules.new_rest:
            self.stop(instance, cause, at)
        elif event.state == "open":
            self.release(instance, "logged_out")

    def _write(self, instance: str, stop: Stop) -> None:
        arguments = {
            "p_instance": instance, "p_cause": stop.cause, "p_since": _iso(stop.since),
            "p_known_until": _iso(stop.known_until), "p_new_until": _iso(stop.new_until),
        }  # fmt: skip
        try:
            self._database.call("aurora_proactive_stop_instance", arguments, flag)
        except SupabaseError as error:
            logger.warning("What stops an instance is kept in Redis: %s", error, extra={"action": "kept"})
            return
        self._redis.srem(STOPS_UNWRITTEN, instance)

    def _wait(self, stop: Stop, known: bool) -> Wait:
        rest = stop.rest(known=known, now=self._clock())
        return Wait(rest, f"the instance is stopped: {stop.cause}", WaitReason.INSTANCE_STOPPED)


def _told(instance: str, events: Sequence[Event], now: float, *, by_webhook: bool) -> Told:
    signs: dict[str, list[Sign]] = {}
    for event in events:
        if isinstance(event, ReceiptEvent) and event.receipt in _SIGNS:
            signs.setdefault(event.gateway_message_id, []).append(_SIGNS[event.receipt])
    at_once = by_webhook and any(now - event.at.timestamp() <= _AT_ONCE for event in events)
    return Told(instance, signs, at_once)


def _stopped(answer: Any) -> list[StoppedInstance]:
    return [
        StoppedInstance(
            str(row["instance_name"]), UUID(row["organization_id"]), CAUSES[CAUSES.index(row["cause"])],
            *(dt.datetime.fromisoformat(row[name]) for name in ("since", "known_until", "new_until")),
        )
        for row in rows(answer)
    ]  # fmt: skip


def _iso(moment: float) -> str:
    return dt.datetime.fromtimestamp(moment, dt.UTC).isoformat()
