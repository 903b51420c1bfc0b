"""/engajamento: the figures with their sizes, dashes that say why, and the same as a table."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import expect

from sandbox.stack import LocalStack
from tests.support.asking import Database
from tests.support.browsing import PHONE, Look, findings
from tests.support.engagement_oracle import DAY, HOUR, OracleAnswer, OracleMessage, keep
from tests.support.promoting import make_promotion
from tests.support.shops import Shop, make_shop

Visitor = Callable[..., httpx.Client]
NOW = dt.datetime.now(dt.UTC)


@pytest.fixture(scope="module")
def shop(stack: LocalStack) -> Shop:
    """A business without messages."""
    return make_shop(stack, "Engajada & Filhos", days=0)


def answered(shop: Shop, said: str, **receipts: dt.timedelta) -> OracleMessage:
    at = NOW - 4 * DAY
    return OracleMessage(
        at, shop.owner, "birthdays", {f"{name}_at": at + after for name, after in receipts.items()},
        [OracleAnswer(at + HOUR, "text", said)] if said else [],
    )  # fmt: skip


def figures(client: httpx.Client, query: str = "") -> dict[tuple[str, str], list[str]]:
    """The table, by message and figure."""
    answer = client.get(f"/engajamento.csv{query}")
    assert answer.headers["content-type"].startswith("text/csv"), answer.text
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert rows[0] == ["Mensagem", "Número", "Quantas", "De quantas", "Parte", "Observação"]
    return {(row[0], row[1]): row[2:] for row in rows[1:]}


def test_the_figures_are_shown_and_are_a_table_as_well(look: Look, visitor: Visitor, stack: LocalStack,
                                                       database: Database) -> None:  # fmt: skip
    shop = make_shop(stack, "Bem respondida", days=0)
    messages = [
        answered(shop, "yes", delivered=HOUR), answered(shop, "no", delivered=HOUR), answered(shop, "yes"),
        answered(shop, "", error=HOUR), answered(shop, "", server_ack=HOUR),
        OracleMessage(NOW - 10 * DAY, shop.owner, "daily_summary", {"read_at": NOW - 10 * DAY}),
    ]  # fmt: skip
    keep(database, shop.organization, f"page-{shop.organization}", messages)
    found = figures(visitor(shop))
    assert found["Todas", "Enviadas"][0] == "6"
    assert found["Todas", "Entregues"][:3] == ["4", "6", "66,7%"]
    assert found["Todas", "Recusadas pelo WhatsApp"][:2] == ["1", "6"]
    assert found["Aniversários", "Responderam"][:3] == ["3", "5", "60%"]
    assert found["Aniversários", "Sim"][:3] == ["2", "3", "66,7%"]
    assert found["Aniversários", "Segundos até responder"] == ["3600", "5", "", "metade respondeu em até isso, de 5"]
    looker = look(shop, width=PHONE, dark=True)
    looker.go("/engajamento")
    tile = looker.page.locator(".tile", has_text="Disseram sim")
    expect(tile).to_contain_text("66,7%")
    expect(tile).to_contain_text("2 de 3")
    expect(looker.page.get_by_role("region", name="Não entregues, à parte")).to_contain_text("Somam")
    assert findings(looker) == []
    assert looker.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert looker.complaints == []


def test_what_cannot_be_said_is_a_dash_with_its_reason(visitor: Visitor, stack: LocalStack, database: Database) -> None:
    shop = make_shop(stack, "Sem webhooks", days=0)
    keep(database, shop.organization, f"page-{shop.organization}", [answered(shop, "")])
    text = visitor(shop).get("/engajamento").text
    assert "não deu nenhuma confirmação em 7 dias" in text and "Ninguém respondeu." in text
    assert re.search(r"webhooks ficaram [\d,]+ horas sem notícia", text)
    found = figures(visitor(shop))
    assert found["Todas", "Entregues"][:3] == ["", "0", ""] and found["Todas", "Responderam"][:2] == ["0", "1"]


def test_without_messages_it_says_so(visitor: Visitor, shop: Shop) -> None:
    text = visitor(shop).get("/engajamento?periodo=hoje").text
    assert "Nenhuma mensagem foi enviada neste período." in text
    assert "Agendaram depois" in text


def test_an_operator_chooses_whose_figures_and_nobody_sees_others(visitor: Visitor, shop: Shop, theirs: Shop) -> None:
    assert "Escolha uma organização" in visitor(None).get("/engajamento").text
    assert shop.name.replace("&", "&amp;") in visitor(None).get(f"/engajamento?organizacao={shop.organization}").text
    assert visitor(None).get("/engajamento.csv").status_code == 422
    for path in ("/engajamento", "/engajamento.csv"):
        assert visitor(shop).get(f"{path}?organizacao={theirs.organization}").status_code == 403
        assert visitor(anonymous=True).get(path).status_code == 303
        assert visitor(shop).get(f"{path}?de=x").status_code == 422


def test_what_was_booked_after_a_campaign_is_said_with_its_size(visitor: Visitor, stack: LocalStack) -> None:
    promotion = make_promotion(stack, "Agendada", clients=2)
    campaign, service = uuid4(), uuid4()
    sent = NOW - 60 * DAY
    run = promotion.run
    run("insert into aurora_proactive_campaigns (id, organization_id, source, source_key, status, valid_until)"
        " values (%s, %s, 'custom_campaign', 'x', 'done', now())", campaign, promotion.organization)  # fmt: skip
    run("insert into services (id, organization_id, name, price) values (%s, %s, 'Banho', 80)", service,
        promotion.organization)  # fmt: skip
    clients = [row[0] for row in promotion.connection.execute(
        "select id from contacts where organization_id = %s", [promotion.organization]).fetchall()]  # fmt: skip
    for place, client in enumerate(clients):
        run("insert into aurora_proactive_campaign_recipients (id, campaign_id, organization_id, revision, position,"
            " contact_id, phone_key, warmth, status, sent_at) values (%s, %s, %s, 1, %s, %s, %s, 'warm', 'sent', %s)",
            uuid4(), campaign, promotion.organization, place, client, f"551198888{place:04}", sent)  # fmt: skip
    for contact, ago in ((clients[0], 50), (clients[1], 45)):  # within 14 days, and after them
        run("insert into bookings (organization_id, contact_id, service_id, status, start_time, created_at)"
            " values (%s, %s, %s, 'completed', %s, %s)", promotion.organization, contact, service,
            NOW - 44 * DAY, NOW - ago * DAY)  # fmt: skip
    found = figures(visitor(promotion.shop), "?periodo=90")
    assert found["Campanhas", "Agendaram depois"][:3] == ["1", "2", "50%"]
    assert found["Campanhas", "Valor agendado depois"][0] == "R$ 80,00"
    assert found["Campanhas", "Valor realizado 30 dias depois"][:2] == ["R$ 80,00", "2"]
    assert "1 de 2 clientes" in visitor(promotion.shop).get("/engajamento?periodo=90").text
    promotion.connection.close()


def test_measuring_is_switched_on_where_the_number_will_stand(look: Look, stack: LocalStack) -> None:
    promotion = make_promotion(stack, "Mede tudo", clients=1)
    looker = look(promotion.shop, width=PHONE)
    looker.go("/engajamento")
    effect = looker.page.get_by_role("region", name="Campanhas: por causa delas")
    expect(effect).to_contain_text("ligue “medir o efeito”")
    effect.get_by_label("9 de cada 10 recebem").check()
    effect.get_by_role("button", name="Guardar").click()
    expect(effect.get_by_role("status")).to_contain_text("alguns clientes ficam de fora")
    expect(effect.get_by_label("9 de cada 10 recebem")).to_be_checked()
    expect(effect).to_contain_text("faltam 100 clientes e 10 agendamentos entre quem ficou de fora")
    assert looker.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert findings(looker) == [] and looker.complaints == []
    promotion.connection.close()


def test_what_campaigns_bring_is_told_with_its_interval(visitor: Visitor, stack: LocalStack) -> None:
    promotion = make_promotion(stack, "Vale a pena", clients=1)
    run, begins = promotion.run, NOW - 30 * DAY
    campaign = promotion.campaign("done")
    run("insert into aurora_proactive_campaign_people (campaign_id, recipient_id, organization_id, arm, p, m, worth,"
        " begins_at, booked, value) select %s, gen_random_uuid(), %s,"
        " case when n > 120 then 'written' else 'held_back' end, 0.9, 0.1, 50, %s, b, b::integer * 60"
        " from (select n, case when n > 120 then mod(n, 4) = 0 else n <= 12 end as b from generate_series(1, 1200) n)"
        " x", campaign, promotion.organization, begins)  # fmt: skip
    found = figures(visitor(promotion.shop))
    # 25 % of those who were written to, 10 % of those held back
    points, reais = found["Por causa das campanhas", "Pontos"], found["Por causa das campanhas", "Reais a mais"]
    assert re.fullmatch(r"\+1[2-8](,\d)? pontos", points[0].lstrip("'")) and points[1] == "1200"
    assert points[3].startswith("entre ") and "95% de confiança" in points[3]
    assert reais[0].startswith("R$ ") and reais[1] == "1080"
    assert found["Por causa das campanhas", "Veredito"][3] == "Quem recebe agenda mais do que quem fica de fora."
    text = visitor(promotion.shop).get("/engajamento").text
    assert "270 de 1.080 que receberam e 12 de 120 que ficaram de fora agendaram em até 14 dias" in text
    promotion.connection.close()
