"""/campanhas/nova and /mudar: a draft is looked at, previewed once, and never sent from here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import expect

from sandbox.stack import LocalStack
from tests.support.browsing import HOSTILE, Look, findings
from tests.support.promoting import Promotion, make_promotion
from tests.support.shops import Shop

Visitor = Callable[..., httpx.Client]
TEXT = "Que tal um banho com 10% OFF para {pet} esta semana?"


@pytest.fixture
def made(stack: LocalStack) -> Iterator[Promotion]:
    promotion = make_promotion(stack, "Patas & Cia", clients=5)
    yield promotion
    promotion.connection.close()


def post(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/campanhas").text)
    assert found is not None
    return client.post(path, data={"csrf": found[1]} | fields)


def draft(**fields: str) -> dict[str, str]:
    return {"nome": "Banho de verão", "texto": TEXT, "publico": "inactive", "chave": str(uuid4())} | fields


def campaigns_of(made: Promotion) -> list[tuple[Any, ...]]:
    query = (
        "select status, revision, text, frozen, made_by ->> 'via', made_by ->> 'by' from aurora_proactive_campaigns"
        " where organization_id = %s"
    )
    return made.connection.execute(query, [made.organization]).fetchall()


@pytest.mark.parametrize("how", ["desk", "phone"])
def test_the_preview_follows_what_is_written(look: Look, made: Promotion, how: str) -> None:
    looker = look(made.shop, width=390 if how == "phone" else 1280, dark=how == "phone")
    looker.go("/campanhas/nova")
    looker.page.get_by_label("Texto para o cliente").fill(TEXT)
    preview = looker.page.locator("#previa")
    expect(preview).to_contain_text("5 clientes recebem")
    expect(preview.locator(".bubble")).to_have_count(3)
    expect(preview.locator(".bubble").first).to_contain_text("Responda SAIR.")
    looker.page.get_by_label("Só os primeiros").fill("2")
    expect(preview).to_contain_text("2 clientes recebem")
    assert findings(looker) == [] and looker.complaints == []
    assert looker.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert campaigns_of(made) == []
    looker.page.get_by_label("Nome da campanha").fill("Banho de verão")
    looker.page.get_by_role("button", name="Montar a prévia").click()
    expect(looker.page.get_by_role("status")).to_contain_text("Nada foi enviado")
    expect(looker.page.locator("h1")).to_contain_text("Banho de verão")
    assert campaigns_of(made) == [("previewed", 1, TEXT, 2, "page", "user:test")]


def test_looking_makes_nothing_and_a_second_click_makes_nothing_more(visitor: Visitor, made: Promotion) -> None:
    client, fields = visitor(made.shop), draft()
    seen = post(client, "/campanhas/nova", **fields, acao="ver")
    assert seen.status_code == 200 and "5 <span" in seen.text and campaigns_of(made) == []
    first = post(client, "/campanhas/nova", **fields, acao="criar")
    second = post(client, "/campanhas/nova", **fields, acao="criar")
    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    assert len(campaigns_of(made)) == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"texto": "curto"}, "cabem de 10 a 700"),
        ({"texto": "a" * 701}, "701 letras"),
        ({"texto": "Use o cupom {cupom} hoje mesmo"}, "Não sei preencher {cupom}"),
        ({"nome": ""}, "O nome da campanha"),
        ({"nome": "x" * 61}, "O nome da campanha"),
        ({"publico": "todos"}, "Escolha quem recebe"),
        ({"primeiros": "0"}, "é um número"),
        ({"primeiros": "vinte"}, "é um número"),
        ({"dia": "amanhã"}, "O início tem um dia"),
        ({"dia": "2026-02-30"}, "O início tem um dia"),
        ({"dia": "9999-12-31", "hora": "10:00"}, "O início tem um dia"),
        ({"hora": "10:00"}, "O início tem um dia"),
        ({"dia": "2099-01-01", "hora": "10:00"}, "em até 30 dias"),
    ],
)
def test_what_is_not_usable_is_said_and_kept_in_the_form(
    visitor: Visitor, made: Promotion, fields: dict[str, str], words: str
) -> None:
    answer = post(visitor(made.shop), "/campanhas/nova", **draft(**fields), acao="criar")
    assert answer.status_code == 422 and words in answer.text
    assert campaigns_of(made) == []
    for name in fields:
        assert f'name="{name}"' in answer.text


def test_nothing_is_made_where_nothing_may_be_sent(visitor: Visitor, made: Promotion) -> None:
    made.run("delete from aurora_proactive_campaign_settings where organization_id = %s", made.organization)
    answer = post(visitor(made.shop), "/campanhas/nova", **draft(), acao="criar")
    assert answer.status_code == 409 and "aceitar as condições" in answer.text
    seen = post(visitor(made.shop), "/campanhas/nova/previa", **draft())
    assert seen.status_code == 200 and "ainda não para enviar" in seen.text  # one may look all the same
    assert campaigns_of(made) == []


def test_a_campaign_that_nobody_can_receive_is_not_made(visitor: Visitor, made: Promotion) -> None:
    made.run("update contacts set status = 'blocked' where organization_id = %s", made.organization)
    answer = post(visitor(made.shop), "/campanhas/nova", **draft(publico="all"), acao="criar")
    assert answer.status_code == 409 and "Ninguém dessa lista pode receber agora" in answer.text
    assert campaigns_of(made) == []


def test_a_preview_is_changed_from_what_was_seen(visitor: Visitor, made: Promotion) -> None:
    campaign = made.campaign("previewed", 5, "custom_campaign")
    client = visitor(made.shop)
    form = client.get(f"/campanhas/{campaign}/mudar").text
    assert 'name="revisao" value="1"' in form and "Refazer a prévia" in form
    changed = {"texto": "Um texto bem diferente para {nome}.", "primeiros": "3", "revisao": "1", "acao": "criar"}
    assert post(client, f"/campanhas/{campaign}/mudar", **changed).status_code == 303
    assert campaigns_of(made)[0][:4] == ("previewed", 2, "Um texto bem diferente para {nome}.", 3)
    stale = post(client, f"/campanhas/{campaign}/mudar", **changed)
    assert stale.status_code == 409 and "Alguém mudou" in stale.text
    assert campaigns_of(made)[0][1] == 2


@pytest.mark.parametrize("status", ["running", "done", "declined"])
def test_what_is_on_its_way_or_over_is_not_changed(visitor: Visitor, made: Promotion, status: str) -> None:
    campaign = made.campaign(status, 2)
    assert visitor(made.shop).get(f"/campanhas/{campaign}/mudar").status_code == 409
    fields = {"texto": TEXT, "revisao": "1", "acao": "criar"}
    assert post(visitor(made.shop), f"/campanhas/{campaign}/mudar", **fields).status_code == 409


def test_nobody_makes_anothers(visitor: Visitor, made: Promotion, theirs: Shop) -> None:
    named = draft(organizacao=str(made.organization), acao="criar")
    assert post(visitor(theirs), "/campanhas/nova", **named).status_code == 403
    assert post(visitor(theirs), "/campanhas/nova/previa", **named).status_code == 403
    assert post(visitor(None), "/campanhas/nova", **draft(acao="criar")).status_code == 422
    campaign = made.campaign("previewed", 2)
    for path in ("mudar", "mudar/previa"):
        fields = {"texto": TEXT, "revisao": "1", "acao": "criar"}
        assert post(visitor(theirs), f"/campanhas/{campaign}/{path}", **fields).status_code == 404
    assert visitor(None).get("/campanhas/nova").status_code == 200
    assert post(visitor(None), "/campanhas/nova", **named).status_code == 303


def test_what_somebody_wrote_is_never_markup(visitor: Visitor, made: Promotion) -> None:
    fields = draft(texto=f"{HOSTILE} e mais um pouco", nome=HOSTILE[:60], primeiros=HOSTILE, dia=HOSTILE, chave=HOSTILE)
    for path in ("/campanhas/nova", "/campanhas/nova/previa"):
        page = post(visitor(made.shop), path, **fields, acao="ver").text
        assert "<script>document" not in page and "<img src=x" not in page
