"""What was asked because something was not clear, and what the next words then mean."""

from __future__ import annotations

import datetime as dt
from typing import Any

import psycopg
import pytest

from proactive.storage.supabase import Database
from tests.campaigns.chat import Chat

WANTED = "Qual texto? Escreva como o cliente vai ler. Use {nome} e {pet} onde quiser."


@pytest.fixture
def chat(database: psycopg.Connection[dict[str, Any]], supabase: Database) -> Chat:
    chat = Chat(database, supabase)
    for number, name in enumerate(("Maria Silva", "Ana Prado", "Ana Costa"), 1):
        chat.client(name, f"1197777000{number}", pet=("Rex", "Luna", "Nina")[number - 1])
    chat.offer()
    return chat


def say(chat: Chat, text: str, seconds: float = 30, **more: Any) -> list[str]:
    chat.now += dt.timedelta(seconds=seconds)
    return chat.say(text, **more)


def states(chat: Chat) -> list[str]:
    return [campaign["status"] for campaign in chat.campaigns()]


def test_what_no_rule_reads_is_the_text_that_was_asked_for(chat: Chat) -> None:
    assert say(chat, "muda o texto") == [WANTED]
    (preview,) = say(chat, "Oi {nome}! Não perca: banho com 10% essa semana. Chega de pelo!")
    assert preview.startswith("📣 Prévia") and "Não perca: banho com 10%" in preview
    assert say(chat, "ENVIAR")[0].startswith("✅ Combinado!")


@pytest.mark.parametrize("text", ["sim", "ok", "pode mandar", "👍"])
def test_a_yes_is_no_text_and_no_yes_where_a_text_is_wanted(chat: Chat, text: str) -> None:
    say(chat, "ok")
    say(chat, "quero outro texto")
    assert say(chat, text) == [WANTED]
    assert states(chat) == ["previewed"]


def test_every_rule_goes_before_the_text_and_a_no_is_a_no(chat: Chat) -> None:
    say(chat, "muda o texto")
    assert say(chat, "não") == ["Tudo bem, não envio. 👍"]


def test_after_a_quarter_of_an_hour_words_are_no_text_any_more(chat: Chat) -> None:
    say(chat, "ok")
    say(chat, "muda o texto")
    assert not any("Prévia" in answer for answer in say(chat, "Saudades do seu pet por aqui", seconds=16 * 60))


def test_a_text_that_does_not_fit_is_asked_for_again_and_then_taken(chat: Chat) -> None:
    say(chat, "muda o texto")
    assert say(chat, "Use {cupom} hoje!")[0].startswith("Não sei preencher {cupom}")
    assert say(chat, "Saudades do {pet} por aqui")[0].startswith("📣 Prévia")


def test_an_unusual_discount_is_asked_about_and_a_yes_is_about_the_discount(chat: Chat) -> None:
    say(chat, "ok")
    assert say(chat, "60%") == ["60% de desconto, é isso mesmo?"]
    (preview,) = say(chat, "sim")
    assert preview.startswith("📣 Prévia") and "60% de desconto" in preview
    assert states(chat) == ["previewed"]


@pytest.mark.parametrize("text", ["sim", "ok", "manda", "👍", "ENVIAR"])
def test_a_yes_does_not_say_which_of_two_clients(chat: Chat, text: str) -> None:
    say(chat, "ok")
    assert say(chat, "tira a Ana")[0].startswith("Tenho 2 clientes com o nome Ana: ")
    assert say(chat, text)[0].startswith("Não entendi 🤔 Nada foi enviado.")
    assert states(chat) == ["previewed"]
    assert "Vão receber: 2 clientes" in say(chat, "tira a Ana P.")[0]


@pytest.mark.parametrize("said", ["tira a Ana P.", "menos a Ana P", "Ana P.", "a Ana P.", "2"])
def test_a_letter_of_a_name_may_be_a_word_of_the_rules(chat: Chat, said: str) -> None:
    say(chat, "ok")
    assert say(chat, "tira a Ana")[0].startswith("Tenho 2 clientes com o nome Ana: ")
    assert "Vão receber: 2 clientes" in say(chat, said)[0]


def test_a_weak_yes_confirms_only_as_the_next_message_after_the_preview(chat: Chat) -> None:
    say(chat, "ok")
    assert say(chat, "quantos?")[0].startswith("Ainda não enviei nada.")
    assert say(chat, "ok")[0].startswith("Ainda não enviei nada.")
    assert states(chat) == ["previewed"]
    assert say(chat, "ok", quoting=chat.last("T2"))[0].startswith("✅ Combinado!")


def test_a_weak_yes_to_what_is_on_its_way_is_nothing(chat: Chat) -> None:
    say(chat, "sim")
    for text in ("ok", "👍", "beleza"):
        outcome = chat.hear(text, quoting=chat.last("T1"))
        assert (outcome.replies, outcome.handled) == ([], False)


@pytest.mark.parametrize("text", ["muda o texto", "15%", "amanhã às 9", "só os 5 primeiros", "só a Maria"])
def test_a_running_campaign_does_not_change(chat: Chat, text: str) -> None:
    say(chat, "sim")
    chat.connection.execute("update aurora_proactive_campaigns set status = 'running'")
    assert say(chat, text)[0].startswith('A campanha "campanha" está em andamento')
    assert states(chat) == ["running"]


@pytest.mark.parametrize("text", ["para!", "PARE", "cancela", "não", "espera", "gente não era isso", "para pelo amor"])
def test_a_stop_that_quotes_something_else_stops_what_is_live(chat: Chat, text: str) -> None:
    say(chat, "sim")
    chat.connection.execute("update aurora_proactive_campaigns set status = 'running'")
    say(chat, text, quoting="3EB0SOMETHINGOFOTHERS")
    assert states(chat) in (["paused"], ["stopped"], ["declined"])
    assert chat.hear("sim", quoting="3EB0SOMETHINGOFOTHERS").handled is False


def test_to_stop_the_campaign_stops_the_one_on_its_way_and_not_the_one_called_so(chat: Chat) -> None:
    chat.connection.execute("delete from aurora_proactive_messages where organization_id = %s", [chat.organization])
    chat.offer("inactive_clients", days=30)
    say(chat, "sim")
    say(chat, "ENVIAR")
    chat.connection.execute("update aurora_proactive_campaigns set status = 'running'")
    chat.now += dt.timedelta(minutes=1)
    chat.offer()
    assert say(chat, "para a campanha")[0].startswith('Parei a campanha "clientes inativos"')
    assert "paused" in states(chat)


def test_an_old_offer_of_what_is_on_its_way_is_told_how_it_stands(chat: Chat) -> None:
    offer = chat.offer()
    say(chat, "sim", quoting=offer)
    chat.connection.execute("update aurora_proactive_campaigns set status = 'running'")
    (answer,) = say(chat, "sim", seconds=80 * 3600, quoting=offer)
    assert answer.startswith('A campanha "campanha" está em andamento')


@pytest.mark.parametrize(
    ("said", "left"),
    [("1", 1), ("2", 2), ("a 1", 1), ("a primeira", 1), ("a segunda", 2), ("segunda", 2), ("número 2", 2), ("1 e 2", 0),
     ("as duas", 0), ("Ana P.", 0), ("a Ana Prado", 0), ("Ana Costa", 0)],
)  # fmt: skip
@pytest.mark.parametrize("state", ["previewed", "running"])
def test_a_number_or_a_fuller_name_says_which_of_two_clients(chat: Chat, said: str, left: int, state: str) -> None:
    say(chat, "ok")
    if state == "running":
        say(chat, "ENVIAR")
        chat.connection.execute("update aurora_proactive_campaigns set status = 'running'")
    (asked,) = say(chat, "tira a Ana")
    assert asked.startswith("Tenho 2 clientes com o nome Ana: 1) Ana ")
    (answer,) = say(chat, said)
    both = said in ("1 e 2", "as duas")
    if state == "running":
        assert answer.startswith("Tirei Ana" if left or both else "Tirei Ana ") and states(chat) == ["running"]
        assert sum(row["status"] == "skipped" for row in chat.recipients()) == (2 if both else 1)
    else:
        assert f"Vão receber: {'1 cliente' if both else '2 clientes'}\n" in answer and states(chat) == ["previewed"]
    first = asked.partition("1) ")[2].partition(" (")[0].removesuffix(".")
    names = {row["contact_id"] for row in chat.recipients() if row["status"] == "pending"}
    remaining = chat.connection.execute("select name from contacts where id = any (%s)", [list(names)]).fetchall()
    kept = [row["name"] for row in remaining if row["name"].startswith("Ana")]
    if left == 1:
        assert not any(name.startswith(first) for name in kept)
    elif left == 2:
        assert all(name.startswith(first) for name in kept) and kept


def test_only_one_of_two_is_chosen_by_its_number(chat: Chat) -> None:
    say(chat, "ok")
    say(chat, "só pra Maria e pra Ana")
    assert "Vão receber: 2 clientes\n" in say(chat, "2")[0]


@pytest.mark.parametrize("said", ["3", "0", "talvez a 1", "1?", "qual?", "acho que a 2", "ENVIAR", "sim"])
def test_what_does_not_say_which_of_two_clients_changes_nothing(chat: Chat, said: str) -> None:
    say(chat, "ok")
    say(chat, "tira a Ana")
    assert not any("Vão receber: 2 clientes\n" in each or "Combinado" in each for each in say(chat, said))
    assert (states(chat), chat.campaigns()[0]["frozen"]) == (["previewed"], 3)


def test_two_names_of_several_are_asked_one_after_the_other(chat: Chat) -> None:
    chat.client("Maria Prado", "11977770009", pet="Max")
    say(chat, "ok")
    assert say(chat, "tira a Ana e a Maria")[0].startswith("Tenho 2 clientes com o nome Ana")
    assert say(chat, "1")[0].startswith("Tenho 2 clientes com o nome Maria")
    assert "Vão receber: 2 clientes\n" in say(chat, "2")[0]


def test_a_number_after_something_else_was_said_is_no_answer(chat: Chat) -> None:
    say(chat, "ok")
    say(chat, "tira a Ana")
    say(chat, "quantos?")
    assert not any("Prévia" in each for each in say(chat, "1"))
    assert chat.campaigns()[0]["frozen"] == 3
