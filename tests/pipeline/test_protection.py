"""The protection of instances: asked before each sending, told after it, and never in the way of what went out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from redis import RedisError

from proactive.errors import SupabaseError
from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.gateways.permits import Wait
from proactive.gateways.phones import Phone
from proactive.gateways.send_memory import SendNote, send_note
from proactive.model.context import Instance, Receipt
from proactive.model.failure_reasons import FailureReason
from proactive.model.task import Later
from proactive.pipeline.outgoing import OutgoingMessage
from proactive.pipeline.protection import InstanceProtection

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
RECEIPT = Receipt("3EB0", "5511@s.whatsapp.net")
MESSAGE = OutgoingMessage(cast(Any, None), Instance(name="shop", status="connected"), Phone("+5511", "5511"), True)


@dataclass
class Seen:
    """Breakers and states that note what they are told, or fail."""

    wait: Wait | None = None
    away: Exception | None = None
    noted: list[Any] = field(default_factory=list)

    def _note(self, *what: Any) -> None:
        if self.away:
            raise self.away
        self.noted.append(what)

    def check(self, instance: str, *, known: bool) -> Wait | None:
        self._note("check", instance, known)
        return self.wait

    def note(self, instance: str, gateway_message_id: str) -> SendNote:
        return send_note(instance, gateway_message_id, NOW.timestamp())

    def throttled(self, instance: str) -> None:
        self._note("throttled", instance)

    def found(self, instance: str, state: str, at: dt.datetime) -> None:
        self._note("found", instance, state)


def protection(seen: Seen, now: list[dt.datetime] | None = None) -> InstanceProtection:
    times = now or [NOW]
    return InstanceProtection(cast(Any, seen), cast(Any, seen), lambda: times[0])


def refused(fault: GatewayFault) -> GatewayError:
    return GatewayError(fault, FailureReason.GATEWAY_DISCONNECTED)


@pytest.mark.parametrize(("seconds", "waits"), [(3.0, 3.0), (59.0, 59.0), (86_400.0, 60.0)])
def test_a_message_that_has_to_wait_looks_again_within_a_minute(seconds: float, waits: float) -> None:
    assert protection(Seen(Wait(seconds, "why"))).why_wait(MESSAGE) == Later(waits, "why")
    assert protection(Seen()).why_wait(MESSAGE) is None


def test_redis_being_away_keeps_a_message_from_being_sent_and_not_one_that_was(
    caplog: pytest.LogCaptureFixture,
) -> None:
    away = protection(Seen(away=RedisError("away")))
    with pytest.raises(RedisError):
        away.why_wait(MESSAGE)
    assert away.accepted(MESSAGE, RECEIPT) == send_note("shop", "3EB0", NOW.timestamp())
    away.not_accepted(MESSAGE, refused(GatewayFault.THROTTLED))
    assert caplog.text.count("could not be noted") == 1


@pytest.mark.parametrize("fault", list(GatewayFault))
def test_a_refusal_says_something_of_the_instance_or_nothing(fault: GatewayFault) -> None:
    seen = Seen()
    protection(seen).not_accepted(MESSAGE, refused(fault))
    closed = [("found", "shop", "close")]
    said = {GatewayFault.DISCONNECTED: closed, GatewayFault.NO_INSTANCE: closed,
            GatewayFault.THROTTLED: [("throttled", "shop")]}  # fmt: skip
    assert seen.noted == said.get(fault, [])


def test_an_instance_is_found_closed_once_a_minute_and_open_when_it_sends_again() -> None:
    seen, now = Seen(), [NOW]
    both = protection(seen, now)
    for seconds in (0, 30, 61):
        now[0] = NOW + dt.timedelta(seconds=seconds)
        both.not_accepted(MESSAGE, refused(GatewayFault.DISCONNECTED))
    both.accepted(MESSAGE, RECEIPT)
    both.accepted(MESSAGE, RECEIPT)
    assert [what for what in seen.noted if what[0] == "found"] == [
        ("found", "shop", "close"), ("found", "shop", "close"), ("found", "shop", "open")
    ]  # fmt: skip


def test_supabase_being_away_is_no_reason_to_fail_a_message(caplog: pytest.LogCaptureFixture) -> None:
    protection(Seen(away=SupabaseError("away"))).not_accepted(MESSAGE, refused(GatewayFault.DISCONNECTED))
    assert "could not be kept" in caplog.text
