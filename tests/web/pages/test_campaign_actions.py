"""What people do with a campaign on its page: what was seen is what is confirmed, and a stop always stops."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import httpx
import pytest
from playwright.sync_api import expect

from proactive.app import Application
from sandbox.stack import LocalStack
from tests.support.browsing import Look
from tests.support.promoting import Promotion, make_promotion
from tests.support.shops import Shop

Visitor = Callable[..., httpx.Client]


@pytest.fixture
def made(stack: LocalStack) -> Iterator[Promotion]:
    promotion = make_promotion(stack, "Patas & Cia", clients=4)
    yield promotion
    promotion.connection.close()


def status_of(made: Promotion, campaign: UUID) -> str:
    query = "select status from aurora_proactive_campaigns where id = %s"
    row = made.connection.execute(query, [campaign]).fetchone()
    assert row is not None
    return str(row[0])


def act(client: httpx.Client, campaign: UUID, action: str, revision: int | str = 1) -> httpx.Response:
    page = client.get("/campanhas").text
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None
    return client.post(f"/campanhas/{campaign}/{action}", data={"csrf": found[1], "revisao": str(revision)})


def test_a_preview_is_confirmed_by_who_saw_it_and_owners_are_told(
    visitor: Visitor, made: Promotion, application: Application
) -> None:
    campaign = made.campaign("previewed", 4)
    client = visitor(made.shop)
    answer = act(client, campaign, "confirmar")
    assert answer.status_code == 303 and status_of(made, campaign) == "confirmed"
    page = client.get(answer.headers["location"]).text
    assert "Helena" in page and "nesta página" in page and "botão Confirmar" in page
    assert application.queue.count == 1  # T1, with how to stop it
    assert act(client, campaign, "confirmar").status_code == 303
    told = "select count(*) from aurora_proactive_questions where campaign_ids = array[%s] and kind = 'T1'"
    assert made.connection.execute(told, [campaign]).fetchone() == (1,)


@pytest.mark.parametrize("revision", [0, 2, 999999999])
def test_another_revision_than_the_one_seen_is_not_confirmed(visitor: Visitor, made: Promotion, revision: int) -> None:
    campaign = made.campaign("previewed", 2)
    answer = act(visitor(made.shop), campaign, "confirmar", revision)
    assert answer.status_code == 409 and "Alguém mudou a campanha" in answer.text
    assert status_of(made, campaign) == "previewed"


@pytest.mark.parametrize("revision", ["", "x", "-1", "1.5", "1" * 10, "１"])
def test_a_form_without_a_revision_confirms_nothing(visitor: Visitor, made: Promotion, revision: str) -> None:
    campaign = made.campaign("previewed", 1)
    assert act(visitor(made.shop), campaign, "confirmar", revision).status_code == 400
    assert status_of(made, campaign) == "previewed"


@pytest.mark.parametrize(
    ("before", "action", "after"),
    [
        ("previewed", "cancelar", "declined"),
        ("confirmed", "cancelar", "declined"),
        ("confirmed", "pausar", "paused"),
        ("running", "pausar", "paused"),
        ("running", "encerrar", "stopped"),
        ("paused", "continuar", "running"),
        ("paused", "encerrar", "stopped"),
    ],
)
def test_each_step_leads_where_it_says(visitor: Visitor, made: Promotion, before: str, action: str, after: str) -> None:
    paused = {"pause_cause": "owner", "resumes_as": "running"} if before == "paused" else {}
    campaign = made.campaign(before, 3, **paused)
    made.sent(campaign, range(1 if before in ("running", "paused") else 0))
    answer = act(visitor(made.shop), campaign, action)
    assert answer.status_code == 303, answer.text
    assert status_of(made, campaign) == after


@pytest.mark.parametrize("action", ["pausar", "encerrar"])
def test_a_stop_acts_whatever_was_seen(visitor: Visitor, made: Promotion, action: str) -> None:
    campaign = made.campaign("running", 2)
    assert act(visitor(made.shop), campaign, action, 7).status_code == 303
    assert status_of(made, campaign) in ("paused", "stopped", "declined")


@pytest.mark.parametrize(
    ("before", "action"),
    [("done", "continuar"), ("done", "confirmar"), ("declined", "confirmar"), ("running", "cancelar"),
     ("previewed", "pausar"), ("previewed", "continuar")],
)  # fmt: skip
def test_what_a_state_does_not_allow_is_said_on_its_page(
    visitor: Visitor, made: Promotion, before: str, action: str
) -> None:
    campaign = made.campaign(before, 2)
    answer = act(visitor(made.shop), campaign, action)
    assert answer.status_code == 409 and 'role="alert"' in answer.text
    assert status_of(made, campaign) == before


def test_nobody_acts_on_anothers_and_nothing_is_done_without_the_form(
    visitor: Visitor, made: Promotion, theirs: Shop
) -> None:
    campaign = made.campaign("previewed", 2)
    assert act(visitor(theirs), campaign, "confirmar").status_code == 404
    assert act(visitor(made.shop), uuid4(), "confirmar").status_code == 404
    client = visitor(made.shop)
    assert client.post(f"/campanhas/{campaign}/confirmar", data={"csrf": "x", "revisao": "1"}).status_code == 403
    elsewhere = {"Origin": "https://example.com"}
    page = client.get("/campanhas").text
    csrf = re.findall(r'name="csrf" value="([^"]+)"', page)[0]
    forged = client.post(f"/campanhas/{campaign}/confirmar", data={"csrf": csrf, "revisao": "1"}, headers=elsewhere)
    assert forged.status_code == 403
    assert visitor(anonymous=True).post(f"/campanhas/{campaign}/confirmar").status_code == 303
    assert act(client, campaign, "apagar").status_code == 422
    assert status_of(made, campaign) == "previewed"


def test_a_preview_is_not_confirmed_where_nothing_may_be_sent(visitor: Visitor, made: Promotion) -> None:
    campaign = made.campaign("previewed", 2)
    made.run("delete from aurora_proactive_campaign_settings where organization_id = %s", made.organization)
    answer = act(visitor(made.shop), campaign, "confirmar")
    assert answer.status_code == 409 and "Ainda não posso enviar para clientes" in answer.text
    assert status_of(made, campaign) == "previewed"


def test_confirming_takes_two_clicks(look: Look, made: Promotion) -> None:
    campaign = made.campaign("previewed", 4)
    looker = look(made.shop, width=390)
    looker.go(f"/campanhas/{campaign}")
    expect(looker.page.get_by_role("button", name="Sim, enviar")).not_to_be_visible()
    looker.page.locator("summary", has_text="Confirmar").click()
    expect(looker.page.get_by_text("Enviar exatamente estas mensagens para 4 clientes?")).to_be_visible()
    looker.page.get_by_role("button", name="Sim, enviar").click()
    expect(looker.page.get_by_role("status")).to_contain_text("Confirmada")
    assert status_of(made, campaign) == "confirmed" and looker.complaints == []
