"""What owners choose by answering Aurora, as conversations: each row of the product's table, its eight points, and what
must not happen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest

from proactive.app import Application
from proactive.campaigns.hearing_store import InboxMessage
from proactive.campaigns.leaving import Leaving, leaving_of
from proactive.campaigns.outgoing_answers import told_apart
from proactive.campaigns.understanding import InboundMessage, Outcome
from proactive.gateways.phones import match_key
from proactive.jobs.choice_hearing import ChoiceHearing
from proactive.jobs.hearing_owner import OwnerHearing
from proactive.jobs.telling import task_of_reply
from proactive.send_times.store import SendTimes
from proactive.storage.supabase import Database
from tests.campaigns.chat import Chat, another_owner
from tests.processes.conftest import BuildApp, build_app
from tests.replies.test_choices import STOPS

__all__ = ["build_app"]  # a fixture
ZONE = ZoneInfo("America/Sao_Paulo")
#: A Thursday, before everything but the birthdays went out.
MORNING = dt.datetime(2031, 6, 5, 9, 30, tzinfo=ZONE)
STATES = ("nothing", "offered", "previewed", "confirmed", "paused", "declined", "asked what")
NAMES = ("birthdays", "inactive_clients", "opportunities", "low_occupancy", "daily_summary")


class OwnersChat:
    """An owner's chat, heard as the job hears it: choices and campaigns together."""

    def __init__(self, chat: Chat, app: Application) -> None:
        self.chat, self.app, self._said = chat, app, 0

    def summary(self) -> str:
        """A message of Aurora's that offers nothing, sent now; the gateway's id of it."""
        return self.chat._sent(uuid4(), "daily_summary", "Resumo", self.chat.now.date().isoformat(), {})

    def hear(
        self, text: str, *, quoting: str | None = None, at: dt.datetime | None = None, reply: str | None = None
    ) -> Outcome:
        """What became of a text; its answers are sent."""
        chat = self.chat
        self._said += 1
        self.later(seconds=1)
        id_ = reply or f"C{self._said}-{chat.owner}"
        key = match_key(f"55{chat.phone}")
        inbound = InboundMessage(chat.instance, id_, key, None, quoting, "text", text, at or chat.now)
        view = chat.store.conversation(chat.instance, key, None, quoting, chat.now)
        kept = InboxMessage(
            instance_name=chat.instance, id=id_, sender=key, lid=None, kind="text", text=text, quoted=quoting,
            original=None, at=chat.now, timed=True, owner=True, received_at=chat.now,
        )  # fmt: skip
        leaving: Leaving = leaving_of(inbound, view, chat.now)
        choices = ChoiceHearing(self.app, chat.conversation)
        said = OwnerHearing(chat.conversation, choices, view, ()).hear(inbound, kept, leaving, chat.now)
        for reply_ in told_apart(said.outcome.replies):
            chat._answer(reply_)
            chat.now += dt.timedelta(seconds=1)
        return said.outcome

    def say(self, text: str, *, quoting: str | None = None, at: dt.datetime | None = None) -> list[str]:
        """What Aurora answers."""
        return [reply.text for reply in self.hear(text, quoting=quoting, at=at).replies]

    def names(self, text: str, *, quoting: str | None = None) -> list[str]:
        """The names of the answers."""
        return [reply.name for reply in self.hear(text, quoting=quoting).replies]

    def holds(self) -> dict[str, str]:
        """What was chosen: the time or `off` by type; `on` without a time."""
        found = SendTimes(self.app.database).holding(self.chat.organization, self.chat.owner)
        return {
            each.type: "off" if not each.is_on else f"{each.send_time:%H:%M}" if each.send_time else "on"
            for each in found
        }

    def others_write(self) -> None:
        """The product's bot writes to this owner now."""
        self.chat.connection.execute(
            "insert into aurora_proactive_heard (instance_name, phone_key, others_wrote_at) values (%s, %s, %s)"
            " on conflict (instance_name, phone_key) do update set others_wrote_at = excluded.others_wrote_at",
            [self.chat.instance, match_key(f"55{self.chat.phone}"), self.chat.now],
        )

    def later(self, **time: float) -> None:
        self.chat.now += dt.timedelta(**time)


@pytest.fixture
def owner(
    database: psycopg.Connection[dict[str, Any]], supabase: Database, build_app: BuildApp
) -> Iterator[OwnersChat]:
    chat = Chat(database, supabase, now=MORNING)
    chat.client("Maria Silva", "11977770001", pet="Rex")
    chat.client("Joao Souza", "11977770002", pet="Luna")
    yield OwnersChat(chat, build_app())
    database.execute("delete from aurora_proactive_send_times where organization_id = %s", [chat.organization])


def test_an_hour_of_a_type_is_chosen_and_echoed_with_the_way_back(owner: OwnersChat) -> None:
    assert owner.say("me manda o resumo às 20h") == [
        'Combinado! O resumo do dia chega às 20:00 a partir de hoje. Para voltar: "resumo às 18h".'
    ]
    assert owner.holds() == {"daily_summary": "20:00"}
    assert owner.say("aniversários às 9h15") == [
        'Combinado! Os aniversários chegam às 9:15 a partir de amanhã. Para voltar: "aniversários às 9h".'
    ]
    assert owner.say("resumo às 7 e meia da noite") == [
        'Combinado! O resumo do dia chega às 19:30 a partir de hoje. Para voltar: "resumo às 20h".'
    ]


def test_an_hour_that_does_not_fit_changes_nothing_and_the_next_bare_hour_is_the_answer(owner: OwnersChat) -> None:
    window = "O resumo do dia eu consigo mandar entre 18:00 e 20:30. Que horas?"
    assert owner.say("resumo às 22h") == [window]
    assert owner.say("às 21h") == [window]
    assert owner.holds() == {}
    assert owner.names("20h") == ["H1"]
    assert owner.say("alerta às 18h") == ["O alerta de agenda vazia sai sempre às 17:00: mais tarde já seria tarde."]
    assert owner.say("19h") == []
    assert owner.say("resumo às 5 da manhã") == [window]
    owner.later(minutes=16)
    assert owner.say("19h") == []
    assert owner.names("19h", quoting=owner.chat.last("H5")) == ["H1"]
    assert owner.holds() == {"daily_summary": "19:00"}


def test_a_type_is_switched_off_and_on_at_the_hour_that_it_had(owner: OwnersChat) -> None:
    owner.say("aniversários às 10h30")
    assert owner.say("não quero mais aniversários") == [
        'Combinado, não mando mais os aniversários. Para voltar: "volta a mandar aniversários".'
    ]
    assert owner.holds() == {"birthdays": "off"}
    assert owner.say("volta a mandar aniversários") == ["Combinado! Volto a mandar os aniversários, às 10:30."]
    assert owner.say("desliga o alerta e as oportunidades") == [
        'Combinado, não mando mais o alerta de agenda vazia e as oportunidades. Para voltar: "volta a mandar alerta e '
        'oportunidades".'
    ]
    assert owner.say("liga o alerta") == ["Combinado! Volto a mandar o alerta de agenda vazia, às 17:00."]


def test_a_bare_stop_asks_what_and_switches_nothing_until_it_is_answered(owner: OwnersChat) -> None:
    owner.summary()
    asked = (
        "Quer que eu pare de mandar o quê? 1) aniversários 2) clientes inativos 3) oportunidades 4) alerta de agenda "
        "vazia 5) resumo do dia ou TUDO."
    )
    assert owner.say("PARA TUDO") == [asked]
    assert owner.holds() == {}
    assert owner.say("1 e 3") == [
        'Combinado, não mando mais os aniversários e as oportunidades. Para voltar: "volta a mandar aniversários e '
        'oportunidades".'
    ]
    assert owner.say("para") == [
        "Quer que eu pare de mandar o quê? 1) clientes inativos 2) alerta de agenda vazia 3) resumo do dia ou TUDO."
    ]
    assert owner.say("deixa") == [
        "Hoje eu mando: clientes inativos às 10:00, alerta de agenda vazia às 17:00, resumo do dia às 18:00. "
        "Desligados: aniversários, oportunidades."
    ]
    assert owner.names("stop") == ["H4"]
    assert owner.say("tudo") == [
        'Combinado, não mando mais nada por conta própria. Para voltar: "volta a mandar resumo", ou na página Horários '
        "da Aurora."
    ]
    assert owner.holds() == dict.fromkeys(NAMES, "off")
    assert owner.names("para") == ["H6"]


def test_what_to_stop_may_be_quoted_however_old_and_is_no_question_once_others_wrote(owner: OwnersChat) -> None:
    owner.summary()
    owner.say("para")
    question = owner.chat.last("H4")
    owner.others_write()
    assert owner.say("tudo") == [] and owner.say("1") == []
    owner.later(days=2)
    assert owner.say("tudo") == []
    assert owner.names("os aniversários", quoting=question) == ["H2"]
    assert owner.names("9", quoting=question) == ["H7"]
    assert owner.holds() == {"birthdays": "off"}


def test_questions_are_answered_where_they_are_meant_for_aurora(owner: OwnersChat) -> None:
    everything = (
        "Hoje eu mando: aniversários às 9:00, clientes inativos às 10:00, oportunidades às 15:00, alerta de agenda "
        "vazia às 17:00, resumo do dia às 18:00."
    )
    assert owner.say("o que você me manda?") == []
    summary = owner.summary()
    assert owner.say("que horas chega o resumo?") == [everything]
    owner.later(minutes=1)
    owner.others_write()
    assert owner.say("o que você me manda?") == []
    assert owner.say("o que você me manda?", quoting=summary) == [everything]


def test_what_is_unclear_changes_nothing_and_says_so_where_it_is_meant_for_aurora(owner: OwnersChat) -> None:
    assert owner.say("não quero mais aniversários hoje") == []
    summary = owner.summary()
    unclear = (
        'Não entendi 🤔 Nada mudou nos seus avisos. Diga, por exemplo: "resumo às 20h", "não quero mais aniversários" '
        'ou "volta a mandar aniversários".'
    )
    assert owner.say("não quero mais aniversários hoje") == [unclear]
    assert owner.say("será que dá pra mandar o resumo às 20h?") == [unclear]
    owner.later(days=1, minutes=1)
    assert owner.say("manda o resumo só amanhã") == []
    assert owner.say("manda o resumo só amanhã", quoting=summary) == [unclear]
    assert owner.holds() == {}


def test_a_choice_that_a_rule_reads_is_for_us_at_any_time_and_concerns_nobody_else(owner: OwnersChat) -> None:
    owner.others_write()
    other = OwnersChat(another_owner(owner.chat), owner.app)
    assert owner.names("não quero mais aniversários") == ["H2"]
    assert (owner.holds(), other.holds()) == ({"birthdays": "off"}, {})


def test_this_message_is_the_quoted_one(owner: OwnersChat) -> None:
    summary = owner.summary()
    assert owner.names("não quero mais isso", quoting=summary) == ["H2"]
    assert owner.holds() == {"daily_summary": "off"}


def test_while_a_campaign_is_live_its_words_stop_it_and_switch_nothing(owner: OwnersChat) -> None:
    offer = owner.chat.offer()
    assert owner.names("pode mandar", quoting=offer) == ["T1"]
    owner.chat.connection.execute(
        "update aurora_proactive_campaigns set status = 'running' where organization_id = %s", [owner.chat.organization]
    )
    assert owner.names("para de mandar aniversários") == ["T10", "H8"]
    assert owner.chat.campaigns()[0]["status"] == "paused"
    reminded = owner.hear("não quero mais os inativos").replies
    assert reminded[-1].text == 'Se também não quer mais os clientes inativos, diga "desliga inativos".'
    assert owner.holds() == {}


def test_switches_and_hours_have_no_stem_of_stopping_and_are_done_while_a_campaign_is_live(owner: OwnersChat) -> None:
    owner.names("pode mandar", quoting=owner.chat.offer())
    assert owner.names("desliga o alerta") == ["H2"]
    assert owner.names("liga o alerta") == ["H3"]
    assert owner.names("o resumo às 20h") == ["H1"]
    assert owner.names("resumo às 23h") == ["H5"] and owner.names("19h") == ["H1"]
    assert owner.chat.campaigns()[0]["status"] == "confirmed"
    assert owner.names("desliga") == ["T5"]


@pytest.mark.parametrize("state", STATES)
def test_a_bare_stop_in_every_state_of_a_campaign_switches_nothing(owner: OwnersChat, state: str) -> None:
    _stopped(owner, state, STOPS[::9])


@pytest.mark.long
@pytest.mark.parametrize("state", STATES)
def test_a_bare_stop_in_every_form_and_state_of_a_campaign_switches_nothing(owner: OwnersChat, state: str) -> None:
    _stopped(owner, state, STOPS)


def _stopped(owner: OwnersChat, state: str, stops: Sequence[str]) -> None:
    """Say each of these in a state: nothing is switched."""
    for text in stops:
        owner.later(days=8)
        owner.summary()
        if state == "asked what":
            assert owner.names("para") == ["H4"]
        elif state != "nothing":
            offer = owner.chat.offer()
            words = {
                "previewed": ["15%"],
                "confirmed": ["pode mandar"],
                "paused": ["pode mandar", "pausa"],
                "declined": ["não"],
            }
            for word in words.get(state, []):
                owner.say(word, quoting=offer if word != "pausa" else None)
        names = owner.names(text)
        assert owner.holds() == {}, text
        assert "H2" not in names
        if state in ("nothing", "asked what", "declined"):
            assert names in (["H4"], ["T10"], ["H6"]), (text, names)
        owner.say("cancela tudo")


def test_an_open_offer_of_a_type_is_declined_with_it(owner: OwnersChat) -> None:
    owner.chat.offer("inactive_clients", inactive_clients=2, suggested_text="Oi", date="2031-06-05")
    assert owner.names("não quero mais os inativos") == ["H2"]
    answered = owner.chat.connection.execute(
        "select kind from aurora_proactive_questions where organization_id = %s and answered_at is not null",
        [owner.chat.organization],
    ).fetchall()
    assert answered == [{"kind": "offer"}], "as after a no"
    assert owner.holds() == {"inactive_clients": "off"}


def test_an_hour_of_a_type_with_an_open_offer_may_be_the_clients_and_is_asked(owner: OwnersChat) -> None:
    owner.chat.offer("inactive_clients", inactive_clients=2, suggested_text="Oi", date="2031-06-05")
    asked = ["Para os clientes hoje às 11:00, ou a sua mensagem todo dia às 11:00?"]
    assert owner.say("manda os inativos às 11h") == asked
    assert (owner.holds(), owner.chat.recipients()) == ({}, [])
    assert owner.names("a minha mensagem") == ["H1"]
    assert owner.holds() == {"inactive_clients": "11:00"}
    assert owner.say("manda os inativos às 11h") == asked
    assert owner.names("para os clientes") == ["T2"]
    assert [each["status"] for each in owner.chat.campaigns()] == ["previewed"]


def test_a_text_that_aurora_waits_for_is_none_of_these_but_for_a_quote(owner: OwnersChat) -> None:
    summary = owner.summary()
    offer = owner.chat.offer()
    assert owner.names("muda o texto", quoting=offer) == ["T7"]
    assert owner.names("desliga o resumo", quoting=summary) == ["H2"]
    owner.say("muda o texto", quoting=offer)
    owner.say("Não quero mais aniversários sem você, {nome}! Vem tomar banho")
    assert owner.holds() == {"daily_summary": "off"}


def test_the_later_choice_wins_and_an_older_one_is_told_how_things_are(owner: OwnersChat) -> None:
    owner.say("não quero mais o resumo")
    minute_ago = owner.chat.now - dt.timedelta(minutes=1)
    (told,) = owner.say("me manda o resumo às 20h", at=minute_ago)
    assert told.startswith("Hoje eu mando:") and told.endswith("Desligados: resumo do dia.")
    assert owner.holds() == {"daily_summary": "off"}


def test_the_same_message_once_more_is_the_same_occurrence(owner: OwnersChat) -> None:
    first, again = (owner.hear("não quero mais o resumo", reply="3EB0X", at=owner.chat.now) for _ in range(2))
    tasks = [task_of_reply(outcome.replies[0]) for outcome in (first, again)]
    assert tasks[0].occurrence == tasks[1].occurrence
    assert (tasks[0].type, tasks[0].key) == ("choice_answer", "3EB0X:H2")
    changes = owner.chat.connection.execute(
        "select by, via from aurora_proactive_changes where organization_id = %s and action = 'send_time_changed'",
        [owner.chat.organization],
    ).fetchall()
    assert changes == [{"by": f"owner:{owner.chat.owner}", "via": "whatsapp"}]


def test_what_is_about_something_else_stays_what_it_was(owner: OwnersChat) -> None:
    owner.summary()
    for text in ("bom dia", "qual o faturamento?", "sim", "marca o Thor às 10h", "parabéns pelo aniversário!"):
        assert owner.say(text) == [], text
    offer = owner.chat.offer()
    assert owner.names("para", quoting=offer) == ["T3"]
