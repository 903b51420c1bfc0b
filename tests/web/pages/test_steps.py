"""At 3 a.m.: each trouble is found on the panel and mended in at most six steps, as docs/operations.md says.

A step is to open a page, to press something, or to do what the page says.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from unittest import mock
from uuid import UUID, uuid4

import psycopg
import pytest
import redis
from fastapi import FastAPI
from playwright.sync_api import Locator, expect
from psycopg.types.json import Jsonb
from rq.suspension import suspend
from rq.worker import SimpleWorker

from proactive.app import Application, build
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
    operator: Operator, stack: LocalStack, shops: list[UUID]
) -> None:
    page = operator.looker.page
    operator.open()
    operator.reads("37 instâncias", "40 mensagens falharam na última hora", "e mais 29")
    operator.presses(page.get_by_role("link", name="Ver as instâncias"))
    expect(page.locator(".lines > li")).to_have_count(37)
    operator.does(lambda: _connect(stack))
    operator.open("/painel")
    operator.presses(page.get_by_role("link", name="Ver as mensagens"))
    assert operator.steps < 6  # /mensagens sends all of them again in one


def test_a_wrong_key_of_the_gateway(stack: LocalStack, queue: redis.Redis, quiet: None, look: Look) -> None:
    World(stack).business()  # the gateway looks at the key only for an instance that it knows
    with psycopg.connect(stack.dsn) as connection:
        connection.execute("update whatsapp_instances set status = 'error' where instance_name like 'page-%'")
    variables = stack.environment() | {"WHATSAPP_API_KEY": "a-wrong-key-0123456789"}
    with mock.patch.dict(os.environ, variables):
        wrong = create_app(build(Settings(_env_file=None)))
    with served(wrong) as address:
        page = look(width=PHONE).page
        page.context.add_cookies([{"name": COOKIE, "value": _signed_in(wrong), "url": address}])
        page.goto(f"{address}/painel")
        expect(page.locator(".findings")).to_contain_text("O gateway não aceita a chave WHATSAPP_API_KEY")
        expect(page.locator(".findings")).to_contain_text("AUTHENTICATION_API_KEY")
        assert "a-wrong-key" not in page.content()


def test_a_migration_that_stopped_half_way(operator: Operator, stack: LocalStack) -> None:
    with psycopg.connect(stack.dsn, autocommit=True) as connection:
        connection.execute("alter function aurora_proactive_migrated() rename to aurora_proactive_not_yet")
        connection.execute("notify pgrst, 'reload schema'")
    try:
        _until(operator, "A migração do banco de dados falta ou parou no meio")
        operator.open()
        operator.reads("A migração do banco de dados falta ou parou no meio", "aurora migrate")
    finally:
        with psycopg.connect(stack.dsn, autocommit=True) as connection:
            connection.execute("alter function aurora_proactive_not_yet() rename to aurora_proactive_migrated")
            connection.execute("notify pgrst, 'reload schema'")


@pytest.fixture
def shops(stack: LocalStack, quiet: None) -> Iterator[list[UUID]]:
    """37 businesses whose instance was closed, with 40 messages that failed for it."""
    found = [uuid4() for _ in range(37)]
    with psycopg.connect(stack.dsn) as connection:
        for number, organization in enumerate(found):
            connection.execute(
                "insert into organizations (id, name) values (%s, %s)", [organization, f"Loja {number:02}"]
            )
            connection.execute(
                "insert into whatsapp_instances (organization_id, instance_name, status)"
                " values (%s, %s, 'disconnected')",
                [organization, f"down-{organization}"],
            )
        for number in range(40):
            failure = {"code": "gateway_disconnected", "details": {"state": "close"}}
            connection.execute(
                "insert into aurora_proactive_messages (organization_id, message_type, status, scheduled_for,"
                " error_message, metadata) values (%s, 'birthdays', 'failed', now() at time zone 'utc', 'x', %s)",
                [found[number % 37], Jsonb({"failure": failure, "touched": dt.datetime.now(dt.UTC).timestamp()})],
            )
    yield found
    with psycopg.connect(stack.dsn) as connection:
        connection.execute("delete from organizations where id = any(%s)", [found])
        connection.execute("delete from aurora_proactive_messages where organization_id = any(%s)", [found])


def _connect(stack: LocalStack) -> None:
    with psycopg.connect(stack.dsn) as connection:
        connection.execute("update whatsapp_instances set status = 'connected'")


def _signed_in(app: FastAPI) -> str:
    cookie: str = app.state.services.sessions.open(Caller("service", "key:test"), LONGEST)
    return cookie


def _until(operator: Operator, words: str) -> None:
    """Until PostgREST has read its functions anew."""
    for _ in range(50):
        operator.looker.go("/painel")
        if words in operator.looker.page.content():
            return
