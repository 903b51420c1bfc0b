"""/proximas: what goes out next, for whom it is, and its buttons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest
import redis

from proactive.app import Application
from proactive.model.occurrence import Occurrence
from proactive.model.recipient import Recipient
from proactive.web.pages import upcoming_labels
from sandbox.stack import LocalStack
from tests.support.audit import changes_of
from tests.support.browsing import CHECKED, LOOKS, Looker, findings
from tests.support.shops import Shop
from tests.web.pages.test_scope import csrf_of

Visitor = Callable[..., httpx.Client]
ZONE = ZoneInfo("America/Sao_Paulo")


@pytest.fixture
def connected(stack: LocalStack, ours: Shop) -> Iterator[Shop]:
    """Ours, whose number is connected, with nothing skipped."""
    with psycopg.connect(stack.dsn) as connection:
        connection.execute(
            "update whatsapp_instances set status = 'connected' where organization_id = %s", [ours.organization]
        )
        connection.execute("delete from aurora_proactive_skips where organization_id = %s", [ours.organization])
    yield ours


def summary_in(shop: Shop, days: int) -> UUID:
    day = dt.datetime.now(ZONE).date() + dt.timedelta(days=days)
    return Occurrence(shop.organization, Recipient.owner(shop.owner), "daily_summary", str(day)).id


def press(client: httpx.Client, shop: Shop, message: UUID, action: str) -> httpx.Response:
    form = {"csrf": csrf_of(client.get("/painel")), "organizacao": str(shop.organization)}
    return client.post(f"/proximas/{message}/{action}", data=form)


def test_a_message_is_skipped_and_that_is_undone(
    visitor: Visitor, stack: LocalStack, connected: Shop, theirs: Shop, queue: redis.Redis
) -> None:
    user, message = visitor(connected), summary_in(connected, 2)
    assert "Resumo do dia" in user.get("/proximas").text
    answer = press(user, connected, message, "pular")
    assert answer.headers["location"] == f"/proximas?organizacao={connected.organization}&feito=pular"
    page = user.get(answer.headers["location"]).text
    assert "Pulada: esta mensagem não sai" in page and "por Você" in page
    assert press(user, connected, message, "desfazer").status_code == 303
    again = press(user, connected, message, "desfazer")
    assert again.status_code == 409 and "não está pulada" in again.text
    assert press(user, connected, message, "enviar").status_code == 409  # it is of another day
    assert press(user, connected, UUID(int=7), "pular").status_code == 404
    assert press(visitor(theirs), connected, message, "pular").status_code == 403
    assert press(user, connected, message, "apagar").status_code in (404, 422)
    done = [(each["by"], each["via"], each["action"]) for each in changes_of(stack, connected.organization)][-2:]
    assert done == [("user:test", "page", "message_skipped"), ("user:test", "page", "message_unskipped")]


def test_one_of_today_that_was_skipped_can_still_be_sent(
    visitor: Visitor, stack: LocalStack, application: Application, connected: Shop, queue: redis.Redis
) -> None:
    message, now = summary_in(connected, 0), dt.datetime.now(dt.UTC)
    with psycopg.connect(stack.dsn) as connection:
        connection.execute("delete from aurora_proactive_messages where id = %s", [message])
        connection.execute(
            "insert into aurora_proactive_skips (message_id, organization_id, owner_number_id, message_type,"
            " occurrence, scheduled_for, by, via) values (%s, %s, %s, 'daily_summary', %s, %s, 'user:test', 'page')",
            [message, connected.organization, connected.owner, str(now.astimezone(ZONE).date()), now],
        )
    user = visitor(connected)
    assert "Enviar agora" in user.get("/proximas").text
    assert press(user, connected, message, "enviar").status_code == 303
    (job,) = application.queue.get_job_ids()
    assert job.startswith(f"daily_summary-{message}-")
    last = changes_of(stack, connected.organization)[-1]
    assert (last["action"], last["subject"]) == ("message_sent_now", str(message))


def test_an_operator_sees_all_of_them_in_pages_and_finds_one(
    visitor: Visitor, connected: Shop, theirs: Shop, queue: redis.Redis
) -> None:
    operator = visitor()
    page = operator.get("/proximas").text
    assert theirs.name in page and f"/proximas?organizacao={connected.organization}" in page
    one = operator.get(f"/proximas?organizacao={theirs.organization}").text
    assert theirs.name in one and "Hoje" not in page
    assert operator.get(f"/proximas?depois={UUID(int=2**128 - 1)}").text.count("Nenhuma organização ativa depois") == 1
    assert operator.get("/proximas?depois=x").status_code == 422
    assert visitor(connected).get(f"/proximas?organizacao={theirs.organization}").status_code == 403


def test_days_have_words() -> None:
    today = dt.date(2026, 11, 26)
    titles = [upcoming_labels.day_title(today + dt.timedelta(days=each), today) for each in (0, 1, 2)]
    assert titles == ["Hoje, quinta, 26 de nov.", "Amanhã, sexta, 27 de nov.", "Sábado, 28 de nov."]


@pytest.mark.parametrize("look_of", CHECKED)
def test_it_is_usable_at_every_width_by_keyboard_too(
    look: Callable[..., Looker], connected: Shop, queue: redis.Redis, look_of: str
) -> None:
    looker = look(connected, **LOOKS[look_of])
    looker.go("/painel")
    looker.page.get_by_role("link", name="Próximas").click()
    first = looker.page.locator("details.step summary", has_text="Pular").last
    first.focus()
    looker.page.keyboard.press("Enter")
    looker.page.get_by_role("button", name="Sim, pular").last.click()
    assert looker.page.get_by_role("status").inner_text().startswith("Pulada")
    looker.page.locator("details.step summary", has_text="Desfazer").last.click()
    assert looker.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert findings(looker) == [] and looker.complaints == []
