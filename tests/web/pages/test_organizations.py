"""Choosing one of 2,000 organisations: by a part of its name, with and without a script."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from playwright.sync_api import expect

from sandbox.stack import LocalStack
from tests.support.browsing import Look, findings
from tests.support.shops import Shop

Visitor = Callable[..., httpx.Client]


@pytest.fixture(scope="module")
def many(stack: LocalStack) -> dict[str, list[UUID]]:
    """Two thousand organisations, of which two have the same name."""
    found: dict[str, list[UUID]] = {}
    with psycopg.connect(stack.dsn) as connection, connection.cursor() as cursor:
        names = [f"Loja {number:04}" for number in range(2000)] + [
            "Cão Feliz",
            "Cão Feliz",
            "Cão Feliz Centro",
            "São Pet",
        ]
        rows = [(uuid4(), name) for name in names]
        cursor.executemany("insert into organizations (id, name) values (%s, %s)", rows)
    for organization, name in rows:
        found.setdefault(name, []).append(organization)
    return found


def test_a_name_that_is_ones_alone_is_that_one_however_it_is_written(
    visitor: Visitor, many: dict[str, list[UUID]]
) -> None:
    client, (pet,) = visitor(), many["São Pet"]
    for text in ("São Pet", "sao pet", "pet são", str(pet)):
        page = client.get("/mensagens", params={"organizacao": text})
        assert page.status_code == 200 and 'value="São Pet"' in page.text, text
    assert 'value="Loja 0042"' in client.get("/painel?organizacao=Loja+0042").text


def test_where_several_fit_the_page_asks_which_and_none_is_said(visitor: Visitor, many: dict[str, list[UUID]]) -> None:
    client = visitor()
    page = client.get("/mensagens?organizacao=feliz&situacao=failed&pagina_de=x".replace("&pagina_de=x", "")).text
    assert "Qual delas?" in page
    for organization in many["Cão Feliz"]:
        assert f"Cão Feliz #{str(organization)[:8]}" in page
        assert f"/mensagens?organizacao={organization}&amp;situacao=failed" in page
    assert "e mais 1.950" in client.get("/painel?organizacao=loja").text
    assert "Nenhuma combina" in client.get("/painel?organizacao=nenhuma+assim").text
    # the label of one of two with the same name finds it again
    one = many["Cão Feliz"][0]
    label = f"Cão Feliz #{str(one)[:8]}"
    assert f'value="{label}"' in client.get("/painel", params={"organizacao": label}).text


def test_all_of_them_are_listed_in_pages_and_suggested_by_their_beginning(
    visitor: Visitor, many: dict[str, list[UUID]]
) -> None:
    client = visitor()
    assert client.get("/organizacoes").text.count('<td data-label="Organização"') == 50
    assert "Loja 1999" in client.get("/organizacoes?q=loja+19&pagina=2").text
    said = client.get("/organizacoes/sugestoes?q=cao").json()
    assert said["count"] == 3 and said["names"][-1] == "Cão Feliz Centro"
    assert client.get("/organizacoes/sugestoes?q=").status_code == 422


def test_organisations_are_for_operators(visitor: Visitor, ours: Shop, many: dict[str, list[UUID]]) -> None:
    client = visitor(ours)
    for path in ("/organizacoes", "/organizacoes/sugestoes?q=a"):
        assert client.get(path).status_code == 404
    assert client.get("/painel?organizacao=loja").status_code == 403


def test_names_are_suggested_while_somebody_writes(look: Look, many: dict[str, list[UUID]]) -> None:
    looker = look(width=390, dark=True)
    looker.go("/painel")
    field = looker.page.get_by_label("Organização")
    field.fill("sao")
    expect(looker.page.locator("#organizacoes option")).to_have_count(1)
    assert looker.page.locator("#organizacoes option").get_attribute("value") == "São Pet"
    field.press("Enter")
    expect(looker.page.get_by_label("Organização")).to_have_value("São Pet")
    looker.go("/painel?organizacao=feliz")
    assert findings(looker) == []
    assert looker.complaints == []
