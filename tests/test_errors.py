"""Errors say whether trying again could help."""

from __future__ import annotations

import pytest

from proactive.errors import (
    AuroraServiceError,
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
