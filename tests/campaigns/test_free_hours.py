"""The free hours of an offer are those that are still free when it is frozen; without one nobody is written to."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from jinja2 import PackageLoader

from proactive.campaigns.free_hours import with_hours
from proactive.message_types.offering import own_hour_texts
from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.context import MessageContext, PublishedWords
from proactive.storage.supabase import Database
from proactive.text.composer import Composer
from proactive.text.framing import Greeted
from proactive.text.renderer import Renderer
from proactive.words.fact_sets import fact_sets
from proactive.words.sending import MessageComposer
from tests.campaigns.chat import MORNING, Chat

OFFER = (
    '🚨 Alerta\n\n"⚡ HOJE SÓ! Agende para amanhã e ganhe 25% OFF\n{hours}Vagas limitadas!"\n\n'
    "Envio essa campanha agora?"
)
EIGHT, HALF = dt.time(8), dt.time(14, 30)


@pytest.mark.parametrize(
    ("text", "hours", "after"),
    [
        ("A\nHorários disponíveis: 8h, 13h, 17h\nB", [EIGHT, HALF], "A\nHorários disponíveis: 8h, 14h30\nB"),
        ("A\nHorários disponíveis: 8h, 13h, 17h\nB", [HALF], "A\nHorário disponível: 14h30\nB"),
        ("A\nHorário disponível: 8h\nB", [EIGHT, HALF], "A\nHorários disponíveis: 8h, 14h30\nB"),
        ("A\nHorário disponível: 8h\nB", [EIGHT], "A\nHorário disponível: 8h\nB"),
        ("Horário disponível: 8h", [HALF], "Horário disponível: 14h30"),
        ("A\nHorário disponível: 8h\nB", [], "A\nHorário disponível: 8h\nB"),
        ("Venha amanhã, temos horários!", [EIGHT], "Venha amanhã, temos horários!"),
        ("Temos Horários disponíveis: muitos", [EIGHT], "Temos Horários disponíveis: muitos"),
    ],
)
def test_a_text_names_the_hours_that_are_free(text: str, hours: list[dt.time], after: str) -> None:
    assert with_hours(text, hours) == after


@pytest.mark.parametrize("hours", [[EIGHT], [EIGHT, HALF], [EIGHT, HALF, dt.time(17)]])
def test_a_text_of_the_grammar_says_what_it_would_say_with_the_hours_of_the_moment(hours: list[dt.time]) -> None:
    own = 'Amanhã há {{ quantos_horarios|plural("horário", "horários") }}: {{ horarios }}. Venha, {nome}!'
    words, type_ = PublishedWords(id=uuid4(), kind="wording", wording={"suggestion": own}, source=None), "low_occupancy"
    composer = MessageComposer(Composer(Renderer(PackageLoader("proactive", "message_types")), None))
    facts = fact_sets(type_)[0].occasion.facts
    context = MessageContext(
        organization="Patas", is_active=True, timezone="UTC", owner=None, instance=None, record=None, words=words,
        facts=None,
    )  # fmt: skip

    def figures(free: list[dt.time]) -> dict[str, Any]:
        now = facts.model_copy(update={"free_hours": tuple(free)})
        draft = composer.compose(MESSAGE_TYPES[type_], now, context, Greeted(None, 9), last_attempt=True)
        assert not draft.template_failed, draft.fallback
        return draft.figures

    told = figures([dt.time(9), dt.time(10)])
    assert with_hours(told["client_text"], hours, own_hour_texts(told)) == figures(hours)["client_text"]


@pytest.fixture
def chat(database: psycopg.Connection[dict[str, Any]], supabase: Database) -> Chat:
    """At five in the afternoon; two clients."""
    chat = Chat(database, supabase, MORNING.replace(hour=17))
    chat.client("Maria", "11970000001")
    chat.client("João", "11970000002")
    return chat


#: A business's own text, as its message keeps it: for one hour, for two and for three.
OWN = "{nome}, amanhã há 3 horários com 10% OFF: 8h, 13h, 17h. Traga {pet}!"
OWN_TEXTS = [
    "{nome}, amanhã há um horário com 10% OFF: {horarios}. Traga {pet}!",
    "{nome}, amanhã há 2 horários com 10% OFF: {horarios}. Traga {pet}!",
    "{nome}, amanhã há 3 horários com 10% OFF: {horarios}. Traga {pet}!",
]


def offer(chat: Chat, hours: str = "Horários disponíveis: 8h, 13h, 17h\n", **own: Any) -> None:
    query = "select id from contacts where organization_id = %s order by name desc"
    listed = [str(row["id"]) for row in chat.connection.execute(query, [chat.organization])]
    facts = {"listed": listed, "free_hours": ["08:00", "13:00", "17:00"]} | own
    chat._sent(uuid4(), "low_occupancy", OFFER.format(hours=hours), chat.now.date().isoformat(), facts)


def book(chat: Chat, first: int, hours: int = 1) -> None:
    """Somebody books tomorrow."""
    starts = (chat.now + dt.timedelta(days=1)).replace(hour=first, minute=0)
    other = chat.client("Bia", "11970000003")
    chat.connection.execute(
        "insert into bookings (organization_id, contact_id, start_time, end_time, status)"
        " values (%s, %s, %s, %s, 'confirmed')",
        [chat.organization, other, starts, starts + dt.timedelta(hours=hours)],
    )


def text_of(chat: Chat) -> str:
    (campaign,) = chat.campaigns()
    if "{" not in campaign["text"]:
        assert all(campaign["text"] in row["content"] for row in chat.recipients())
    return str(campaign["text"])


def test_an_offer_whose_hours_are_still_free_is_confirmed_at_once(chat: Chat) -> None:
    offer(chat)
    (told,) = chat.say("sim")
    assert told.startswith("✅ Combinado!") and "Horários disponíveis: 8h, 13h, 17h" in told
    assert len(chat.recipients()) == 2


@pytest.mark.parametrize(
    ("first", "hours", "named"),
    [
        (8, 1, "Horários disponíveis: 9h, 13h, 17h"),
        (13, 1, "Horários disponíveis: 8h, 12h, 17h"),
        (9, 8, "Horários disponíveis: 8h, 17h"),
        (8, 9, "Horário disponível: 17h"),
    ],
)
def test_an_hour_that_is_gone_is_not_offered_and_the_owner_sees_it_first(
    chat: Chat, first: int, hours: int, named: str
) -> None:
    offer(chat)
    book(chat, first, hours)
    (shown,) = chat.say("sim")
    assert shown.startswith("📣 Prévia") and named in shown
    assert named in text_of(chat) and "Horários disponíveis: 8h, 13h, 17h" not in text_of(chat)
    assert chat.say("ENVIAR")[0].startswith("✅ Combinado!")


def test_every_preview_has_the_hours_of_its_moment(chat: Chat) -> None:
    offer(chat)
    chat.say("ok")
    book(chat, 8)
    (shown,) = chat.say("tira o João")
    assert "Horários disponíveis: 9h, 13h, 17h" in shown and "🎯 Vão receber: 1 cliente" in shown


@pytest.mark.parametrize("answer", ["sim", "ok", "tira o João", "15%", "muda o texto para: Venha nos ver amanhã!"])
@pytest.mark.parametrize("named", ["Horários disponíveis: 8h, 13h, 17h\n", ""])
def test_without_a_free_hour_nothing_is_offered_to_anybody(chat: Chat, answer: str, named: str) -> None:
    offer(chat, named)
    book(chat, 8, 10)
    (told,) = chat.say(answer)
    assert told.startswith("Ninguém dessa lista pode receber agora (") and told.endswith("Nada foi enviado.")
    assert "sem horário vago" in told and chat.recipients() == []
    ends = answer in ("sim", "ok")  # a change that leaves nobody is not made
    assert [row["status"] for row in chat.campaigns()] == ["declined" if ends else "offered"]


def test_what_an_owner_writes_instead_stays_as_written(chat: Chat) -> None:
    offer(chat)
    chat.say("muda o texto para: Amanhã às 14h tem vaga, venha!")
    assert text_of(chat) == "Amanhã às 14h tem vaga, venha!"


def test_a_business_s_own_text_is_what_a_yes_sends(chat: Chat) -> None:
    offer(chat, client_text=OWN, client_texts=OWN_TEXTS)
    (told,) = chat.say("sim")
    assert told.startswith("✅ Combinado!") and text_of(chat) == OWN
    assert "Maria, amanhã há 3 horários com 10% OFF: 8h, 13h, 17h. Traga seu pet!" in chat.recipients()[0]["content"]


@pytest.mark.parametrize(
    ("first", "hours", "named"),
    [
        (8, 1, "há 3 horários com 10% OFF: 9h, 13h, 17h"),
        (9, 8, "há 2 horários com 10% OFF: 8h, 17h"),
        (8, 9, "há um horário com 10% OFF: 17h"),
    ],
)
def test_a_business_s_own_text_names_the_hours_of_the_moment(chat: Chat, first: int, hours: int, named: str) -> None:
    offer(chat, client_text=OWN, client_texts=OWN_TEXTS)
    book(chat, first, hours)
    (shown,) = chat.say("sim")
    assert shown.startswith("📣 Prévia") and named in shown and named in text_of(chat)
    (changed,) = chat.say("15%")
    assert named.replace("10%", "15%") in changed and "15% OFF" in text_of(chat)
    assert chat.say("ENVIAR")[0].startswith("✅ Combinado!")


def test_what_an_owner_writes_instead_of_the_business_s_own_text_stays_as_written(chat: Chat) -> None:
    offer(chat, client_text=OWN, client_texts=OWN_TEXTS)
    chat.say("muda o texto para: Amanhã às 14h tem vaga, venha!")
    chat.say("tira o João")
    assert text_of(chat) == "Amanhã às 14h tem vaga, venha!"
