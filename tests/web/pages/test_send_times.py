"""/horarios: a row a type with its switch and hour; on a phone the summary comes at 20:00 in three taps."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from playwright.sync_api import expect

from sandbox.stack import LocalStack
from tests.support.browsing import CHECKED, HOSTILE, LOOKS, Look, findings
from tests.support.shops import Shop, make_shop

Visitor = Callable[..., httpx.Client]


@pytest.fixture
def shop(stack: LocalStack) -> Iterator[Shop]:
    yield make_shop(stack, "Focinho Feliz", "Ana")


def post(client: httpx.Client, shop: Shop, **fields: str) -> httpx.Response:
    address = f"/horarios?organizacao={shop.organization}"
    found = re.search(r'name="csrf" value="([^"]+)"', client.get(address).text)
    assert found is not None
    given = {"csrf": found[1], "organizacao": str(shop.organization), "tipo": "daily_summary"}
    return client.post("/horarios", data=given | fields)


def shown(client: httpx.Client, shop: Shop, owner: UUID | str = "", name: str = "Resumo do dia") -> str:
    """The card of a type, as words."""
    page = client.get("/horarios", params={"organizacao": str(shop.organization), "dono": str(owner)}).text
    cards = re.findall(r'<li class="card[^"]*">(.*?)</li>', page, re.DOTALL)
    card = next(each for each in cards if f"<h2>{name}</h2>" in each)
    return words_of(card)


def words_of(markup: str) -> str:
    """What somebody reads of it."""
    words = " ".join(re.sub(r"<option[^>]*>[^<]*</option>|<[^>]+>", " ", markup).split())
    return re.sub(r" ([,:])", r"\1", words)


@pytest.mark.parametrize("how", CHECKED)
def test_the_summary_comes_at_eight_after_three_taps(look: Look, shop: Shop, how: str) -> None:
    looker = look(shop, **LOOKS[how])
    looker.go("/horarios")
    assert findings(looker) == []
    looker.page.get_by_label("Horário de Resumo do dia").select_option("20:00")  # two: open, choose
    looker.page.get_by_role("button", name="Guardar horário de Resumo do dia").click()
    expect(looker.page.get_by_role("status")).to_contain_text("Resumo do dia às 20:00, a partir de")
    expect(looker.page.get_by_label("Horário de Resumo do dia")).to_have_value("20:00")
    looker.page.get_by_role("switch", name="Aniversários").click()
    expect(looker.page.get_by_role("switch", name="Aniversários")).to_have_attribute("aria-checked", "false")
    assert findings(looker) == [] and looker.complaints == []
    assert looker.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_an_owner_has_exceptions_and_goes_back_with_one_click(visitor: Visitor, shop: Shop) -> None:
    client = visitor(shop)
    assert post(client, shop, hora="19:00").status_code == 303
    assert "19:00, todo dia · padrão da loja nesta página em" in shown(client, shop, shop.owner)
    assert post(client, shop, hora="20:15", dono=str(shop.owner)).status_code == 303
    assert "20:15, todo dia · escolhido nesta página em" in shown(client, shop, shop.owner)
    assert "19:00" in shown(client, shop)
    assert "Voltar ao padrão da loja" in shown(client, shop, shop.owner)
    post(client, shop, acao="voltar", dono=str(shop.owner))
    assert "19:00, todo dia · padrão da loja" in shown(client, shop, shop.owner)
    post(client, shop, acao="voltar")
    assert "18:00, todo dia · horário de sempre" in shown(client, shop)


def test_a_switch_keeps_the_hour_and_what_has_no_window_has_a_switch_alone(visitor: Visitor, shop: Shop) -> None:
    client = visitor(shop)
    post(client, shop, hora="20:00")
    post(client, shop, acao="desligar")
    assert "Não sai" in shown(client, shop)
    post(client, shop, acao="ligar")
    assert "20:00" in shown(client, shop)
    alert = shown(client, shop, name="Baixa ocupação")
    assert "Sai sempre às 17:00: mais tarde já seria tarde." in alert and "Guardar" not in alert
    assert "às terças e quintas" in shown(client, shop, name="Oportunidades")
    assert "às segundas" in shown(client, shop, name="Clientes inativos")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"hora": "21:00"}, "entre 18:00 e 20:30"), ({"hora": ""}, "Escolha um horário"), ({"hora": "x"}, "Escolha um"),
        ({"hora": "17:00", "tipo": "low_occupancy"}, "sai sempre às 17:00"),
        ({"acao": "desligar", "tipo": "custom_campaign"}, "só sai a pedido"),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_chosen_is_said(visitor: Visitor, shop: Shop, fields: dict[str, str], words: str) -> None:
    answer = post(visitor(shop), shop, **fields)
    assert answer.status_code == 422 and words in answer.text.partition('role="alert"')[2].partition("</p>")[0]


def test_an_hour_that_quiet_hours_exclude_says_so(
    visitor: Visitor, shop: Shop, database: psycopg.Connection[Any]
) -> None:
    database.execute(
        "insert into aurora_proactive_send_times (organization_id, message_type, is_on, send_time, via, since)"
        " values (%s, 'daily_summary', true, '20:45', 'api', now())",
        [shop.organization],
    )
    words = shown(visitor(shop), shop)
    assert "Foi escolhido 20:45, que não cabe antes do horário de silêncio (21:00)" in words
    assert "sai no horário possível mais perto, 20:30" in words


def test_who_changed_what_is_told_and_what_somebody_wrote_is_never_markup(
    visitor: Visitor, shop: Shop, database: psycopg.Connection[Any]
) -> None:
    client = visitor(shop)
    database.execute("update owner_numbers set name = %s where id = %s", [HOSTILE, shop.owner])
    post(client, shop, hora="20:00", dono=str(shop.owner))
    post(client, shop, acao="desligar", dono=str(shop.owner))
    page = client.get("/horarios").text
    words = words_of(page)
    assert "alguém da loja nesta página: Resumo do dia de" in words and ", desligado" in words and ", às 20:00" in words
    assert "<script>document" not in page and "<img src=x" not in page


def test_nobody_chooses_for_another(visitor: Visitor, shop: Shop, theirs: Shop) -> None:
    named = {"organizacao": str(theirs.organization)}
    assert visitor(shop).get("/horarios", params=named).status_code == 403
    assert visitor(shop).get("/horarios", params={"dono": str(theirs.owner)}).status_code == 404
    client = visitor(shop)
    assert post(client, shop, **named, acao="desligar").status_code == 403
    assert post(client, shop, dono=str(theirs.owner), acao="desligar").status_code == 404
    assert post(client, shop, dono="x", acao="desligar").status_code == 404
    assert client.post("/horarios", data={"tipo": "birthdays", "acao": "desligar"}).status_code == 403
    assert "Ligado" in shown(visitor(None), theirs)


def test_a_service_chooses_the_organisation_first_and_many_owners_are_a_list(
    visitor: Visitor, shop: Shop, database: psycopg.Connection[Any]
) -> None:
    client = visitor(None)
    assert "Escolha uma organização." in client.get("/horarios").text
    database.cursor().executemany(
        "insert into owner_numbers (id, organization_id, name) values (%s, %s, %s)",
        [[uuid4(), shop.organization, f"Dono {number}"] for number in range(200)],
    )
    page = client.get("/horarios", params={"organizacao": str(shop.organization)}).text
    assert page.count("<option value=") > 200 and 'name="dono"' in page
