"""The search of /mensagens: what it finds, what it refuses, and what it says of what failed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from uuid import uuid4

import httpx
import psycopg
import pytest
from playwright.sync_api import expect
from psycopg.types.json import Jsonb

from proactive.web.pages.message_search import MessageSearch
from proactive.web.pages.scope import Scope
from sandbox.stack import LocalStack
from tests.support.browsing import Look
from tests.support.shops import Shop, make_shop

Visitor = Callable[..., httpx.Client]


@pytest.fixture(scope="module")
def shop(stack: LocalStack) -> Shop:
    return make_shop(stack, "Busca & Cia", "Antônia", days=6)


def found(client: httpx.Client, **query: str) -> set[str]:
    page = client.get("/mensagens", params=query)
    assert page.status_code == 200, page.text
    return set(re.findall(r'<td data-label="Tipo"><a href="/mensagens/([0-9a-f-]{36})"', page.text))


def test_messages_are_found_by_owner_phone_text_reason_and_instance(visitor: Visitor, shop: Shop) -> None:
    client, failed = visitor(shop), {str(each) for each in shop.messages["failed"]}
    every = failed | {str(each) for each in shop.messages["sent"]}
    assert (
        found(client, dono="antonia")
        == found(client, telefone="4321")
        == found(client, texto="RESUMO de hoje")
        == every
    )
    assert found(client, instancia=f"page-{shop.organization}".upper()) == every
    assert found(client, motivo="instance_disconnected") == failed
    assert found(client, dono="helena") == found(client, telefone="4320") == set()


def test_a_user_finds_nothing_of_another_organisation(visitor: Visitor, shop: Shop, theirs: Shop) -> None:
    strangers = visitor(theirs)
    for query in (
        {"dono": "antônia"},
        {"instancia": f"page-{shop.organization}"},
        {"id": str(shop.messages["sent"][0])},
    ):
        assert found(strangers, **query) == set()
    assert found(visitor(), dono="antônia", organizacao=str(shop.organization))


@pytest.mark.parametrize(
    "query",
    ["telefone=11987654321", "telefone=(11)%2098765-4321", "telefone=1", "dono=a", "texto=%00%00", "motivo=x",
     "dono=" + "a" * 81],
)  # fmt: skip
def test_a_whole_number_and_what_cannot_be_looked_for_are_refused(visitor: Visitor, query: str) -> None:
    answer = visitor().get(f"/mensagens?{query}")
    assert answer.status_code == 422
    assert "98765" not in answer.text


def test_a_text_in_all_organisations_says_how_far_back_it_was_looked_for(visitor: Visitor, shop: Shop) -> None:
    client = visitor()
    assert "nos últimos 90 dias" in client.get("/mensagens?texto=resumo").text
    assert "nos últimos 90 dias" not in client.get("/mensagens?texto=resumo&de=2026-01-01").text
    assert "nos últimos 90 dias" not in client.get(f"/mensagens?texto=resumo&organizacao={shop.organization}").text


def test_days_are_those_of_the_scope() -> None:
    scope = Scope(uuid4(), "America/Sao_Paulo", False)
    wanted = MessageSearch(de=dt.date(2026, 11, 22), ate=dt.date(2026, 11, 22)).filter(scope, dt.datetime.now(dt.UTC))
    assert wanted.since == dt.datetime(2026, 11, 22, 3, tzinfo=dt.UTC)
    assert wanted.until == dt.datetime(2026, 11, 23, 3, tzinfo=dt.UTC)


def test_what_failed_is_counted_by_reason_with_what_to_do(look: Look, stack: LocalStack) -> None:
    shop = make_shop(stack, "Motivos & Cia", "Raquel", days=6)
    code = Jsonb({"failure": {"code": "phone_missing"}})
    with psycopg.connect(stack.dsn) as connection:
        connection.execute(
            "update aurora_proactive_messages set metadata = metadata || %s where id = %s",
            [code, shop.messages["failed"][0]],
        )
    looker, number = look(shop), len(shop.messages["failed"])
    looker.go("/mensagens")
    page = looker.page
    expect(page.get_by_role("heading", name=f"{number} falharam")).to_be_visible()
    expect(page.get_by_text("O que fazer: Corrija o telefone do dono no cadastro da organização.")).to_be_visible()
    page.get_by_role("link", name="falta o número.").click()
    expect(page.locator("table.list tbody tr")).to_have_count(1)
    assert looker.complaints == []
