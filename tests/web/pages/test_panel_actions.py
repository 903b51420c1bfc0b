"""The buttons of the panel: they mend what the page says, for whom it is."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import psycopg
import pytest
import redis
from rq.suspension import is_suspended, suspend

from proactive.app import Application
from sandbox.stack import LocalStack
from tests.support.shops import Shop

Visitor = Callable[..., httpx.Client]


def press(client: httpx.Client, address: str, **fields: str) -> httpx.Response:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/painel").text)
    assert found
    return client.post(address, data={"csrf": found[1]} | fields)


def test_suspended_workers_are_resumed_by_an_operator_alone(visitor: Visitor, queue: redis.Redis, ours: Shop) -> None:
    suspend(queue)
    assert "Os workers estão suspensos" in visitor().get("/painel").text
    assert press(visitor(ours), "/painel/workers/retomar").status_code == 404
    assert is_suspended(queue)
    answer = press(visitor(), "/painel/workers/retomar")
    assert (answer.status_code, answer.headers["location"]) == (303, "/painel")
    assert not is_suspended(queue)
    assert "Os workers estão suspensos" not in visitor().get("/painel").text


def test_exactly_one_pause_is_ended_and_a_user_ends_the_own_ones(
    visitor: Visitor, application: Application, ours: Shop, theirs: Shop
) -> None:
    for organization, type_ in ((ours.organization, None), (theirs.organization, "birthdays"), (None, "birthdays")):
        application.pauses.pause(organization, type_, "pedido")
    page = visitor().get("/painel").text
    assert ours.name.replace("&", "&amp;") in page and "Todas as organizações" in page
    user, form = visitor(ours), {"volta": "/pausas"}
    assert press(user, "/painel/pausas/retomar", tipo="birthdays").status_code == 404
    assert (
        press(user, "/painel/pausas/retomar", organizacao=str(theirs.organization), tipo="birthdays").status_code == 404
    )
    answer = press(user, "/painel/pausas/retomar", organizacao=str(ours.organization), **form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/pausas")
    operator = visitor()
    assert press(operator, "/painel/pausas/retomar", organizacao=str(ours.organization)).status_code == 404
    assert press(operator, "/painel/pausas/retomar", organizacao="x").status_code == 404
    for named in (str(theirs.organization), ""):
        assert press(operator, "/painel/pausas/retomar", organizacao=named, tipo="birthdays").status_code == 303
    assert application.pauses.listed() == []


@pytest.mark.parametrize("place", ["https://evil.example", "//evil.example", "/sair"])
def test_a_button_leads_back_to_our_own_pages_only(visitor: Visitor, queue: redis.Redis, place: str) -> None:
    assert press(visitor(), "/painel/workers/retomar", volta=place).headers["location"] == "/painel"


def test_an_instance_that_is_not_stopped_is_not_released(visitor: Visitor, stack: LocalStack, ours: Shop) -> None:
    with psycopg.connect(stack.dsn) as connection:
        connection.execute("delete from aurora_proactive_breakers")
    assert press(visitor(), "/painel/instancias/liberar", instancia=f"page-{ours.organization}").status_code == 404
