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
    UNAVAILABLE = "unavailable"
    UNKNOWN = "outcome_unknown"


_RETRIED = frozenset({GatewayFault.UNAUTHORIZED, GatewayFault.THROTTLED, GatewayFault.UNAVAILABLE})


class GatewayError(ProactiveError):
    """A gateway did not confirm a message.

    `fault` decides what happens next: `UNAVAILABLE` and `UNAUTHORIZED` are tried again, `THROTTLED` waits
    for the instance, `UNKNOWN` must be reconciled before anything else, the rest is final.
    `may_have_accepted` is True where the request left and the gateway answered with a failure that does
    not rule out that it passed the message on (any 5xx), so that a retry checks first.
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
