"""What is over: until when a yes counts, what a late one is answered, and what is made anew."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from proactive.campaigns.offers import campaign_id
from proactive.storage.supabase import Database
from tests.campaigns.chat import Chat

REDO = "Essa sugestão era de quarta (25/11) e já venceu. Quer que eu refaça com os números de hoje?"


@pytest.fixture
def chat(database: psycopg.Connection[dict[str, Any]], supabase: Database) -> Chat:
    chat = Chat(database, supabase)
    for number, name in enumerate(("Maria Silva", "João Souza", "Bia Lima"), 1):
        chat.client(name, f"1197777000{number}", pet=("Rex", "Luna", "Nina")[number - 1])
    return chat


def say(chat: Chat, text: str, hours: float = 0.01, **more: Any) -> list[str]:
    chat.now += dt.timedelta(hours=hours)
    return chat.say(text, **more)


def states(chat: Chat) -> list[str]:
    return [campaign["status"] for campaign in chat.campaigns()]


def expire(chat: Chat) -> None:
    """What the pump does from time to time."""
    chat.connection.execute("select aurora_proactive_expire_campaigns(86400, %s)", [chat.now])


def _over(chat: Chat, type_: str, word: str = "ok") -> str:
    """An offer of four days ago that was previewed, perhaps, and is over."""
    offer = chat.offer(type_, days=30)
    if word:
        say(chat, word)
    chat.now += dt.timedelta(days=5)
    chat.connection.execute("update aurora_proactive_replies set received_at = %s", [chat.now])
    expire(chat)
    return offer


@pytest.mark.parametrize("word", ["", "ok"])
@pytest.mark.parametrize("type_", ["custom_campaign", "inactive_clients"])
@pytest.mark.parametrize("yes", ["sim", "ok", "pode", "quero sim, pode mandar"])
def test_what_is_over_is_made_anew_and_previewed(chat: Chat, type_: str, word: str, yes: str) -> None:
    offer = _over(chat, type_, word)
    assert say(chat, "sim", quoting=offer) == [REDO]
    (preview,) = say(chat, yes)
    assert preview.startswith("📣 Prévia: ") and "Vão receber: 3 clientes" in preview
    old, new = chat.campaigns()
    key = f"{old['source_key']}/redo/2026-11-30"
    assert (old["status"], new["status"], new["source_key"]) == (old["status"], "previewed", key)
    assert old["status"] in ("expired", "offered")
    assert new["id"] == campaign_id(chat.organization, type_, key, 0)
    assert say(chat, "ENVIAR")[0].startswith("✅ Combinado!")


def test_a_quoted_yes_to_the_question_makes_it_anew_too_and_once(chat: Chat) -> None:
    offer = _over(chat, "custom_campaign")
    say(chat, "sim", quoting=offer)
    asked = chat.last("T8")
    (preview,) = say(chat, "sim", quoting=asked, reply_id="redo")
    assert preview.startswith("📣 Prévia")
    assert preview in say(chat, "sim", quoting=asked, reply_id="redo")
    assert len(chat.campaigns()) == 2


@pytest.mark.parametrize("no", ["não", "deixa pra lá", "depois", "para"])
def test_a_no_to_the_question_leaves_it(chat: Chat, no: str) -> None:
    offer = _over(chat, "custom_campaign")
    say(chat, "sim", quoting=offer)
    assert say(chat, no) == ["Tudo bem, não envio. 👍"]
    assert states(chat) == ["expired"]
    assert say(chat, "sim") == []


@pytest.mark.parametrize("text", ["sim?", "talvez", "acho que sim", "~sim~"])
def test_doubt_makes_nothing_anew(chat: Chat, text: str) -> None:
    offer = _over(chat, "custom_campaign")
    say(chat, "sim", quoting=offer)
    assert say(chat, text)[0].startswith("Não entendi 🤔 Nada foi enviado.")
    assert states(chat) == ["expired"]


def test_the_same_is_made_anew_once_a_day(chat: Chat) -> None:
    offer = _over(chat, "custom_campaign")
    say(chat, "sim", quoting=offer)
    say(chat, "sim")
    say(chat, "não")
    assert states(chat) == ["expired", "declined"]
    say(chat, "sim", quoting=offer)
    assert say(chat, "sim")[0].endswith("foi cancelada em 30/11 e ninguém recebeu.")
    say(chat, "sim", hours=24, quoting=offer)
    assert say(chat, "sim")[0].startswith("📣 Prévia")
    assert states(chat) == ["expired", "declined", "previewed"]


def test_second_thoughts_after_a_no_are_asked_about(chat: Chat) -> None:
    chat.offer()
    say(chat, "ok")
    asked = chat.last("T2")
    say(chat, "não")
    assert states(chat) == ["declined"]
    (answer,) = say(chat, "mudei de ideia", quoting=asked)
    assert answer.endswith("Quer que eu refaça com os números de hoje?")
    assert say(chat, "sim")[0].startswith("📣 Prévia")
    assert states(chat) == ["declined", "previewed"]


@pytest.mark.parametrize("said", ["sim", "ok", "15%", "amanhã às 9", "quero sim, pode mandar"])
def test_what_has_a_day_of_its_own_is_not_made_anew(chat: Chat, said: str) -> None:
    chat.connection.execute("update pets set birthday = '2020-11-25' where organization_id = %s", [chat.organization])
    offer = chat.offer("birthdays")
    assert say(chat, "ok")[0].startswith("📣 Prévia: aniversariantes")
    preview = chat.last("T2")
    chat.now = chat.now.replace(hour=20, minute=30)
    over = "Essa sugestão era de hoje e já venceu."
    assert say(chat, said, quoting=offer) == [over]
    assert say(chat, said, quoting=preview) == [over]
    assert "confirmed" not in states(chat)
    chat.now += dt.timedelta(days=1)
    expire(chat)
    assert say(chat, said, quoting=preview) == ["Essa sugestão era de quarta (25/11) e já venceu."]
    assert say(chat, "sim") == []
    assert states(chat) == ["expired"]


@pytest.mark.parametrize(
    ("type_", "last", "over"),
    [
        ("birthdays", dt.timedelta(hours=9), dt.timedelta(hours=10)),
        ("low_occupancy", dt.timedelta(hours=9), dt.timedelta(hours=10)),
        ("inactive_clients", dt.timedelta(hours=23), dt.timedelta(hours=73)),
        ("custom_campaign", dt.timedelta(hours=71), dt.timedelta(hours=73)),
    ],
)
def test_until_when_an_offer_may_be_answered(chat: Chat, type_: str, last: dt.timedelta, over: dt.timedelta) -> None:
    chat.connection.execute("update pets set birthday = '2020-11-25' where organization_id = %s", [chat.organization])
    ids = [str(row["id"]) for row in chat.connection.execute(
        "select id from contacts where organization_id = %s", [chat.organization])]  # fmt: skip
    began, offer = chat.now, chat.offer(type_, clients=[{"id": each} for each in ids], days=30)
    chat.now = began + last
    assert "já venceu" not in say(chat, "quem?", hours=0, quoting=offer)[0]
    chat.now = began + over
    assert "já venceu" in say(chat, "sim", hours=0, quoting=offer)[0]
    assert "confirmed" not in states(chat)


@pytest.mark.parametrize("quoted", [True, False])
def test_a_preview_of_a_day_ago_confirms_nothing(chat: Chat, quoted: bool) -> None:
    chat.offer()
    say(chat, "ok")
    asked = chat.last("T2")
    say(chat, "quantos?", hours=23)  # the question stays open; it keeps nothing alive
    answers = say(chat, "ENVIAR", hours=1.5, quoting=asked if quoted else None)
    assert not any("Combinado" in each for each in answers)
    assert states(chat) == ["previewed"]
    expire(chat)
    assert states(chat) == ["expired"]


def test_what_is_kept_until_when_is_told(chat: Chat) -> None:
    chat.offer()
    assert say(chat, "depois")[0].startswith("Sem problema! A campanha fica guardada até sábado às 10:00.")
    say(chat, "ok")
    assert say(chat, "depois")[0].startswith("Sem problema! A campanha fica guardada até amanhã às 10:0")


def test_a_redone_campaign_keeps_who_was_taken_out_and_not_who_came_first(chat: Chat) -> None:
    offer = chat.offer(key=str(uuid4()))
    say(chat, "ok")
    say(chat, "tira a Maria")
    say(chat, "só 1")
    chat.now += dt.timedelta(days=5)
    chat.connection.execute("update aurora_proactive_replies set received_at = %s", [chat.now])
    expire(chat)
    say(chat, "sim", quoting=offer)
    assert "Vão receber: 2 clientes" in say(chat, "sim")[0]
