"""At 3 a.m.: each trouble is found on the panel and mended in at most six steps, as docs/operations.md says.

A step is to open a page, to press something, or to do what the page says.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from unittest import mock
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
import redis
from fastapi import FastAPI
from playwright.sync_api import Locator, expect
from psycopg.types.json import Jsonb
from rq.serializers import JSONSerializer
from rq.suspension import suspend
from rq.worker import SimpleWorker

from proactive.app import Application, build
from proactive.cli.migrate import migrate_command
from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason
from proactive.model.occurrence import Occurrence
from proactive.model.recipient import Recipient
from proactive.settings import Settings
from proactive.web.app import create_app
from proactive.web.auth.callers import Caller
from proactive.web.auth.sessions import COOKIE, LONGEST
from sandbox.stack import LocalStack
from tests.support.browsing import PHONE, Look, Looker, findings
from tests.support.shops import Shop
from tests.support.world import World
from tests.web.conftest import served


class Operator:
    """Somebody at 3 a.m. with a phone, who counts the steps."""

    def __init__(self, looker: Looker) -> None:
        self.looker, self.steps = looker, 0

    def open(self, path: str = "/painel") -> None:
        self.looker.go(path)
        self.steps += 1

    def reads(self, *words: str) -> None:
        for each in words:
            expect(self.looker.page.locator("main")).to_contain_text(each)

    def no_longer_reads(self, words: str) -> None:
        self.looker.go("/painel")
        expect(self.looker.page.locator("main")).not_to_contain_text(words)
        assert self.steps <= 6

    def presses(self, what: Locator) -> None:
        what.click()
        self.steps += 1

    def does(self, what: Callable[[], object]) -> None:
        what()
        self.steps += 1


@pytest.fixture
def operator(look: Look, ours: Shop, quiet: None) -> Operator:
    return Operator(look(width=PHONE))


@pytest.fixture
def quiet(stack: LocalStack, ours: Shop) -> None:
    """What other tests left is gone: one connected business whose last message went out."""
    with psycopg.connect(stack.dsn) as connection:
        connection.execute("delete from aurora_proactive_messages where status = 'failed'")
        connection.execute("update whatsapp_instances set status = 'connected'")


def test_dead_workers(operator: Operator, application: Application, queue: redis.Redis) -> None:
    for worker in queue.smembers("rq:workers:aurora-proactive"):
        queue.delete(worker)
    operator.open()
    operator.reads("Nenhum worker está ativo", "honcho start")
    again = SimpleWorker([application.queue], name="worker-again", connection=queue)
    operator.does(again.register_birth)
    operator.no_longer_reads("Nenhum worker está ativo")


def test_suspended_workers(operator: Operator, queue: redis.Redis) -> None:
    suspend(queue)
    operator.open()
    operator.reads("Os workers estão suspensos")
    operator.presses(operator.looker.page.get_by_role("button", name="Retomar os workers"))
    operator.no_longer_reads("Os workers estão suspensos")


def test_one_organisation_that_is_paused(operator: Operator, application: Application, ours: Shop) -> None:
    application.pauses.pause(ours.organization, None, "pedido do dono")
    operator.open()
    operator.reads("1 pausa segura mensagens", ours.name, "pedido do dono")
    assert findings(operator.looker) == []
    operator.presses(operator.looker.page.get_by_role("button", name=f"Retomar {ours.name}"))
    operator.no_longer_reads("1 pausa segura mensagens")


def test_one_instance_that_is_down(operator: Operator, stack: LocalStack, ours: Shop) -> None:
    with psycopg.connect(stack.dsn) as connection:
        connection.execute(
            "update whatsapp_instances set status = 'logged_out' where organization_id = %s", [ours.organization]
        )
    operator.open()
    operator.reads("1 instância está fora do ar", "QR code", ours.name, "deslogada")
    operator.does(lambda: _connect(stack))
    operator.no_longer_reads("está fora do ar")


def test_thirty_seven_instances_that_are_down_with_forty_failed_messages(
    operator: Operator, stack: LocalStack, application: Application, shops: list[UUID]
) -> None:
    page = operator.looker.page
    operator.open()
    operator.reads("37 instâncias", "40 mensagens falharam na última hora", "e mais 29")
    operator.presses(page.get_by_role("link", name="Ver as instâncias"))
    expect(page.locator(".lines > li")).to_have_count(37)
    operator.does(lambda: _connect(stack))
    operator.presses(page.get_by_role("navigation").get_by_role("link", name="Mensagens"))
    operator.presses(page.get_by_text("Reenviar todas as 40"))
    operator.presses(page.get_by_role("button", name="Sim, reenviar 40"))
    expect(page.get_by_role("heading", name="Reenvio")).to_be_visible()
    application.rate_limiter.mark_quiet()  # this Redis was emptied a moment ago
    worker = SimpleWorker(
        [application.queue], name="of-the-night", connection=application.redis, serializer=JSONSerializer
    )
    with mock.patch.dict(os.environ, stack.environment()):
        worker.work(burst=True, logging_level="ERROR")
    operator.no_longer_reads("falharam na última hora")
    assert operator.steps == 6
    assert _statuses(stack, shops) == {"sent": 40}


def test_a_wrong_key_of_the_gateway(
    stack: LocalStack, application: Application, queue: redis.Redis, quiet: None, look: Look
) -> None:
    World(stack).business()  # the gateway looks at the key only for an instance that it knows
    with psycopg.connect(stack.dsn) as connection:
        connection.execute("update whatsapp_instances set status = 'error' where instance_name like 'page-%'")
    started = stack.environment() | {"WHATSAPP_API_KEY": "a-wrong-key-0123456789"}
    looker, steps = look(width=PHONE), 0
    for variables in (started, stack.environment()):  # the second is what the page said, after a restart
        with mock.patch.dict(os.environ, variables):
            again = create_app(build(Settings(_env_file=None)))
        with served(again) as address:
            looker.page.context.add_cookies([{"name": COOKIE, "value": _signed_in(again), "url": address}])
            looker.page.goto(f"{address}/painel")
            steps += 2
            wrong = variables is started
            words = looker.page.locator("main")
            for each in ("O gateway não aceita a chave WHATSAPP_API_KEY", "AUTHENTICATION_API_KEY"):
                expect(words).to_contain_text(each) if wrong else expect(words).not_to_contain_text(each)
            assert "a-wrong-key" not in looker.page.content()
    assert steps <= 6


def test_a_migration_that_stopped_half_way(operator: Operator, stack: LocalStack) -> None:
    words = "A migração do banco de dados falta ou parou no meio"
    with psycopg.connect(stack.dsn, autocommit=True) as connection:
        connection.execute("drop function aurora_proactive_migrated()")
    stack.see_functions_anew()
    operator.open()
    operator.reads(words, "aurora migrate")
    with mock.patch.dict(os.environ, {"DATABASE_URL": stack.dsn}):
        operator.does(lambda: migrate_command.main(["--again"], standalone_mode=False))
    stack.see_functions_anew()
    operator.no_longer_reads(words)


@pytest.fixture
def shops(stack: LocalStack, quiet: None) -> Iterator[list[UUID]]:
    """37 businesses whose instance was closed, with 40 messages that failed for it within the hour."""
    world = World(stack)
    found = [world.business(status="disconnected") for _ in range(37)]
    failure = Failure(FailureReason.INSTANCE_DISCONNECTED, {"state": "close"})
    now = dt.datetime.now(dt.UTC)
    with psycopg.connect(stack.dsn) as connection:
        for number in range(40):
            business = found[number % 37]
            type_ = "birthdays" if number < 37 else "low_occupancy"
            day = now.astimezone(ZoneInfo("America/Sao_Paulo")).date().isoformat()
            occurrence = Occurrence(business.organization, Recipient.owner(business.owner), type_, day)
            metadata = {
                "failure": failure.as_json(), "touched": now.timestamp(), "occurrence": day, "attempts": 3,
                "timezone": "America/Sao_Paulo", "composer": "layout",
                "facts": {"date": day, "birthdays": 1, "bookings": 0, "listed": [str(uuid4())]},
            }  # fmt: skip
            connection.execute(
                "insert into aurora_proactive_messages (id, organization_id, owner_number_id, message_type, content,"
                " status, scheduled_for, error_message, metadata) values"
                " (%s, %s, %s, %s, 'Rex faz aniversário hoje!', 'failed', now() at time zone 'utc', %s, %s)",
                [occurrence.id, business.organization, business.owner, type_, failure.text, Jsonb(metadata)],
            )
    ids = [business.organization for business in found]
    yield ids
    with psycopg.connect(stack.dsn) as connection:
        connection.execute("delete from organizations where id = any(%s)", [ids])
        connection.execute("delete from aurora_proactive_messages where organization_id = any(%s)", [ids])


def _connect(stack: LocalStack) -> None:
    with psycopg.connect(stack.dsn) as connection:
        connection.execute("update whatsapp_instances set status = 'connected'")


def _signed_in(app: FastAPI) -> str:
    cookie: str = app.state.services.sessions.open(Caller("service", "key:test"), LONGEST)
    return cookie


def _statuses(stack: LocalStack, shops: list[UUID]) -> dict[str, int]:
    with psycopg.connect(stack.dsn) as connection:
        query = "select status, count(*) from aurora_proactive_messages where organization_id = any(%s) group by 1"
        return dict(connection.execute(query, [shops]).fetchall())
