"""The live status: what an operator and a user are told, which alerts are raised, and what the schedule does next."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any, cast

import redis

from proactive.app import Application
from proactive.monitoring.health import Health
from proactive.web.auth.callers import Caller
from proactive.web.monitoring import Monitoring
from proactive.web.pages.live_status import Alert, LiveStatus, live_status, raised_alerts, upcoming_runs
from tests.support.shops import Shop
from tests.support.stand_ins import BUSY_QUEUE, QUIET_PRESENT, readers

ZONE = "America/Sao_Paulo"
STARTED = replace(QUIET_PRESENT, any_message=True)
OPERATOR = Caller("service", "key:test")


class Fine:
    """A check that finds nothing."""

    def __call__(self, *asked: object) -> list[Any]:
        return []

    def memory(self) -> list[Any]:
        return []


def seen(
    app: Any, caller: Caller = OPERATOR, queue: Any = BUSY_QUEUE, present: Any = STARTED, **options: Any
) -> LiveStatus:
    """What the panel shows where monitoring reads this."""

    health = Health(readers(queue, present=present, **options), cast(Any, Fine()), cast(Any, Fine()))
    monitoring = Monitoring(cast(Any, None), health)
    now = dt.datetime.now(dt.UTC)
    return live_status(caller, None, app.state.services, app.state.pages, monitoring, now)


def test_green_is_only_what_was_looked_at_just_now(app: Any, queue: redis.Redis) -> None:
    assert seen(app).conditions == [] and seen(app).unwatched == []
    old = seen(app, queue=replace(BUSY_QUEUE, queue_alerts=900.0, records_alerts=900.0))
    assert [view.label.partition(" desde ")[0] for view in old.unwatched] == ["Os alertas não são verificados"]
    away = seen(app, queue=redis.RedisError("away"))
    assert away.queue is None and any(view.level == "unknown" for view in away.conditions)


def test_an_operator_is_told_all_and_a_user_that_nothing_is_sent(app: Any, queue: redis.Redis, ours: Shop) -> None:
    nobody = replace(BUSY_QUEUE, workers={"idle": 0, "busy": 0, "suspended": 0}, unwritten=3)
    assert [view.check for view in seen(app, queue=nobody).conditions] == ["workers", "records"]
    told = seen(app, Caller("user", "user:test", ours.organization, ours.owner), queue=nobody)
    assert told.conditions[0].label == "O envio está parado no momento"
    assert not {view.check for view in told.conditions} & {"records", "alerts"}
    assert (told.queue, told.alerts, told.operator) == (None, (), False)


def test_only_an_installation_that_has_sent_nothing_has_a_checklist(app: Any, queue: redis.Redis) -> None:
    assert seen(app).steps == []
    assert {step.title for step in seen(app, present=QUIET_PRESENT).steps} >= {
        "Redis",
        "Workers",
        "Organizações e donos",
    }


def test_raised_alerts_have_their_title_their_messages_and_a_new_one_its_own_name(queue: redis.Redis) -> None:
    since = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
    notices = {"failure_rate": "🔴 Aurora - Alerta: falhas: 12%", "brand_new": "sem traço"}
    for name, text in notices.items():
        queue.hset("aurora:alerts:raised", name, json.dumps({"text": text, "at": since.isoformat()}))
    assert list(raised_alerts(queue)) == [
        Alert("brand_new", "sem traço", since),
        Alert("Taxa de falha", "Alerta: falhas: 12%", since, (("Ver as que falharam", "/mensagens?situacao=failed"),)),
    ]


def test_the_next_day_of_the_schedule_is_shown_where_there_are_owners(
    application: Application, queue: redis.Redis
) -> None:
    application.schedule.register([ZONE, "America/Manaus"], application.schedule.now())
    now = application.schedule.now()
    found = upcoming_runs(application.schedule, {ZONE: 7}, now)
    assert {(run.timezone, run.owners) for run in found} == {(ZONE, 7)}
    assert [run.at for run in found] == sorted(run.at for run in found)
    assert {run.type for run in found} >= {"birthdays", "low_occupancy", "daily_summary"}
    assert all(now < run.at < now + dt.timedelta(hours=24) for run in found)
    assert upcoming_runs(application.schedule, {}, now) == []
