"""What people do on /calendario: kept with who did it, refused in words that say what to do."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest

from proactive.calendar.exceptions import horizon
from sandbox.stack import LocalStack
from tests.support.browsing import HOSTILE
from tests.support.calendars import add_holiday, ahead, changes_of, open_every_day, said_of
from tests.support.shops import Shop, make_shop

Connection = psycopg.Connection[dict[str, Any]]
Visitor = Callable[..., httpx.Client]


@pytest.fixture
def shop(stack: LocalStack, database: Connection) -> Iterator[Shop]:
    """A shop that is open every day and said nothing yet."""
    made = make_shop(stack, "Patas & Cia", days=0)
    open_every_day(database, made.organization)
    add_holiday(database, ahead(33), "corpus-christi", "Corpus Christi", kind="optional")
    yield made
    database.execute("truncate aurora_proactive_holidays, aurora_proactive_holiday_years")


def post(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/descadastros").text)
    assert found is not None
    return client.post(f"/calendario/{path}", data={"csrf": found[1]} | fields)


def alert(answer: httpx.Response) -> str:
    assert answer.status_code == 422, answer.text
    return answer.text.partition('role="alert">')[2].partition("</p>")[0]


def test_a_day_is_said_and_the_way_back_leads_to_its_month(visitor: Visitor, shop: Shop, database: Connection) -> None:
    client, day, last = visitor(shop), ahead(10), ahead(13)
    answer = post(client, "dias", dia=str(day), ate=str(last), acao="fechado")
    assert answer.status_code == 303 and answer.headers["location"].endswith(f"#mes-{day:%Y-%m}")
    assert "desfaz=1" in answer.headers["location"]
    page = client.get(answer.headers["location"]).text
    assert f"{day:%d/%m} a {last:%d/%m}: fechado." in page
    # said over what was said before: no undoing in one tap, which would not bring that back
    answer = post(client, "dias", dia=str(day), acao="aberto")
    assert "desfaz" not in answer.headers["location"]
    assert post(client, "dias", dia=str(last), acao="normal").status_code == 303
    assert said_of(database, shop.organization) == [
        (day, day, "open", None), (ahead(11), ahead(12), "closed", None),
    ]  # fmt: skip
    assert [change[:3] for change in changes_of(database, shop.organization)] == [
        ("user:test", "page", action) for action in ("day_closed", "day_opened", "day_unsaid")
    ]


def test_other_hours_are_one_or_two_openings_and_midnight_ends_a_day(
    visitor: Visitor, shop: Shop, database: Connection
) -> None:
    day = str(ahead(10))
    hours = {"das1": "08:00", "as1": "12:00", "das2": "13:30", "as2": "00:00"}
    assert post(visitor(shop), "dias", dia=day, acao="horas", **hours).status_code == 303
    assert said_of(database, shop.organization)[0][3] == [["08:00", "12:00"], ["13:30", "24:00"]]
    log = visitor(shop).get("/auditoria").text
    assert "Marcou outro horário" in log and "08:00-12:00, 13:30-24:00" in log
    page = visitor(shop).get(f"/calendario?dia={day}").text
    assert 'name="das2" value="13:30"' in page and 'name="as2" value="00:00"' in page
    assert "08:00–12:00 e 13:30–24:00" in page


def test_where_a_weekday_has_no_hours_the_page_asks_for_them(
    visitor: Visitor, shop: Shop, database: Connection
) -> None:
    monday = next(ahead(number) for number in range(2, 9) if ahead(number).weekday() == 0)
    open_every_day(database, shop.organization, mon=[])
    client = visitor(shop)
    answer = post(client, "dias", dia=str(monday), ate=str(monday + dt.timedelta(days=1)), acao="aberto")
    page = client.get(answer.headers["location"]).text
    assert "Este dia da semana não tem horário no cadastro: diga o horário" in page
    assert f'name="dia" value="{monday}"' in page and "horário a dizer" in page
    post(client, "dias", dia=str(monday), acao="horas", das1="09:00", as1="13:00")
    assert "horário a dizer" not in client.get("/calendario").text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"dia": "", "acao": "fechado"}, "Escolha um dia que existe"),
        ({"dia": "2027-02-29", "acao": "fechado"}, "Escolha um dia que existe"),
        ({"dia": "5", "acao": "fechado"}, "Escolha um dia que existe"),
        ({"dia": "-2", "acao": "fechado"}, "já passou: comece por hoje ou depois"),
        ({"dia": "-2", "acao": "normal"}, "já passou"),
        ({"dia": "+9", "ate": "+8", "acao": "fechado"}, "O último dia é antes do primeiro"),
        ({"dia": "+9", "ate": "+400", "acao": "fechado"}, "No máximo 366 dias"),
        ({"dia": "+1200", "acao": "fechado"}, "O calendário vai até"),
        ({"dia": "+9", "ate": "amanhã", "acao": "fechado"}, "Escolha um dia que existe"),
        ({"dia": "+9", "acao": "horas"}, "das quantas às quantas"),
        ({"dia": "+9", "acao": "horas", "das1": "18:00", "as1": "09:00"}, "depois da abertura"),
        ({"dia": "+9", "acao": "horas", "das1": "09:00"}, "como 09:00 e 13:00"),
        ({"dia": "+9", "acao": "horas", "das1": HOSTILE, "as1": "10:00"}, "como 09:00 e 13:00"),
        ({"dia": "+9", "acao": "talvez"}, "Toque em Fechado"),
        ({"dia": "+9"}, "Toque em Fechado"),
    ],
)
def test_what_cannot_be_said_is_answered_with_what_to_do_and_nothing_is_kept(
    visitor: Visitor, shop: Shop, database: Connection, fields: dict[str, str], words: str
) -> None:
    dated = {
        name: str(ahead(int(value))) if re.fullmatch(r"[+-]\d+", value) else value for name, value in fields.items()
    }
    answer = post(visitor(shop), "dias", **dated)
    assert words in alert(answer)
    assert "<script>document" not in answer.text
    assert said_of(database, shop.organization) == [] == changes_of(database, shop.organization)


def test_the_question_is_answered_once(visitor: Visitor, shop: Shop, database: Connection) -> None:
    client = visitor(shop)
    assert "Sua loja fica em São Paulo (SP)?" in client.get("/calendario").text
    answer = post(client, "lugar", acao="nao", uf="SP")
    page = client.get(answer.headers["location"]).text
    assert "Tudo bem" in page and "Sua loja fica" not in page
    assert "Seguir os feriados deste estado" in page
    assert post(client, "lugar", acao="seguir", uf="RJ").status_code == 303
    assert (
        "A loja segue os feriados nacionais e os de RJ. Fica no Rio de Janeiro (RJ)." in client.get("/calendario").text
    )
    actions = [change[2:] for change in changes_of(database, shop.organization)]
    assert actions == [("holidays_declined", ""), ("place_confirmed", "RJ")]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"acao": "seguir", "uf": ""}, "Escolha o estado"),
        ({"acao": "seguir", "uf": "XX"}, "Escolha o estado"),
        ({"acao": "lugar", "uf": "SP", "codigo": "355"}, "7 números"),
        ({"acao": "lugar", "uf": "SP", "codigo": "3304557"}, "não é de uma cidade deste estado"),
    ],
)
def test_a_place_that_is_none_is_answered_with_what_to_do(
    visitor: Visitor, shop: Shop, fields: dict[str, str], words: str
) -> None:
    assert words in alert(post(visitor(shop), "lugar", **fields))


def test_the_switches_and_what_the_shop_opens_on(visitor: Visitor, shop: Shop, database: Connection) -> None:
    client = visitor(shop)
    assert "em que estado fica a loja" in alert(post(client, "ajustes", acao="seguir"))
    post(client, "lugar", acao="seguir", uf="SP", codigo="3550308")
    for action in ("parar", "seguir", "sem-resumo", "resumo"):
        assert post(client, "ajustes", acao=action).status_code == 303
    assert post(client, "ajustes", acao="tudo").status_code == 422
    assert post(client, "abrimos", que="corpus-christi", acao="abrimos").status_code == 303
    page = client.get("/calendario").text
    assert 'Abrimos todo ano em <strong class="name">Corpus Christi</strong>' in page
    assert "Corpus Christi: vocês abrem" in page and "Você abre em Corpus Christi?" not in page
    assert post(client, "abrimos", que="corpus-christi", acao="fechamos").status_code == 303
    assert "Você abre em Corpus Christi?" in client.get("/calendario").text
    assert post(client, "abrimos", que="optional", acao="abrimos").status_code == 303
    assert "Nos pontos facultativos: aberto, como sempre" in client.get("/calendario").text
    assert "não está na lista" in alert(post(client, "abrimos", que="nunca", acao="abrimos"))
    assert [change[2] for change in changes_of(database, shop.organization)] == [
        "place_confirmed", "holidays_unfollowed", "holidays_followed", "daily_summary_switched",
        "daily_summary_switched", "holiday_opened", "holiday_unopened", "holiday_opened",
    ]  # fmt: skip


def test_a_holiday_of_the_town_is_closed_each_year_that_the_calendar_has(
    visitor: Visitor, shop: Shop, database: Connection
) -> None:
    client = visitor(shop)
    day = next(ahead(number) for number in (20, 21) if (ahead(number).month, ahead(number).day) != (2, 29))
    fields = {"dia": str(day), "nome": "Aniversário da cidade"}
    assert post(client, "cidade", todo_ano="sim", **fields).status_code == 303
    days = [row[0] for row in said_of(database, shop.organization)]
    assert days[0] == day and len(days) >= 2 and all(one.month == day.month for one in days)
    assert max(days) <= horizon(ahead(1))
    assert "Aniversário da cidade" in client.get("/calendario").text
    assert post(client, "cidade", dia=str(ahead(22)), nome="").status_code == 303
    assert "Feriado da cidade" in client.get("/calendario").text
    assert "no máximo 60 letras" in alert(post(client, "cidade", dia=str(ahead(23)), nome="x" * 61))
    assert "já passou" in alert(post(client, "cidade", dia=str(ahead(-3)), nome="x", todo_ano="sim"))
    assert len(said_of(database, shop.organization)) == len(days) + 1


def test_nobody_says_it_for_another(visitor: Visitor, shop: Shop, theirs: Shop, database: Connection) -> None:
    named = {"organizacao": str(shop.organization)}
    closed = {"dia": str(ahead(10)), "acao": "fechado"}
    for path, fields in (("dias", closed), ("lugar", {"acao": "nao"}), ("ajustes", {"acao": "resumo"}),
                         ("abrimos", {"que": "optional", "acao": "abrimos"}), ("cidade", closed)):  # fmt: skip
        assert post(visitor(theirs), path, **named, **fields).status_code == 403
        assert post(visitor(None), path, **fields).status_code == 422
        assert visitor(shop).post(f"/calendario/{path}", data=fields).status_code == 403
    assert said_of(database, shop.organization) == [] == changes_of(database, shop.organization)
    assert post(visitor(None), "dias", **named, **closed).status_code == 303
    assert changes_of(database, shop.organization)[0][0] == "key:test"


def test_the_last_of_two_people_holds_and_both_are_written_down(
    visitor: Visitor, shop: Shop, database: Connection
) -> None:
    ana, bia, day = visitor(shop), visitor(shop), str(ahead(10))
    post(ana, "dias", dia=day, acao="fechado")
    post(bia, "dias", dia=day, acao="aberto")
    post(bia, "dias", dia=day, acao="aberto")
    assert [row[2] for row in said_of(database, shop.organization)] == ["open"]
    assert [change[2] for change in changes_of(database, shop.organization)] == ["day_closed", "day_opened"]


def test_the_days_of_a_form_are_those_of_the_organisations_zone(
    visitor: Visitor, shop: Shop, database: Connection
) -> None:
    """Where it is tomorrow already, São Paulo's yesterday is over."""
    database.execute("update organizations set timezone = 'Pacific/Kiritimati' where id = %s", [shop.organization])
    there = dt.datetime.now(dt.timezone(dt.timedelta(hours=14))).date()
    assert "já passou" in alert(post(visitor(shop), "dias", dia=str(there - dt.timedelta(days=1)), acao="fechado"))
