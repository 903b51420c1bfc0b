"""The client's message: greeting, business, text, and the last line, with only what is true of the client."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from proactive.campaigns.client_message import LAST_LINE, client_message, filled
from proactive.storage.supabase import Database
from tests.campaigns.chat import Chat

OPPORTUNITIES = (
    "Faz um tempinho que {pet} não {vem|vêm} nos visitar. Vamos marcar?",
    "Separei um horário especial para {pet} esta semana. Quer que eu reserve?",
)


@pytest.mark.parametrize(
    ("which", "name", "greeting"),
    [
        (0, "Maria Silva", "Oi, Maria! Aqui é Patas & Cia 🐾"),
        (1, "Maria Silva", "Olá, Maria! Aqui é Patas & Cia 🐾"),
        (2, "Maria Silva", "Oi, Maria, tudo bem? Aqui é Patas & Cia 🐾"),
        (0, None, "Oi! Aqui é Patas & Cia 🐾"),
        (1, "", "Olá! Aqui é Patas & Cia 🐾"),
        (2, "   ", "Oi, tudo bem? Aqui é Patas & Cia 🐾"),
        (0, "Maria2 Silva", "Oi, Maria! Aqui é Patas & Cia 🐾"),
        (0, "11 99999-0000", "Oi! Aqui é Patas & Cia 🐾"),
        (0, "(11) 99999-0000", "Oi! Aqui é Patas & Cia 🐾"),
        (2, "+5511999990000", "Oi, tudo bem? Aqui é Patas & Cia 🐾"),
        (1, "🐶🐶", "Olá, 🐶🐶! Aqui é Patas & Cia 🐾"),
        (0, "*Maria* do Rex", "Oi, Maria! Aqui é Patas & Cia 🐾"),
        (0, "José Carlos", "Oi, José! Aqui é Patas & Cia 🐾"),
    ],
)
def test_the_recipients_id_chooses_the_greeting_and_a_name_that_is_none_is_left_out(
    which: int, name: str | None, greeting: str
) -> None:
    message = client_message(UUID(int=3 * 10**9 + which), name, ["Rex"], "Patas & Cia", "Banho com 10% OFF!")
    assert message == f"{greeting}\n\nBanho com 10% OFF!\n\n{LAST_LINE}"
    assert LAST_LINE == "Não quer receber promoções? Responda SAIR."


@pytest.mark.parametrize(
    ("pets", "words"),
    [
        ([], "seu pet não vem"),
        ([""], "seu pet não vem"),
        (["Rex"], "Rex não vem"),
        (["Rex", "Luna"], "Rex e Luna não vêm"),
        (["Rex", "Luna", "Max"], "Rex, Luna e Max não vêm"),
        (["Rex", "  "], "Rex não vem"),
        (["*Rex*\n"], "Rex não vem"),
    ],
)
def test_pets_are_listed_and_their_verb_agrees(pets: list[str], words: str) -> None:
    assert filled(OPPORTUNITIES[0], "Maria", pets) == f"Faz um tempinho que {words} nos visitar. Vamos marcar?"


@pytest.mark.parametrize(
    ("text", "name", "read"),
    [
        ("Oi {nome}! Vem?", None, "Oi! Vem?"),
        ("Oi, {nome}! Vem?", None, "Oi! Vem?"),
        ("Oi, {nome}, tudo bem?", None, "Oi, tudo bem?"),
        ("{nome}, saudades!", None, "Saudades!"),
        ("{nome}, saudades!", "Bia Lima", "Bia, saudades!"),
        ("Saudades, {nome}.", None, "Saudades."),
    ],
)
def test_a_name_that_is_not_known_leaves_no_comma_behind(text: str, name: str | None, read: str) -> None:
    assert filled(text, name, ["Rex"]) == read


@pytest.fixture
def chat(database: psycopg.Connection[dict[str, Any]], supabase: Database) -> Chat:
    return Chat(database, supabase)


def frozen(chat: Chat) -> dict[str, str]:
    """What each client's phone would be sent."""
    chat._sent(
        uuid4(), "custom_campaign", f'Campanha\n\n"{OPPORTUNITIES[1]}"\n\nEnvio?', str(uuid4()),
        {"target_audience": "all"},
    )  # fmt: skip
    chat.say("ok")
    return {row["phone"][-4:]: row["content"] for row in chat.recipients()}


def pet(chat: Chat, client: UUID, name: str | None, *, active: bool = True) -> UUID:
    id_ = uuid4()
    chat.connection.execute(
        "insert into pets (id, organization_id, contact_id, name, is_active) values (%s, %s, %s, %s, %s)",
        [id_, chat.organization, client, name, active],
    )
    return id_


def test_only_pets_that_are_alive_and_active_are_named(chat: Chat) -> None:
    several, gone, none = (
        chat.client(name, f"1197777{n}") for name, n in (("Ana", 1001), ("Bia", 1002), ("Eva", 1003))
    )
    dead, alone = pet(chat, several, "Thor"), pet(chat, gone, "Mel")
    pet(chat, several, "Rex")
    pet(chat, several, "Luna")
    pet(chat, several, "Bob", active=False)
    pet(chat, none, "Pituca", active=False)
    for each in (dead, alone):
        chat.connection.execute(
            "insert into aurora_proactive_opt_outs (organization_id, key, level, source)"
            " values (%s, %s, 'luto', 'reply')",
            [chat.organization, f"pet:{each}"],
        )
    sent = frozen(chat)
    assert "para Luna e Rex esta semana" in sent["1001"]
    assert "1002" not in sent  # whose only pet died
    assert "para seu pet esta semana" in sent["1003"]
    assert not any(name in text for name in ("Thor", "Mel", "Bob", "Pituca") for text in sent.values())
    assert all(text.endswith(f"\n\n{LAST_LINE}") for text in sent.values())
    assert chat.campaigns()[0]["left_out"] == {"mourning": 1}


def test_who_shares_a_phone_is_one_and_all_their_pets_are_named(chat: Chat) -> None:
    first = chat.client("Maria Silva", "11977772001", days_ago=40)
    second = chat.client("João Silva", "+55 (11) 97777-2001", days_ago=50)
    pet(chat, first, "Rex")
    pet(chat, second, "Luna")
    chat.now += dt.timedelta(seconds=1)
    (text,) = frozen(chat).values()
    assert "Maria" in text.split("Aqui")[0] and "João" not in text
    assert "para Rex e Luna esta semana" in text
    (campaign,) = chat.campaigns()
    assert (campaign["frozen"], campaign["left_out"]) == (1, {"same_phone": 1})
