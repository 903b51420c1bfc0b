"""What can go wrong, in one hierarchy: `permanent` says whether trying again could help.

Messages of these errors reach logs, records and people, so they never hold a phone number, a key or a
message's text.
"""

from __future__ import annotations

from enum import StrEnum


class ProactiveError(Exception):
    """Base of every error of ours. `permanent` is False where a later attempt may succeed."""

    permanent: bool = True


class InvalidInput(ProactiveError):
    """Something a person or a program handed in is wrong; the message says what to hand in instead."""


class SettingsError(InvalidInput):
    """A setting is missing or malformed; the message names the variable and what it should look like."""


class SupabaseError(ProactiveError):
    """Supabase could not be read or written just now."""

    permanent = False


class RecordRefused(SupabaseError):
    """Supabase will never take this record: what it refers to is gone, or a value of it is impossible."""


class AuroraServiceError(ProactiveError):
    """The AI service failed, timed out or answered something that is not a chat completion."""

    permanent = False


class RateLimiterUnavailable(ProactiveError):
    """The limiter cannot be asked (Redis is away). Nothing may be sent without its permit."""

    permanent = False


class GatewayFault(StrEnum):
    """Why a gateway did not accept a message. The value is what records and metrics show."""

    DISCONNECTED = "instance_disconnected"
    NO_INSTANCE = "instance_missing"
    NOT_ON_WHATSAPP = "number_not_on_whatsapp"
    REFUSED = "refused"
    UNAUTHORIZED = "unauthorized"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "outcome_unknown"


_RETRIED = frozenset({GatewayFault.UNAUTHORIZED, GatewayFault.THROTTLED, GatewayFault.UNAVAILABLE})


class GatewayError(ProactiveError):
    """A gateway did not confirm a message.

    `fault` decides what happens next: `UNAVAILABLE` and `UNAUTHORIZED` are tried again, `THROTTLED` waits
    for the instance, `UNKNOWN` must be looked up before anything else, the rest is final.
    `may_have_accepted` is True where the request left and the gateway answered with a failure that does
    not rule out that it passed the message on (any 5xx), so that a retry looks first.
    """

    def __init__(self, fault: GatewayFault, reason: str, *, may_have_accepted: bool = False) -> None:
        super().__init__(reason)
        self.fault = fault
        self.reason = reason
        self.may_have_accepted = may_have_accepted or fault is GatewayFault.UNKNOWN
        self.permanent = fault not in _RETRIED
