"""Two owners of a business: a no of one, a yes of the other, and who is named."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from proactive.campaigns.refusals import OwnerRefusal, refused_by
from proactive.storage.supabase import Database
from tests.campaigns.chat import MORNING, Chat, another_owner


@pytest.fixture
def owners(database: psycopg.Connection[dict[str, Any]], supabase: Database) -> tuple[Chat, Chat]:
    """Two owners, Ana and Bruno, who were offered the same campaign."""
    ana = Chat(database, supabase)
    for number, name in enumerate(("Maria Silva", "João Souza", "Bia Lima"), 1):
        ana.client(name, f"1197777000{number}", pet=("Rex", "Luna", "Nina")[number - 1])
    bruno, key = another_owner(ana), str(uuid4())
    ana.offer(key=key)
    bruno.offer(key=key)
    return ana, bruno


def say(chat: Chat, other: Chat, text: str, minutes: float = 1, **more: Any) -> list[str]:
    chat.now = other.now = max(chat.now, other.now) + dt.timedelta(minutes=minutes)
    return chat.say(text, **more)


def states(chat: Chat) -> list[str]:
    return [campaign["status"] for campaign in chat.campaigns()]


@pytest.mark.parametrize("yes", ["sim", "ok", "ENVIAR", "pode mandar"])
def test_a_yes_to_what_another_confirmed_names_who_confirmed_it(owners: tuple[Chat, Chat], yes: str) -> None:
    ana, bruno = owners
    say(ana, bruno, "sim")
    answers = say(bruno, ana, yes, quoting=None)
    if yes != "ok":  # a weak yes to what is on its way is nothing
        assert answers == ['A campanha "campanha" já foi confirmada por Ana às 10:01 e começa às 10:03.']
    assert say(ana, bruno, "sim") == ['A campanha "campanha" já foi confirmada por você às 10:01 e começa às 10:03.']
    assert states(ana) == ["confirmed"] and len(ana.recipients()) == 3


def test_a_no_closes_the_question_of_its_owner_only(owners: tuple[Chat, Chat]) -> None:
    ana, bruno = owners
    assert say(ana, bruno, "não") == ["Tudo bem, não envio. 👍"]
    (preview,) = say(bruno, ana, "sim")
    assert "ℹ️ Ana tinha dito que não.\n" in preview and preview.startswith("📣 Prévia: campanha")
    assert states(ana) == ["previewed"]
    assert say(bruno, ana, "sim")[0].startswith("✅ Combinado!")


@pytest.mark.parametrize("no", ["não", "PARE", "cancela", "esquece"])
def test_a_no_to_a_preview_leaves_it_to_the_other_who_sees_who_said_no(owners: tuple[Chat, Chat], no: str) -> None:
    ana, bruno = owners
    say(ana, bruno, "ok")
    say(bruno, ana, "ok")  # both have seen it
    assert say(ana, bruno, no) == ["Tudo bem, não envio. 👍"]
    assert states(ana) == ["previewed"]
    (preview,) = say(bruno, ana, "ENVIAR")
    assert "ℹ️ Ana tinha dito que não." in preview
    assert states(ana) == ["previewed"]
    assert say(bruno, ana, "ENVIAR")[0].startswith("✅ Combinado!")


def test_a_no_of_who_was_only_offered_does_not_end_the_others_preview(owners: tuple[Chat, Chat]) -> None:
    ana, bruno = owners
    say(ana, bruno, "ok")
    say(bruno, ana, "não")
    assert states(ana) == ["previewed"]
    assert "ℹ️ Bruno tinha dito que não." in say(ana, bruno, "ENVIAR")[0]
    assert say(ana, bruno, "ENVIAR")[0].startswith("✅ Combinado!")


def test_a_no_of_everybody_who_was_asked_ends_it(owners: tuple[Chat, Chat]) -> None:
    ana, bruno = owners
    say(ana, bruno, "ok")
    say(bruno, ana, "não")
    assert say(ana, bruno, "não") == ["Tudo bem, não envio. 👍"]
    assert states(ana) == ["declined"]
    assert {row["status"] for row in ana.recipients()} == {"skipped"}


def test_who_said_no_and_then_yes_has_said_yes(owners: tuple[Chat, Chat]) -> None:
    ana, bruno = owners
    offer = ana.offer(key="same")
    bruno.offer(key="same")
    say(ana, bruno, "não", quoting=offer)
    assert "📣 Prévia" in say(ana, bruno, "sim", quoting=offer)[0]
    assert not any("tinha dito" in each for each in say(bruno, ana, "ok"))


def test_a_no_of_one_owner_alone_ends_a_preview(database: psycopg.Connection[Any], supabase: Database) -> None:
    chat = Chat(database, supabase)
    chat.client("Maria", "11977770001")
    another_owner(chat)  # nobody asked
    chat.offer()
    chat.say("ok")
    chat.say("não")
    assert states(chat) == ["declined"]


@pytest.mark.parametrize(
    ("word", "became", "answer"),
    [
        ("PARE", "paused", "Parei a campanha"),
        ("pausa", "paused", "Parei a campanha"),
        ("espera", "paused", "Parei a campanha"),
        ("não", "paused", "Parei a campanha"),
        ("gente não era isso", "paused", "Parei a campanha"),
    ],
)
def test_any_owner_may_pause_and_stop(owners: tuple[Chat, Chat], word: str, became: str, answer: str) -> None:
    ana, bruno = owners
    say(ana, bruno, "sim")
    ana.connection.execute("update aurora_proactive_campaigns set status = 'running'")
    assert say(bruno, ana, word)[0].startswith(answer)
    assert states(ana) == [became]
    assert say(ana, bruno, "CONTINUAR")[0].startswith("✅ Combinado! Retomo")
    assert states(ana) == ["running"]


def test_two_owners_who_say_yes_at_once_confirm_one_campaign(owners: tuple[Chat, Chat]) -> None:
    ana, bruno = owners
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda chat: chat.say("sim"), (ana, bruno)))
    told = sorted(answers[0].split("!")[0] for answers in outcomes if answers)
    assert "✅ Combinado" in told
    assert sum(each == "✅ Combinado" for each in told) == 1
    assert states(ana) == ["confirmed"] and len(ana.recipients()) == 3


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ((), None),
        (("Paula Reis",), "Paula tinha dito que não."),
        ((None,), "outra pessoa tinha dito que não."),
        (("Paula", "Bruno"), "Paula e Bruno tinham dito que não."),
    ],
)
def test_who_said_no_in_words(names: tuple[str | None, ...], words: str | None) -> None:
    assert refused_by([OwnerRefusal(id=uuid4(), name=name, at=MORNING) for name in names]) == words
