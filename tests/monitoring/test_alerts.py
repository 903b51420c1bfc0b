"""The alerts: when each of them holds, and what its notice says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from proactive.gateways.breaker import CAUSES
from proactive.monitoring.alerts import Notice, Verdict, judge
from proactive.monitoring.campaign_snapshot import NUMBER_CAUSES, PAUSE_CAUSES, CampaignSnapshot
from tests.monitoring.conftest import NOW, SettingsFor
from tests.support.stand_ins import QUIET_QUEUE, QUIET_RECORDS


def verdicts(settings_for: SettingsFor, queue: Any = None, records: Any = None, **settings: Any) -> dict[str, bool]:
    return {verdict.alert: verdict.holds for verdict in judge(settings_for(**settings), queue, records)}


@pytest.mark.parametrize(("years", "holds"), [(None, set()), (3, {False}), (2, {True}), (0, {True})])
def test_holidays_that_are_not_whole_are_told(settings_for: SettingsFor, years: int | None, holds: set[bool]) -> None:
    found = [each for each in judge(settings_for(), None, None, None, years) if each.alert == "holidays_stale"]
    assert {each.holds for each in found} == holds
    assert all("aurora holidays" in Notice.of(each, NOW).text for each in found)


@pytest.mark.parametrize(
    ("ended", "failed", "holds"), [(0, 0, False), (10, 1, False), (100, 11, True), (1, 1, True), (10, 0, False)]
)
def test_more_than_a_tenth_of_the_messages_failed(
    settings_for: SettingsFor, ended: int, failed: int, holds: bool
) -> None:
    records = replace(QUIET_RECORDS, ended=ended, failed=failed, last_sent_age=1.0)
    names = ("silence", "undelivered_rate", "stopped_instances", "campaigns_paused", "campaigns_untold")
    others = dict.fromkeys(names, False)
    assert verdicts(settings_for, records=records) == {"failure_rate": holds} | others


@pytest.mark.parametrize(
    ("judged", "undelivered", "holds"),
    [(0, 0, False), (3, 2, False), (3, 3, True), (30, 3, False), (30, 4, True), (29, 3, True)],
)
def test_more_than_a_tenth_of_what_was_accepted_never_arrived(
    settings_for: SettingsFor, judged: int, undelivered: int, holds: bool
) -> None:
    records = replace(QUIET_RECORDS, judged=judged, undelivered=undelivered)
    assert verdicts(settings_for, records=records)["undelivered_rate"] is holds
    loose = verdicts(settings_for, records=records, alert_undelivered_rate=0.9)["undelivered_rate"]
    assert loose is (undelivered == judged == 3)


@pytest.mark.parametrize("cause", CAUSES)
def test_an_instance_that_is_stopped_is_told(settings_for: SettingsFor, cause: str) -> None:
    records = replace(QUIET_RECORDS, stopped=dict.fromkeys(CAUSES, 0) | {cause: 1})
    assert verdicts(settings_for, records=records)["stopped_instances"]
    text = Notice.of(Verdict("stopped_instances", True, 1, 0), NOW).text
    assert text == "🔴 Aurora - Alerta: instâncias paradas para proteger o número: 1 (limite: 0)"


@pytest.mark.parametrize("cause", NUMBER_CAUSES)
def test_a_number_whose_campaigns_pause_is_told(settings_for: SettingsFor, cause: str) -> None:
    campaigns = replace(CampaignSnapshot(), numbers=dict.fromkeys(NUMBER_CAUSES, 0) | {cause: 2})
    assert verdicts(settings_for, records=replace(QUIET_RECORDS, campaigns=campaigns))["campaigns_paused"]
    text = Notice.of(Verdict("campaigns_paused", True, 2, 0), NOW).text
    assert text == "🔴 Aurora - Alerta: números com as campanhas pausadas para protegê-los: 2 (limite: 0)"


@pytest.mark.parametrize("cause", PAUSE_CAUSES)
def test_only_a_confirmation_that_did_not_arrive_is_told(settings_for: SettingsFor, cause: str) -> None:
    campaigns = replace(CampaignSnapshot(), paused=dict.fromkeys(PAUSE_CAUSES, 0) | {cause: 1})
    found = verdicts(settings_for, records=replace(QUIET_RECORDS, campaigns=campaigns))
    assert found["campaigns_untold"] is (cause == "not_told")
    assert not found["campaigns_paused"]


@pytest.mark.parametrize(("pumpless", "holds"), [(0, {False}), (1, {True}), (None, set())])
def test_a_campaign_that_nobody_hands_over_is_told(
    settings_for: SettingsFor, pumpless: int | None, holds: set[bool]
) -> None:
    found = judge(settings_for(), None, None, pumpless)
    assert {verdict.holds for verdict in found if verdict.alert == "campaigns_pumpless"} == holds
    text = Notice.of(Verdict("campaigns_pumpless", False, 0, 0), NOW).text
    assert text == "🟢 Aurora - Resolvido: instâncias com campanhas que ninguém envia: 0 (limite: 0)"


@pytest.mark.parametrize(("pending", "holds"), [(100, False), (101, True)])
def test_more_than_a_hundred_jobs_are_pending(settings_for: SettingsFor, pending: int, holds: bool) -> None:
    assert verdicts(settings_for, queue=replace(QUIET_QUEUE, pending=pending)) == {"pending_jobs": holds}


@pytest.mark.parametrize(
    ("hours", "due", "holds"),
    [(23.9, True, False), (24.1, True, True), (24.1, False, False), (None, True, True), (None, False, False)],
)
def test_nothing_was_sent_for_a_day_while_something_was_due(
    settings_for: SettingsFor, hours: float | None, due: bool, holds: bool
) -> None:
    records = replace(QUIET_RECORDS, last_sent_age=None if hours is None else hours * 3600, due=due)
    assert verdicts(settings_for, records=records)["silence"] is holds


def test_the_thresholds_are_settings(settings_for: SettingsFor) -> None:
    # an alert without a threshold of its own is left out
    records = replace(QUIET_RECORDS, ended=10, failed=3, last_sent_age=3601.0, due=True, judged=10, undelivered=3)
    queue = replace(QUIET_QUEUE, pending=6)
    tight = {"alert_failure_rate": 0.29, "alert_pending_jobs": 5, "alert_silence_hours": 1,
             "alert_undelivered_rate": 0.29}  # fmt: skip
    loose = {"alert_failure_rate": 0.31, "alert_pending_jobs": 6, "alert_silence_hours": 2,
             "alert_undelivered_rate": 0.31}  # fmt: skip
    found = verdicts(settings_for, queue, records, **tight)
    assert {alert for alert, holds in found.items() if not holds} == {
        "stopped_instances", "campaigns_paused", "campaigns_untold",
    }  # fmt: skip
    assert set(verdicts(settings_for, queue, records, **loose).values()) == {False}


def test_what_never_happened_is_said_so() -> None:
    assert Notice.of(Verdict("silence", True, None, 24.0), NOW).text.endswith(": nunca (limite: 24)")
