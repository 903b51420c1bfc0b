"""Errors say whether trying again could help."""

from __future__ import annotations

import pytest

from proactive.errors import (
    AuroraServiceError,
    GatewayError,
    GatewayFault,
    InvalidInput,
    ProactiveError,
    RateLimiterUnavailable,
    RecordRefused,
    SettingsError,
    SupabaseError,
)


@pytest.mark.parametrize("error", [InvalidInput, SettingsError])
def test_what_a_person_has_to_change_is_permanent(error: type[ProactiveError]) -> None:
    assert error("say what to hand in instead").permanent


@pytest.mark.parametrize("error", [SupabaseError, RecordRefused, AuroraServiceError, RateLimiterUnavailable])
def test_what_is_away_may_come_back(error: type[ProactiveError]) -> None:
    assert not error("it is away").permanent


@pytest.mark.parametrize("fault", list(GatewayFault))
def test_a_gateways_fault_alone_decides_about_retries(fault: GatewayFault) -> None:
    retried = {GatewayFault.UNAUTHORIZED, GatewayFault.THROTTLED, GatewayFault.UNAVAILABLE}
    error = GatewayError(fault, "why")
    assert error.permanent == (fault not in retried)
    assert (str(error), error.reason) == ("why", "why")


def test_an_unknown_outcome_may_always_be_a_yes() -> None:
    assert GatewayError(GatewayFault.UNKNOWN, "why").may_have_accepted
    assert not GatewayError(GatewayFault.UNAVAILABLE, "why").may_have_accepted
    assert GatewayError(GatewayFault.UNAVAILABLE, "why", may_have_accepted=True).may_have_accepted
