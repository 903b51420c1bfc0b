"""A test message to a number, within the instance's rate limit as every other."""

from __future__ import annotations

from contextlib import suppress
from uuid import uuid4

from redis import RedisError

from proactive.app import Application
from proactive.doctor.finding import Finding, finding
from proactive.errors import RateLimiterUnavailable, SupabaseError
from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.gateways.permits import Granted
from proactive.gateways.phones import UnusablePhone, parse_phone

_TEXT = "Mensagem de teste da Aurora: se você recebeu isto, o envio funciona. ✅"


def send_test_message(app: Application, instance: str, number: str) -> Finding:
    """Send it from an instance, once; whatever fails is a finding, which repeats no number."""
    try:
        phone = parse_phone(number)
        with suppress(SupabaseError):  # then it has to wait, and says so
            app.mark_quiet_limiter()
        permit = app.rate_limiter.acquire(instance, f"test-{uuid4()}")
    except UnusablePhone as error:
        return _failed(error.failure.text, error.failure.label, "Confira o número de --send-to.")
    except (RateLimiterUnavailable, RedisError):
        reason = "the rate limiter cannot be asked: Redis is away"
        return _failed(reason, "o Redis não responde", "Confira o Redis.")
    if not isinstance(permit, Granted):
        return _failed(f"it has to wait: {permit.reason}", f"ela precisa esperar: {permit.reason}", "Tente mais tarde.")
    try:
        app.gateway.send(instance, phone, _TEXT)
    except GatewayError as error:
        if error.fault is not GatewayFault.UNKNOWN:
            app.rate_limiter.confirm(permit, happened=error.may_have_accepted or error.permanent)
        return _failed(error.failure.text, error.failure.label, error.failure.advice)
    app.rate_limiter.confirm(permit, happened=True)
    return finding("test_message.sent", instance=instance)


def _failed(reason: str, label: str, todo: str) -> Finding:
    return finding("test_message.failed", reason=reason, label=label, todo=todo)
