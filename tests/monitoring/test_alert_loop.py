"""The loop of the alerts: each is raised once and cleared once, whichever process does it."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import redis

from proactive.app import build
from proactive.errors import SupabaseError
from proactive.monitoring.alert_loop import AlertLoop, alert_loop
from tests.monitoring.conftest import FAILING, NOW, MakeLoop, SettingsFor
from tests.support.crew import Webhook
from tests.support.stand_ins import QUIET_RECORDS
from tests.support.world import eventually


def test_holidays_that_are_missing_are_told_from_the_second_minute_on(make_loop: MakeLoop) -> None:
    loop = make_loop()
    loop.keep_holidays()
    loop.evaluate()
    assert loop.state.raised() == set()
    loop.keep_holidays()
    loop.evaluate()
    assert loop.state.raised() == {"holidays_stale"}
    assert "holidays_stale" in (loop.state.next_notice("webhook") or "")


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


def test_old_news_is_not_told(make_loop: MakeLoop, webhook: Webhook) -> None:
    make_loop(FAILING).evaluate()
    make_loop(FAILING, now=NOW + dt.timedelta(hours=2)).notify()
    assert webhook.posted == []
    assert make_loop().state.next_notice("webhook") is None


def test_the_alerts_are_evaluated_in_a_thread_of_their_own(
    settings_for: SettingsFor, redis_client: redis.Redis, webhook: Webhook
) -> None:
    app = build(settings_for(alert_webhook_url=webhook.url, alert_pending_jobs=1))
    redis_client.rpush("rq:queue:aurora-proactive", "one", "other")
    with alert_loop(app):
        eventually(lambda: webhook.posted, 10, "the alert was told")
    assert {posted["alert"] for posted in webhook.posted} >= {"pending_jobs"}


def test_when_the_alerts_were_evaluated_is_kept_for_what_could_be_read(
    make_loop: MakeLoop, redis_client: redis.Redis
) -> None:
    make_loop(SupabaseError("away")).evaluate()
    assert redis_client.hkeys("aurora:alerts:evaluated") == [b"queue"]
    make_loop().evaluate()
    kept = {name: float(value) for name, value in redis_client.hgetall("aurora:alerts:evaluated").items()}
    assert set(kept) == {b"queue", b"records"}
    assert all(abs(redis_client.time()[0] - at) < 30 for at in kept.values())
