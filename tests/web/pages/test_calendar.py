"""/calendario: a closed day is two taps, each special day says why, and what is doubtful is asked about."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest
from playwright.sync_api import Page, expect

from sandbox.stack import LocalStack
from tests.support.browsing import HOSTILE, Look, findings
from tests.support.calendars import add_holiday, ahead, changes_of, open_every_day, said_of
from tests.support.shops import Shop, make_shop

Connection = psycopg.Connection[dict[str, Any]]
Visitor = Callable[..., httpx.Client]


@pytest.fixture
def shop(stack: LocalStack, database: Connection) -> Iterator[Shop]:
    """A shop that is open every day and said nothing yet; Corpus Christi is a day of the coming weeks."""
    made = make_shop(stack, "Patas & Cia", days=0)
    open_every_day(database, made.organization)
    add_holiday(database, corpus(), "corpus-christi", "Corpus Christi", kind="optional")
    add_holiday(database, corpus() + dt.timedelta(days=2), "dia-de-sp", "Dia de SP", scope="SP")
    yield made
    database.execute("truncate aurora_proactive_holidays, aurora_proactive_holiday_years")


def corpus() -> dt.date:
    return ahead(33)


def shown(client: httpx.Client, query: str = "") -> str:
    answer = client.get(f"/calendario{query}")
    assert answer.status_code == 200, answer.text
    return answer.text


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_a_closed_day_is_two_taps_and_its_undoing_is_one(look: Look, shop: Shop, database: Connection) -> None:
    looker = look(shop, width=390, dark=True)
    looker.go("/calendario")
    day = ahead(2)
    looker.page.locator(f"table a[data-day='{day}']").click()
    sheet = looker.page.locator("#folha")
    expect(sheet).to_be_visible()
    assert findings(looker) == [] and fits(looker.page)
    sheet.get_by_role("button", name="Fechado").click()
    expect(looker.page.get_by_role("status")).to_contain_text("fechado")
    expect(looker.page.get_by_role("status")).to_be_in_viewport()
    assert said_of(database, shop.organization) == [(day, day, "closed", None)]
    looker.page.get_by_role("button", name="Desfazer").click()
    expect(looker.page.get_by_role("status")).to_contain_text("como o calendário diz")
    assert said_of(database, shop.organization) == [] and looker.complaints == []


def test_holidays_are_one_answer_and_what_is_doubtful_is_asked(look: Look, shop: Shop, database: Connection) -> None:
    looker = look(shop)
    looker.go("/calendario")
    words = "Sua loja fica em São Paulo (SP)? Posso seguir os feriados nacionais e os de SP."
    expect(looker.page.get_by_text(words, exact=True)).to_be_visible()
    looker.page.get_by_role("button", name="Sim, seguir").click()
    expect(looker.page.get_by_role("status")).to_contain_text("a loja segue os feriados")
    expect(looker.page.get_by_text("Sua loja fica")).to_have_count(0)
    expect(looker.page.get_by_text("Você abre em Corpus Christi?", exact=True)).to_be_visible()
    assert findings(looker) == [] and fits(looker.page)
    looker.page.get_by_role("button", name="Não, fechamos").click()
    expect(looker.page.get_by_text("Você abre em Corpus Christi?")).to_have_count(0)
    assert [row[:3] for row in said_of(database, shop.organization)] == [(corpus(), corpus(), "closed")]
    assert [change[1:3] for change in changes_of(database, shop.organization)] == [
        ("page", "place_confirmed"), ("page", "day_closed"),
    ]  # fmt: skip
    assert looker.complaints == []


def test_other_hours_of_several_days_are_said_without_a_mouse(look: Look, shop: Shop, database: Connection) -> None:
    looker = look(shop, width=390)
    looker.go("/calendario")
    looker.page.locator(f"table a[data-day='{ahead(40)}']").press("Enter")
    sheet = looker.page.locator("#folha")
    sheet.get_by_text("Outro horário").press("Enter")
    sheet.get_by_label("Abre às").fill("09:00")
    sheet.get_by_label("Fecha às").fill("00:00")
    sheet.get_by_label("Até que dia (vazio: só este)").fill(str(ahead(42)))
    assert fits(looker.page)
    sheet.get_by_label("Abre às").press("Enter")
    expect(looker.page.get_by_role("status")).to_contain_text("outro horário")
    assert said_of(database, shop.organization) == [(ahead(40), ahead(42), "hours", [["09:00", "24:00"]])]


def test_without_a_script_a_day_stands_on_the_page_with_the_same_buttons(visitor: Visitor, shop: Shop) -> None:
    client = visitor(shop)
    page, part = shown(client, f"?dia={ahead(5)}"), client.get(f"/calendario/dia?dia={ahead(5)}").text
    for text in (page, part):
        assert text.count('name="acao" value="fechado"') == text.count('name="acao" value="horas"') == 1
        assert f'name="dia" value="{ahead(5)}"' in text
    assert "<html" in page and "<html" not in part
    # a day beyond the twelve months, one that is over, and none
    assert 'value="fechado"' in shown(client, f"?dia={ahead(500)}")
    over = shown(client, f"?dia={ahead(-3)}")
    assert "Este dia já passou" in over and 'value="horas"' not in over
    assert client.get("/calendario/dia").status_code == 422
    assert client.get("/calendario?dia=2027-02-29").status_code == 422


def test_twelve_months_begin_with_this_one_and_what_is_over_cannot_be_touched(visitor: Visitor, shop: Shop) -> None:
    page = shown(visitor(shop))
    found = re.search(r'data-day="([^"]+)"[^>]*aria-current="date"', page)
    assert found is not None
    today = dt.date.fromisoformat(found[1])
    assert ahead(0) <= today <= ahead(1)
    months = re.findall(r'id="mes-(\d{4}-\d{2})"', page)
    assert months[0] == f"{today:%Y-%m}" and len(months) == 12 and months == sorted(months)
    days = set(re.findall(r'<a class="day [^>]*data-day="([^"]+)"', page))
    assert str(today) in days and min(days) >= str(today)
    assert len(days) > 330


def test_each_special_day_says_why_and_days_that_are_alike_are_one_line(
    visitor: Visitor, shop: Shop, database: Connection
) -> None:
    first = ahead(2)
    first = first if first.day < 24 else (first.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    database.execute(
        "insert into aurora_proactive_exceptions (organization_id, first_day, last_day, says, title)"
        " values (%s, %s, %s, 'closed', %s)",
        [shop.organization, first, first + dt.timedelta(days=4), HOSTILE[:60]],
    )
    database.execute(
        "insert into aurora_proactive_places (organization_id, state, confirmed_at, follows_holidays)"
        " values (%s, 'SP', now(), true)",
        [shop.organization],
    )
    page = shown(visitor(shop))
    assert f"{first:%d/%m} a {first + dt.timedelta(days=4):%d/%m}" in page
    assert "Corpus Christi (ponto facultativo nacional)" in page and "Dia de SP (feriado em SP)" in page
    assert "<script>document" not in page and "&lt;script&gt;document" in page
    assert "Nos pontos facultativos: a página pergunta" in page


def test_hours_that_cannot_be_read_are_named_by_weekday(visitor: Visitor, shop: Shop, database: Connection) -> None:
    open_every_day(database, shop.organization, tue=[["18:00", "08:00"]], wed="8h às 18h")
    assert "O horário de <strong>terça e quarta</strong> no cadastro" in shown(visitor(shop))
    database.execute("update organizations set business_hours = '[]' where id = %s", [shop.organization])
    assert "<strong>segunda, terça, quarta, quinta, sexta, sábado e domingo</strong>" in shown(visitor(shop))


def test_what_is_not_known_is_said(visitor: Visitor, shop: Shop, database: Connection) -> None:
    database.execute("truncate aurora_proactive_holidays, aurora_proactive_holiday_years")
    assert "A lista de feriados ainda não chegou" not in shown(visitor(shop))
    database.execute(
        "insert into aurora_proactive_places (organization_id, state, confirmed_at, follows_holidays)"
        " values (%s, 'SP', now(), true)",
        [shop.organization],
    )
    assert "A lista de feriados ainda não chegou" in shown(visitor(shop))


def test_a_user_sees_the_own_calendar_and_a_service_chooses(visitor: Visitor, shop: Shop, theirs: Shop) -> None:
    named = f"?organizacao={shop.organization}"
    assert visitor(theirs).get(f"/calendario{named}").status_code == 403
    assert visitor(theirs).get(f"/calendario/dia{named}&dia={ahead(3)}").status_code == 403
    assert visitor(anonymous=True).get("/calendario").status_code == 303
    assert "Escolha uma organização" in shown(visitor(None))
    assert 'id="mes-' in shown(visitor(None), named)
