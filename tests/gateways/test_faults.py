"""A gateway's fault decides what happens next, and its failure says it."""

from __future__ import annotations

import pytest

from proactive.gateways.faults import WAITING, GatewayError, GatewayFault
from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason

REASON = FailureReason.GATEWAY_UNREACHABLE


@pytest.mark.parametrize("fault", list(GatewayFault))
def test_a_gateways_fault_alone_decides_about_retries(fault: GatewayFault) -> None:
    retried = WAITING | {GatewayFault.UNAVAILABLE}
    assert GatewayError(fault, REASON).permanent == (fault not in retried)


def test_its_words_are_those_of_its_failure() -> None:
    cause = Failure(FailureReason.GATEWAY_TIMED_OUT)
    error = GatewayError(GatewayFault.UNAVAILABLE, FailureReason.LOOKUP_FAILED, causes=(cause,))
    assert str(error) == error.failure.text == f"sent messages could not be looked up: {cause.text}"


def test_an_unknown_outcome_may_always_be_a_yes() -> None:
    assert GatewayError(GatewayFault.UNKNOWN, REASON).may_have_accepted
    assert not GatewayError(GatewayFault.UNAVAILABLE, REASON).may_have_accepted
    assert GatewayError(GatewayFault.UNAVAILABLE, REASON, may_have_accepted=True).may_have_accepted
