"""The feeds on /calendario: added without a word of the address, told with what is wrong, removed after a question."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from psycopg.types.json import Jsonb

from proactive.app import Application
from proactive.feeds.store import FeedStore
from proactive.feeds.subscriptions import Subscriptions
from proactive.feeds.vault import Vault
from sandbox.stack import LocalStack
from tests.support.browsing import HOSTILE
from tests.support.calendars import changes_of
from tests.support.shops import Shop, make_shop

Connection = psycopg.Connection[dict[str, Any]]
Visitor = Callable[..., httpx.Client]
SECRET = "private-0123456789abcdef"
ADDRESS = f"https://calendar.google.com/calendar/ical/loja/{SECRET}/basic.ics"


@pytest.fixture
def shop(stack: LocalStack) -> Shop:
    """A shop without feeds."""
    return make_shop(stack, "Patas & Cia", days=0)


def post(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/descadastros").text)
    assert found is not None
    return client.post(f"/calendario/{path}", data={"csrf": found[1]} | fields)


def section(client: httpx.Client) -> str:
    """The part of the page that is about feeds."""
    answer = client.get("/calendario")
    assert answer.status_code == 200, answer.text
    return answer.text.partition('id="agendas"')[2].partition("</section>")[0]


def feed_of(database: Connection, shop: Shop, **columns: Any) -> str:
    """A feed as its reader left it; its id."""
    usual = {"purpose": "closures", "address": "sealed", "host": "calendar.google.com"}
    given = {name: Jsonb(value) if isinstance(value, list) else value for name, value in (usual | columns).items()}
    names, places = ", ".join(given), ", ".join(f"%({name})s" for name in given)
    row = database.execute(
        f"insert into aurora_proactive_feeds (organization_id, {names}) values (%(shop)s, {places}) returning id",
        given | {"shop": shop.organization},
    ).fetchone()
    assert row is not None
    return str(row["id"])


def test_a_feed_is_added_and_its_address_is_shown_nowhere(visitor: Visitor, shop: Shop, database: Connection) -> None:
    client = visitor(shop)
    assert "Assinar uma agenda" in section(client)
    answer = post(client, "agendas", endereco=ADDRESS, uso="closures", nome="Férias da equipe")
    assert answer.status_code == 303 and answer.headers["location"].endswith("#agendas")
    page = client.get(answer.headers["location"]).text
    for words in ("Agenda assinada", "Férias da equipe", "ainda não foi lida", "Dias fechados"):
        assert words in page, words
    assert SECRET not in page and SECRET not in answer.text
    assert [change[1:3] for change in changes_of(database, shop.organization)] == [("page", "feed_added")]
    again = post(client, "agendas", endereco=ADDRESS, uso="busy")
    assert again.status_code == 422 and "Esta agenda já está na lista" in again.text and SECRET not in again.text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"endereco": "", "uso": "closures"}, "Isto não parece um endereço"),
        ({"endereco": f"http://calendar.google.com/{SECRET}", "uso": "busy"}, "tem de começar com https://"),
        ({"endereco": f"webcal://calendar.google.com/{SECRET}", "uso": "busy"}, "Troque webcal://"),
        ({"endereco": f"https://127.0.0.1/{SECRET}", "uso": "busy"}, "não é de um site público"),
        ({"endereco": ADDRESS, "uso": "tudo"}, "Diga para que serve"),
        ({"endereco": ADDRESS}, "Diga para que serve"),
        ({"endereco": ADDRESS, "uso": "busy", "nome": "x" * 41}, "até 40 letras"),
    ],
)
def test_what_cannot_be_subscribed_to_is_answered_with_what_to_do_and_no_word_of_the_address(
    visitor: Visitor, shop: Shop, fields: dict[str, str], words: str
) -> None:
    answer = post(visitor(shop), "agendas", **fields)
    assert answer.status_code == 422
    assert words in answer.text.partition('role="alert">')[2].partition("</p>")[0]
    assert SECRET not in answer.text


def test_what_was_read_refused_and_wrong_is_told_with_what_to_do(
    visitor: Visitor, shop: Shop, database: Connection
) -> None:
    feed_of(
        database, shop, label=HOSTILE[:40], good_at="2026-01-02T03:00:00Z", events=12, fault="not_found",
        fault_at="2026-01-03T03:00:00Z", faults=3, refused=[{"title": "Plantão", "reason": "frequency"}],
        ignored=[{"title": HOSTILE[:60], "reason": "too_long"}, {"title": None, "reason": "of the future"}],
    )  # fmt: skip
    feed_of(database, shop, purpose="busy", good_at="now", events=1, empty_reads=1)
    feed_of(database, shop, purpose="busy", reading_until="infinity")
    told = section(visitor(shop))
    for words in ("com defeito", "A agenda não está mais neste endereço. Copie", "12 eventos", "Plantão (repete",
                  "dura mais de 60 dias", "sem título (está escrito", "3 eventos não contam", "Veio vazia uma vez",
                  "lendo agora", "vale a última leitura boa"):  # fmt: skip
        assert words in told, words
    assert "<script>document" not in told and "Assinar uma agenda" not in told  # there are three


def test_a_feed_is_removed_by_its_business_alone(
    visitor: Visitor, shop: Shop, theirs: Shop, database: Connection
) -> None:
    feed = feed_of(database, shop, label="Folgas")
    named = {"organizacao": str(shop.organization)}
    assert post(visitor(theirs), f"agendas/{feed}/apagar").status_code == 404
    assert post(visitor(theirs), f"agendas/{feed}/apagar", **named).status_code == 403
    assert post(visitor(theirs), "agendas", **named, endereco=ADDRESS, uso="busy").status_code == 403
    assert visitor(shop).post(f"/calendario/agendas/{feed}/apagar").status_code == 403
    answer = post(visitor(shop), f"agendas/{feed}/apagar")
    assert "Agenda apagada" in visitor(shop).get(answer.headers["location"]).text
    assert "Folgas" not in section(visitor(shop))
    for missing in (feed, uuid4()):
        assert post(visitor(shop), f"agendas/{missing}/apagar").status_code == 404


def test_without_a_key_the_page_says_what_is_missing(
    visitor: Visitor, shop: Shop, application: Application, app: FastAPI
) -> None:
    keyless, usual = Subscriptions(FeedStore(application.database), Vault(())), app.state.services
    client = visitor(shop)
    app.state.services = replace(usual, subscriptions=keyless)
    try:
        assert "falta a chave CALENDAR_KEY" in section(client)
    finally:
        app.state.services = usual  # monkeypatch would delete what this object has of no class
