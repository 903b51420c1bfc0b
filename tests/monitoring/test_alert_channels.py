"""The channels of an alert: what happens where one cannot be reached, and who may be an operator."""

from __future__ import annotations

import logging

import pytest

from proactive.app import build
from proactive.errors import SettingsError
from proactive.monitoring.alert_channels import LogChannel, WebhookChannel, alert_channels
from proactive.monitoring.alert_loop import build_alert_loop
from tests.monitoring.conftest import FAILING, MakeLoop, SettingsFor
from tests.support.crew import Webhook
from tests.support.stand_ins import QUIET_RECORDS
from tests.support.world import World, fresh_redis


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


def test_secrets_do_not_show_in_settings(settings_for: SettingsFor) -> None:
    shown = repr(settings_for(alert_webhook_url="https://hooks.example.com/T0/secret", alert_whatsapp_number="1198888"))
    assert "secret" not in shown.replace("SecretStr", "").replace("jwt_secret", "").replace("webhook_secret", "")
    assert "1198888" not in shown
