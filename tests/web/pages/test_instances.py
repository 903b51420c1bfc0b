"""The list of instances: found by condition and name, in pages, each with the messages behind it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import httpx
import psycopg
import pytest

from sandbox.stack import LocalStack
from tests.support.shops import Shop, make_shop

Visitor = Callable[..., httpx.Client]


@pytest.fixture(scope="module")
def many(stack: LocalStack) -> list[str]:
    """37 businesses whose instance the gateway told to be closed."""
    names = [f"Fora {number:02}" for number in range(37)]
    with psycopg.connect(stack.dsn) as connection:
        for name in names:
            organization = uuid4()
            connection.execute("insert into organizations (id, name) values (%s, %s)", [organization, name])
            connection.execute(
                "insert into whatsapp_instances (organization_id, instance_name, status) values (%s, %s, 'logged_out')",
                [organization, f"i-{organization}"],
            )
    return names


def test_the_panel_cuts_its_list_and_leads_to_all(visitor: Visitor, stack: LocalStack, many: list[str]) -> None:
    client = visitor()
    make_shop(stack, "Começou", days=2)  # one that has sent nothing yet shows a checklist instead
    page = client.get("/painel").text
    assert "e mais " in page and "/instancias?situacao=attention" in page
    everything = client.get("/instancias?situacao=down").text
    assert all(name in everything for name in many)
    assert "deslogada" in everything and "/mensagens?organizacao=" in everything


def test_instances_are_found_by_name_and_shown_in_pages(visitor: Visitor, many: list[str]) -> None:
    client = visitor()
    found = client.get("/instancias?q=fora+3").text
    assert "Fora 36" in found and "Fora 29" not in found
    assert "Nenhuma instância com estes filtros" in client.get("/instancias?q=nenhuma-assim").text
    assert client.get("/instancias?pagina=2").status_code == 200
    assert client.get("/instancias?pagina=0").status_code == client.get("/instancias?situacao=x").status_code == 422


def test_a_user_sees_the_own_ones(visitor: Visitor, many: list[str], ours: Shop) -> None:
    page = visitor(ours).get("/instancias").text
    assert f"page-{ours.organization}" in page
    assert not any(name in page for name in many)
