"""The faults of gateways: the fault decides what happens to a message next, the failure says why."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from proactive.errors import ProactiveError
from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason


class GatewayFault(StrEnum):
    """The kind of a gateway's refusal to accept a message. The value is what records and metrics show."""

    DISCONNECTED = "instance_disconnected"
    NO_INSTANCE = "instance_missing"
    NOT_ON_WHATSAPP = "number_not_on_whatsapp"
    REFUSED = "refused"
    UNAUTHORIZED = "unauthorized"
    THROTTLED = "throttled"
    UNREACHABLE = "unreachable"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "outcome_unknown"


#: Surely nothing was sent, and the message waits without an attempt being counted.
WAITING = frozenset({GatewayFault.UNREACHABLE, GatewayFault.UNAUTHORIZED, GatewayFault.THROTTLED})
_RETRIED = WAITING | {GatewayFault.UNAVAILABLE}


class GatewayError(ProactiveError):
    """A gateway did not confirm a message.

    `fault` decides what happens next: `UNREACHABLE`, `UNAUTHORIZED` (what we have configured, or a licence) and
    `THROTTLED` wait, `UNAVAILABLE` is tried again, `UNKNOWN` must be reconciled and is never sent again,
    `DISCONNECTED` waits while the instance may come back, the rest is final. `may_have_accepted` is True where the
    gateway answered with a failure of its own that does not rule out that it passed the message on, so that a retry
    checks first.
    """

    def __init__(
        self,
        fault: GatewayFault,
        reason: FailureReason,
        details: Mapping[str, str] | None = None,
        *,
        causes: tuple[Failure, ...] = (),
        may_have_accepted: bool = False,
    ) -> None:
        self.fault = fault
        self.failure = Failure(reason, details or {}, causes)
        super().__init__(self.failure.text)
        self.may_have_accepted = may_have_accepted or fault is GatewayFault.UNKNOWN
        self.permanent = fault not in _RETRIED
