"""The alerts: when they hold, that each is raised once and cleared once, and that the channels are notified."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import redis

from proactive.app import build
from proactive.errors import SettingsError, SupabaseError
from proactive.monitoring.alert_channels import Channel, LogChannel, WebhookChannel, alert_channels
from proactive.monitoring.alert_loop import AlertLoop, alert_loop, build_alert_loop
from proactive.monitoring.alert_state import AlertState
from proactive.monitoring.alerts import Notice, Verdict, judge
from proactive.monitoring.connections import build_connections
from tests.monitoring.conftest import SettingsFor
from tests.support.crew import Webhook
from tests.support.stand_ins import QUIET_QUEUE, QUIET_RECORDS, readers
from tests.support.world import World, eventually, fresh_redis

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
FAILING = replace(QUIET_RECORDS, ended=10, failed=3)
MakeLoop = Callable[..., AlertLoop]


@pytest.fixture
def make_loop(settings_for: SettingsFor, redis_client: redis.Redis, webhook: Webhook) -> MakeLoop:
    """A loop of one process over the given records, at the given time."""

    def loop(records: Any = QUIET_RECORDS, now: dt.datetime = NOW, channels: tuple[Channel, ...] = ()) -> AlertLoop:
        notified = channels or (WebhookChannel(webhook.url),)
        state = AlertState(redis_client, [channel.name for channel in notified])
        return AlertLoop(settings_for(), readers(records=records), state, notified, lambda: now)

    return loop


def verdicts(settings_for: SettingsFor, queue: Any = None, records: Any = None, **settings: Any) -> dict[str, bool]:
    return {verdict.alert: verdict.holds for verdict in judge(settings_for(**settings), queue, records)}


@pytest.mark.parametrize(
    ("ended", "failed", "holds"), [(0, 0, False), (10, 1, False), (100, 11, True), (1, 1, True), (10, 0, False)]
)
def test_more_than_a_tenth_of_the_messages_failed(
    settings_for: SettingsFor, ended: int, failed: int, holds: bool
) -> None:
    records = replace(QUIET_RECORDS, ended=ended, failed=failed, last_sent_age=1.0)
    assert verdicts(settings_for, records=records) == {"failure_rate": holds, "silence": False}


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
    records = replace(QUIET_RECORDS, ended=10, failed=3, last_sent_age=3601.0, due=True)
    queue = replace(QUIET_QUEUE, pending=6)
    tight = {"alert_failure_rate": 0.29, "alert_pending_jobs": 5, "alert_silence_hours": 1}
    loose = {"alert_failure_rate": 0.31, "alert_pending_jobs": 6, "alert_silence_hours": 2}
    assert set(verdicts(settings_for, queue, records, **tight).values()) == {True}
    assert set(verdicts(settings_for, queue, records, **loose).values()) == {False}


def test_an_alert_is_raised_once_and_cleared_once(make_loop: MakeLoop, webhook: Webhook) -> None:
    for records in (QUIET_RECORDS, FAILING, FAILING, QUIET_RECORDS, QUIET_RECORDS):
        loop = make_loop(records)
        loop.evaluate()
        loop.notify()
    assert [(posted["alert"], posted["state"]) for posted in webhook.posted] == [
        ("failure_rate", "raised"),
        ("failure_rate", "cleared"),
    ]
    raised, cleared = webhook.posted
    assert raised["text"] == "🔴 Aurora - Alerta: taxa de falha das mensagens na última hora: 30,0% (limite: 10,0%)"
    assert cleared["text"].startswith("🟢 Aurora - Resolvido: taxa de falha")
    assert (raised["value"], raised["threshold"], raised["at"]) == (0.3, 0.1, NOW.isoformat())


def test_processes_that_evaluate_at_once_raise_an_alert_once(make_loop: MakeLoop, redis_client: redis.Redis) -> None:
    loops = [make_loop(FAILING) for _ in range(8)]
    together = threading.Barrier(len(loops))

    def evaluate(loop: AlertLoop) -> None:
        together.wait()
        loop.evaluate()

    with ThreadPoolExecutor(len(loops)) as pool:
        list(pool.map(evaluate, loops))
    assert redis_client.llen("aurora:alerts:untold:webhook") == 1
    assert loops[0].state.raised() == {"failure_rate"}


def test_of_two_processes_one_evaluates_and_notifies(make_loop: MakeLoop, webhook: Webhook) -> None:
    with ThreadPoolExecutor(2) as pool:
        took = list(pool.map(lambda loop: loop.run_once(), [make_loop(FAILING), make_loop(FAILING)]))
    assert sorted(took) == [False, True]
    assert len(webhook.posted) == 1


def test_what_cannot_be_read_changes_nothing(make_loop: MakeLoop, webhook: Webhook) -> None:
    for records in (FAILING, SupabaseError("away"), FAILING):
        loop = make_loop(records)
        loop.evaluate()
        loop.notify()
        assert loop.state.raised() == {"failure_rate"}
    assert len(webhook.posted) == 1


def test_a_webhook_that_fails_is_told_later_in_order(make_loop: MakeLoop, webhook: Webhook) -> None:
    webhook.statuses = [503, 429]
    for records in (FAILING, QUIET_RECORDS, QUIET_RECORDS):
        loop = make_loop(records)
        loop.evaluate()
        loop.notify()
    assert [posted["state"] for posted in webhook.posted] == ["raised", "cleared"]


def test_a_webhook_that_will_never_take_it_is_given_up(make_loop: MakeLoop, webhook: Webhook) -> None:
    webhook.statuses = [404]
    loop = make_loop(FAILING)
    loop.evaluate()
    loop.notify()
    loop.notify()
    assert webhook.posted == []


def test_old_news_is_not_told(make_loop: MakeLoop, webhook: Webhook) -> None:
    make_loop(FAILING).evaluate()
    make_loop(FAILING, now=NOW + dt.timedelta(hours=2)).notify()
    assert webhook.posted == []
    assert make_loop().state.next_notice("webhook") is None


def test_an_address_that_is_away_breaks_nothing_and_is_not_logged(
    make_loop: MakeLoop, webhook: Webhook, caplog: pytest.LogCaptureFixture
) -> None:
    loop = make_loop(FAILING, channels=(WebhookChannel("http://127.0.0.1:9/secret-path"), LogChannel()))
    loop.evaluate()
    with caplog.at_level(logging.INFO):
        loop.notify()
    assert [record.__dict__["action"] for record in caplog.records] == ["alert_untold", "alert_raised"]
    assert "secret-path" not in caplog.text
    assert loop.state.next_notice("webhook") is not None


def test_an_operator_is_told_on_whatsapp_within_the_instances_pace(
    settings_for: SettingsFor, world: World, environment: dict[str, str]
) -> None:
    world.forget_the_past()
    world.sandbox.behave()
    client = fresh_redis(environment["REDIS_URL"])
    world.sandbox.instance("operations")
    settings = settings_for(
        alert_whatsapp_instance="operations", alert_whatsapp_number="(11) 98888-7777", alert_pending_jobs=1,
        rate_limit=1,
    )  # fmt: skip
    app = build(settings)
    loop = build_alert_loop(app)
    client.zadd("rq:scheduled:aurora-proactive", {"one": client.time()[0], "other": client.time()[0]})
    loop.evaluate()
    loop.notify()
    client.delete("rq:scheduled:aurora-proactive")
    loop.evaluate()
    loop.notify()  # the instance has no more place in this minute
    (message,) = world.sandbox.messages(instance="operations")
    assert message["number"] == "5511988887777"
    assert message["text"] == "🔴 Aurora - Alerta: jobs pendentes na fila: 2 (limite: 1)"
    waiting = loop.state.next_notice("whatsapp")
    assert waiting is not None
    assert '"cleared"' in waiting


def test_the_alerts_are_evaluated_in_a_thread_of_their_own(
    settings_for: SettingsFor, redis_client: redis.Redis, webhook: Webhook
) -> None:
    app = build(settings_for(alert_webhook_url=webhook.url, alert_pending_jobs=1))
    redis_client.rpush("rq:queue:aurora-proactive", "one", "other")
    with alert_loop(app):
        eventually(lambda: webhook.posted, 10, "the alert was told")
    assert {posted["alert"] for posted in webhook.posted} >= {"pending_jobs"}


@pytest.mark.parametrize(
    "settings",
    [
        {"alert_whatsapp_instance": "operations"},
        {"alert_whatsapp_number": "11988887777"},
        {"alert_whatsapp_instance": "operations", "alert_whatsapp_number": "123"},
    ],
)
def test_half_an_operator_stops_the_start(settings_for: SettingsFor, settings: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=r"^ALERT_WHATSAPP_") as refused:
        alert_channels(build(settings_for(**settings)))
    assert "11988887777" not in str(refused.value)


def test_what_never_happened_is_said_so() -> None:
    assert Notice.of(Verdict("silence", True, None, 24.0), NOW).text.endswith(": nunca (limite: 24)")


def test_secrets_do_not_show_in_settings(settings_for: SettingsFor) -> None:
    shown = repr(settings_for(alert_webhook_url="https://hooks.example.com/T0/secret", alert_whatsapp_number="1198888"))
    assert "secret" not in shown.replace("SecretStr", "").replace("jwt_secret", "").replace("webhook_secret", "")
    assert "1198888" not in shown


def test_readers_connect_to_nothing_before_they_are_asked(settings_for: SettingsFor) -> None:
    build_connections(settings_for(redis_url="redis://127.0.0.1:9/0", supabase_url="http://127.0.0.1:9"))
