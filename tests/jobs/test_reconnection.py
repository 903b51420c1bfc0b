"""What failed while its instance was away goes out once by itself when both sides say that it is back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, cast
from uuid import UUID

import psycopg
import pytest

from proactive.app import Application
from proactive.gateways.base import Gateway
from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.jobs.reconnection import enqueue_reconnection, resend_reconnected
from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason
from proactive.model.task import Task
from proactive.processes.maintenance import Maintenance
from proactive.queue.turn import MaintenanceTurn
from tests.processes.conftest import BuildApp, build_app
from tests.records.conftest import Business, new_business, remove

__all__ = ["build_app"]  # a fixture
Database = psycopg.Connection[dict[str, Any]]
NOON = dt.datetime(2026, 11, 25, 15, tzinfo=dt.UTC)


class Says:
    """A gateway that says a state, and counts how often it was asked."""

    def __init__(self, state: str = "open") -> None:
        self.says, self.asked = state, 0

    def state(self, instance: str) -> str:
        self.asked += 1
        if not self.says:
            raise GatewayError(GatewayFault.UNREACHABLE, FailureReason.GATEWAY_UNREACHABLE)
        return self.says


@pytest.fixture
def app(build_app: BuildApp, database: Database) -> Application:
    database.execute("truncate aurora_proactive_messages")
    return build_app()


@pytest.fixture
def business(database: Database) -> Iterator[Business]:
    business = new_business(database)
    database.execute(
        "insert into whatsapp_instances (organization_id, instance_name, status) values (%s, %s, 'connected')",
        [business.organization, f"org-{business.organization}"],
    )
    yield business
    remove(database, business)


def fail(
    app: Application, business: Business, reason: FailureReason = FailureReason.GATEWAY_DISCONNECTED, **changes: Any
) -> Task:
    task = business.task(**{"scheduled_for": NOON, **changes})
    outcomes = app.records.outcome_batch()
    outcomes.failed(business.entry(task), Failure(reason, {"state": "close"}))
    outcomes.write()
    return task


def resend(app: Application, gateway: Says, now: dt.datetime = NOON, instance: str | None = None) -> int:
    return resend_reconnected(app, cast(Gateway, gateway), now, instance)


def row(database: Database, message: UUID) -> dict[str, Any]:
    found = database.execute("select * from aurora_proactive_messages where id = %s", [message]).fetchone()
    assert found is not None
    return found


@pytest.mark.parametrize(
    "reason",
    [
        FailureReason.NO_INSTANCE,
        FailureReason.INSTANCE_DISCONNECTED,
        FailureReason.GATEWAY_DISCONNECTED,
        FailureReason.GATEWAY_NEVER_CONNECTED,
    ],
)
def test_a_message_of_today_is_opened_once_and_its_record_keeps_both(
    app: Application, business: Business, database: Database, reason: FailureReason
) -> None:
    task = fail(app, business, reason)
    message = task.occurrence.id
    assert resend(app, Says()) == 1
    opened = row(database, message)
    assert opened["status"] == "pending"
    assert opened["error_message"] is None
    assert "failure" not in opened["metadata"]
    assert [earlier["code"] for earlier in opened["metadata"]["earlier_failures"]] == [reason]
    assert len(app.queue.get_job_ids()) == 1
    again = business.entry(task, reopened=1)
    (lease,) = app.records.acquire_leases([(again, "a")])
    assert lease.outcome == "claimed"
    app.records.release(again, lease, maybe_accepted=False)
    outcomes = app.records.outcome_batch()
    outcomes.failed(again, Failure(reason, {"state": "close"}))
    outcomes.write()
    assert row(database, message)["metadata"]["earlier_failures"]
    assert resend(app, Says()) == 0
    assert row(database, message)["status"] == "failed"


@pytest.mark.parametrize("says", ["close", "connecting", ""])
def test_nothing_is_opened_before_the_gateway_says_open(
    app: Application, business: Business, database: Database, says: str
) -> None:
    task = fail(app, business)
    assert resend(app, Says(says)) == 0
    assert row(database, task.occurrence.id)["status"] == "failed"


@pytest.mark.parametrize("status", ["disconnected", "connecting", "logged_out"])
def test_nothing_is_opened_before_the_product_says_connected(
    app: Application, business: Business, database: Database, status: str
) -> None:
    fail(app, business)
    database.execute(
        "update whatsapp_instances set status = %s where organization_id = %s", [status, business.organization]
    )
    assert resend(app, Says()) == 0


@pytest.mark.parametrize(
    "later", [dt.timedelta(hours=10), dt.timedelta(hours=13), dt.timedelta(days=1)], ids=["quiet", "night", "tomorrow"]
)
def test_what_is_not_of_today_or_not_worth_sending_stays_failed(
    app: Application, business: Business, later: dt.timedelta
) -> None:
    fail(app, business, type="birthdays", key="2026-11-25", data={})
    assert resend(app, Says(), NOON + later) == 0


def test_what_failed_for_another_reason_stays_failed(app: Application, business: Business, database: Database) -> None:
    for reason in ("not_on_whatsapp", "delivery_unknown_cannot_tell", "too_late_after_waiting", "gateway_failed"):
        task = fail(app, business)
        database.execute(
            "update aurora_proactive_messages set metadata = jsonb_set(metadata, '{failure,code}', to_jsonb(%s::text))"
            " where id = %s",
            [reason, task.occurrence.id],
        )
    assert resend(app, Says()) == 0


def test_a_setting_leaves_it_to_people(build_app: BuildApp, business: Business, database: Database) -> None:
    database.execute("truncate aurora_proactive_messages")
    app = build_app(resend_on_reconnect=False)
    fail(app, business)
    gateway = Says()
    assert resend(app, gateway) == 0
    assert gateway.asked == 0


def test_an_instance_is_asked_once_for_all_its_messages_and_one_alone_where_it_is_named(
    app: Application, business: Business
) -> None:
    for _ in range(3):
        fail(app, business)
    gateway = Says()
    assert resend(app, gateway, instance="another") == 0
    assert gateway.asked == 0
    assert resend(app, gateway, instance=f"org-{business.organization}") == 3
    assert gateway.asked == 1


def test_two_that_look_at_once_open_a_message_once(app: Application, business: Business) -> None:
    task = fail(app, business)
    opened = [app.records.reopen(task.occurrence.id, by_itself=True) for _ in range(2)]
    assert [each is not None for each in opened] == [True, False]


@pytest.mark.parametrize("key", ["doubt", "message_ids", "earlier_failures"])
def test_what_is_in_doubt_or_was_sent_again_before_is_left_to_people(
    app: Application, business: Business, database: Database, key: str
) -> None:
    task, gateway = fail(app, business), Says()
    database.execute(
        "update aurora_proactive_messages set metadata = metadata || jsonb_build_object(%s::text, '[]'::jsonb)"
        " where id = %s",
        [key, task.occurrence.id],
    )
    assert resend(app, gateway) == 0
    assert app.records.reopen(task.occurrence.id, by_itself=True) is None
    assert app.records.reopen(task.occurrence.id) is not None


def test_what_was_opened_by_a_process_that_died_then_gets_a_job(
    app: Application, business: Business, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = fail(app, business)
    database.execute(
        "update aurora_proactive_messages set created_at = created_at - interval '5 minutes' where id = %s",
        [task.occurrence.id],
    )
    with monkeypatch.context() as dying:
        dying.setattr("proactive.jobs.reconnection.enqueue", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            resend(app, Says())
    assert app.queue.get_job_ids() == []
    assert Maintenance(app, MaintenanceTurn(app.redis, "worker")).resume_unsettled() == 1
    assert len(app.queue.get_job_ids()) == 1


def test_a_lease_that_is_held_is_never_forgotten(app: Application, business: Business) -> None:
    task = business.task()
    (lease,) = app.records.acquire_leases([(business.entry(task), "a")])
    assert app.records.reopen(task.occurrence.id, by_itself=True) is None
    assert app.records.begin(business.entry(task), lease)


def test_a_burst_of_webhooks_asks_a_worker_once(app: Application) -> None:
    for _ in range(66):
        enqueue_reconnection(app.redis, app.queue, "org / çom acento")
    (job_id,) = app.queue.get_job_ids()
    job = app.queue.fetch_job(job_id)
    assert job is not None
    assert (job.func_name, job.kwargs) == ("proactive.jobs.reconnection.run", {"instance": "org / çom acento"})
