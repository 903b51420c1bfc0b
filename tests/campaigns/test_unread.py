"""What an AI makes of what no rule reads: a preview at most, and never something that does not stand in the text."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest

from proactive.campaigns.conversation import OwnerConversation
from proactive.campaigns.options import CampaignOptions
from proactive.campaigns.unread import UnreadReader
from proactive.errors import AuroraServiceError
from proactive.replies.readings import Kind, Reading
from proactive.storage.supabase import Database
from proactive.text.ai.client import Completion
from tests.campaigns.chat import Chat

TEXT = "olha, manda pra turma da Ana e do Beto umas 16h com 15 de desconto, liga 11 98888-7777"


@dataclass
class StandIn:
    """An AI that answers what it is told to, and keeps what it was asked."""

    answer: str | Exception
    finished: bool = True
    asked: list[str] = field(default_factory=list)

    def complete(self, instructions: str, text: str) -> Completion:
        self.asked.append(text)
        if isinstance(self.answer, Exception):
            raise self.answer
        return Completion(self.answer, self.finished)


def answer(reading: str, *values: str) -> str:
    return json.dumps({"reading": reading, "values": list(values)})


@pytest.mark.parametrize(
    ("answered", "kind"),
    [(answer("yes"), Kind.WEAK_YES), (answer("only", "Ana", "Beto"), Kind.ONLY), (answer("except", "Ana"), Kind.EXCEPT),
     (answer("percent", "15"), Kind.PERCENT), (answer("time", "16h"), Kind.TIME), (answer("first", "15"), Kind.FIRST),
     (answer("new_text", "manda pra turma da Ana"), Kind.NEW_TEXT), (answer("unclear"), Kind.UNCLEAR)],
)  # fmt: skip
def test_a_reading_with_values_of_the_text_is_believed(answered: str, kind: Kind) -> None:
    assert UnreadReader(StandIn(answered)).read(TEXT).kind is kind


@pytest.mark.parametrize(
    "answered",
    [answer("only", "Carla"), answer("percent", "20"), answer("percent", "1"), answer("time", "17h"),
     answer("first", "5"),
     answer("new_text", "Promoção!"), answer("only"), answer("except", ""), answer("percent", "15", "16h"),
     answer("time", "turma"), answer("yes", "sim"), answer("send"), answer("resume"), answer("confirm"), answer("stop"),
     answer("weak_yes"), "sim", "", "null", "[]", "{}", '{"reading": "yes", "values": [], "confirm": true}',
     '{"reading": ["yes"]}', '{"reading": "percent", "values": 15}', "```json\n" + answer("yes") + "\n```",
     AuroraServiceError("timed out")],
)  # fmt: skip
def test_anything_else_is_unclear(answered: str | Exception) -> None:
    assert UnreadReader(StandIn(answered)).read(TEXT) == Reading(Kind.UNCLEAR)


@pytest.mark.parametrize("text", ["sim?", "sim, se der", "acho que sim", "~sim~ claro", "manda 😡", "sim, mas"])
def test_its_yes_to_a_hedge_or_a_question_is_none(text: str) -> None:
    assert UnreadReader(StandIn(answer("yes"))).read(text) == Reading(Kind.UNCLEAR)


def test_what_the_ai_did_not_finish_is_unclear() -> None:
    assert UnreadReader(StandIn(answer("yes"), finished=False)).read(TEXT) == Reading(Kind.UNCLEAR)


@pytest.mark.parametrize("number", ["11988887777", "11 98888-7777", "+55 (11) 98888-7777", "12345678"])
def test_a_long_number_never_reaches_the_ai(number: str) -> None:
    ai = StandIn(answer("unclear"))
    UnreadReader(ai).read(f"chama no {number} e manda")
    assert not [digits for text in ai.asked for digits in text if digits.isdigit()]


def test_no_answer_of_the_ai_ever_confirms() -> None:
    for kind in Kind:
        read = UnreadReader(StandIn(answer(kind.value))).read(TEXT)
        assert read.kind is not Kind.YES and (not read.approves or not read.binds)


@pytest.fixture
def chat(database: psycopg.Connection[dict[str, Any]], supabase: Database) -> Chat:
    chat = Chat(database, supabase)
    for number, name in enumerate(("Maria Silva", "Ana Prado"), 1):
        chat.client(name, f"1197777000{number}")
    chat.offer()
    return chat


def with_ai(chat: Chat, answered: str) -> StandIn:
    ai = StandIn(answered)
    chat.conversation = OwnerConversation(chat.store, CampaignOptions(), lambda: chat.now, UnreadReader(ai))
    return ai


def states(chat: Chat) -> list[str]:
    return [campaign["status"] for campaign in chat.campaigns()]


def test_its_yes_makes_a_preview_and_is_a_question_there(chat: Chat) -> None:
    with_ai(chat, answer("yes"))
    assert chat.say("pode mandar sim que tá lindão demais")[0].startswith("📣 Prévia")
    chat.now += dt.timedelta(seconds=30)
    assert chat.say("pode mandar sim que tá lindão demais")[0].startswith("Não entendi 🤔 Nada foi enviado.")
    assert states(chat) == ["previewed"]


def test_its_change_makes_a_preview(chat: Chat) -> None:
    with_ai(chat, answer("except", "Ana"))
    assert "Vão receber: 1 cliente\n" in chat.say("manda mas pula a Ana que ela reclamou ontem do texto")[0]


def test_it_is_not_asked_about_what_is_live_or_what_the_rules_read_or_what_is_not_for_us(chat: Chat) -> None:
    ai = with_ai(chat, answer("yes"))
    chat.say("bom dia, confirma o banho do Rex?")
    chat.say("sim")
    chat.connection.execute("update aurora_proactive_campaigns set status = 'running'")
    assert chat.say("manda mais uma campanha dessas hein")[0].startswith("Não entendi 🤔 A campanha")
    assert (ai.asked, states(chat)) == ([], ["running"])
