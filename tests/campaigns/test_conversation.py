"""Conversations as scripts: what an owner says, what Aurora answers, and what becomes of the campaign."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from proactive.campaigns.outgoing_answers import told_apart
from proactive.storage.supabase import Database
from tests.campaigns.chat import Chat, another_owner


@pytest.fixture
def chat(database: psycopg.Connection[dict[str, Any]], supabase: Database) -> Chat:
    chat = Chat(database, supabase)
    for number, name in enumerate(("Maria Silva", "João Souza", "Bia Lima"), 1):
        chat.client(name, f"1197777000{number}", pet=("Rex", "Luna", "Nina")[number - 1])
    return chat


def states(chat: Chat) -> list[str]:
    return [campaign["status"] for campaign in chat.campaigns()]


def test_a_plain_yes_to_a_small_offer_confirms_it_at_once(chat: Chat) -> None:
    chat.offer()
    (answer,) = chat.say("sim")
    assert answer.startswith("✅ Combinado! Começo em 2 minutos: 3 clientes, tudo hoje.")
    assert "💬 Exemplo (" in answer and answer.endswith("Para cancelar ou parar, responda PARE.")
    assert states(chat) == ["confirmed"]
    assert [row["status"] for row in chat.recipients()] == ["pending"] * 3
    assert "Não quer receber promoções? Responda SAIR." in chat.recipients()[0]["content"]


def test_a_weak_yes_makes_a_preview_and_enviar_confirms_it(chat: Chat) -> None:
    chat.offer()
    (preview,) = chat.say("ok")
    assert preview.startswith("📣 Prévia: campanha\n🎯 Vão receber: 3 clientes") and "Responda ENVIAR" in preview
    assert states(chat) == ["previewed"]
    assert chat.say("ENVIAR")[0].startswith("✅ Combinado!")
    assert states(chat) == ["confirmed"]


def test_changes_make_new_previews(chat: Chat) -> None:
    chat.offer()
    chat.say("ok")
    assert "Vão receber: 2 clientes" in chat.say("só os 2 primeiros")[0]
    assert "15% de desconto" in chat.say("15%")[0]
    first = chat.recipients()[0]["content"].split()[1].rstrip(",!")
    assert "Vão receber: 1 cliente\n" in chat.say(f"menos a {first}")[0]
    assert "vem pro banho!" in chat.say("muda o texto para: Saudades do {pet}, vem pro banho!")[0]
    assert "Início: amanhã às 9h" in chat.say("amanhã às 9")[0]
    (campaign,) = chat.campaigns()
    assert (campaign["revision"], campaign["frozen"]) == (6, 1)
    assert "Saudades d" in chat.recipients()[0]["content"]


def test_a_name_that_is_not_clear_is_asked(chat: Chat) -> None:
    chat.client("Maria Prado", "11977770009", pet="Max")
    chat.offer()
    chat.say("ok")
    (answer,) = chat.say("tira a Maria")
    assert answer.startswith("Tenho 2 clientes com o nome Maria: 1) Maria") and answer.endswith("Qual?")
    assert "Maria S. (Rex)" in answer and "Maria P. (Max)" in answer
    assert chat.say("tira a Zezé")[0] == "Não achei Zezé nessa lista."
    assert states(chat) == ["previewed"]


@pytest.mark.parametrize("text", ["sim?", "talvez", "acho que sim", "sim, se der", "pode deixar", "~sim~", "20"])
def test_doubt_is_a_question_and_never_a_sending(chat: Chat, text: str) -> None:
    chat.offer()
    (answer,) = chat.say(text)
    assert answer.startswith("Não entendi 🤔 Nada foi enviado.")
    assert states(chat) == ["offered"]


def test_a_no_is_taken_and_a_later_yes_makes_a_preview_only(chat: Chat) -> None:
    offer = chat.offer()
    assert chat.say("não") == ["Tudo bem, não envio. 👍"]
    assert chat.say("sim") == []  # closed, and unquoted
    assert "📣 Prévia" in chat.say("sim", quoting=offer)[0]
    assert states(chat) == ["previewed"]


def test_the_same_message_again_changes_nothing_and_answers_the_same(chat: Chat) -> None:
    chat.offer()
    first = chat.say("sim", reply_id="again")
    assert chat.say("sim", reply_id="again")[0].startswith("A campanha") or first
    assert states(chat) == ["confirmed"]
    assert len(chat.recipients()) == 3


def test_who_died_before_the_owner_was_told_tells_the_same(chat: Chat) -> None:
    chat.offer()
    first = chat.say("sim", reply_id="yes")
    chat.now += dt.timedelta(seconds=20)
    assert chat.say("sim", reply_id="yes") == first
    stop = chat.say("PARE", reply_id="stop")
    assert chat.say("PARE", reply_id="stop") == stop
    assert chat.say("sim", reply_id="yes") == []  # by now it stands otherwise
    assert (states(chat), len(chat.recipients())) == (["declined"], 3)


def test_a_preview_and_its_yes_are_told_again(chat: Chat) -> None:
    chat.offer()
    previewed = chat.say("ok", reply_id="ok")
    assert chat.say("ok", reply_id="ok") == previewed
    confirmed = chat.say("ENVIAR", reply_id="send")
    assert chat.say("ENVIAR", reply_id="send") == confirmed
    chat.connection.execute("update aurora_proactive_campaigns set status = 'running'")
    assert chat.say("pausa", reply_id="pause") == chat.say("pausa", reply_id="pause")
    resumed = chat.say("CONTINUAR", reply_id="on")
    assert resumed[0].startswith("✅ Combinado! Retomo") and chat.say("CONTINUAR", reply_id="on") == resumed
    (campaign,) = chat.campaigns()
    assert (campaign["status"], campaign["revision"]) == ("running", 1)


@pytest.mark.parametrize("yes", ["sim", "ENVIAR", "pode mandar"])
def test_a_yes_is_for_what_its_owner_saw(chat: Chat, yes: str) -> None:
    other, key = another_owner(chat), str(uuid4())
    chat.offer(key=key)
    other.offer(key=key)
    chat.say("ok")
    other.now += dt.timedelta(seconds=5)
    assert "📣 Prévia" in other.say(yes)[0]  # who saw the offer only
    assert states(chat) == ["previewed"]
    other.now += dt.timedelta(seconds=5)
    assert "📣 Prévia" in other.say("15%")[0]
    chat.now = other.now + dt.timedelta(seconds=5)
    assert "15% de desconto" in chat.say(yes)[0]  # who saw the preview before the change
    assert states(chat) == ["previewed"]
    assert chat.say(yes)[0].startswith("✅ Combinado!")
    assert states(chat) == ["confirmed"]


@pytest.mark.parametrize("quotes", [False, True])
@pytest.mark.parametrize("words", ["ok", "sim", "15%"])
def test_a_preview_that_never_arrived_is_made_again_when_the_owner_writes_again(
    chat: Chat, words: str, quotes: bool
) -> None:
    offer = chat.offer()
    chat.say("ok")
    chat.now += dt.timedelta(seconds=5)
    chat.lose("T2")
    assert "📣 Prévia" in chat.say(words, quoting=offer if quotes else None)[0]
    assert states(chat) == ["previewed"]
    assert chat.say("ENVIAR")[0].startswith("✅ Combinado!")


def test_whom_an_owner_leaves_out_once_more_is_known_and_the_preview_shown_again(chat: Chat) -> None:
    chat.offer()
    (before,) = chat.say("sim, menos a Maria")
    assert "📣 Prévia" in before
    chat.now += dt.timedelta(seconds=5)
    assert chat.say("tira a Maria") == [before]


def test_of_a_change_whose_preview_never_arrived_an_older_one_is_open_and_confirms_nothing(chat: Chat) -> None:
    chat.offer()
    chat.say("ok")
    chat.now += dt.timedelta(seconds=5)
    chat.say("15%")
    chat.now += dt.timedelta(seconds=5)
    chat.lose("T2")
    assert "15% de desconto" in chat.say("ENVIAR")[0]
    assert states(chat) == ["previewed"]
    assert chat.say("ENVIAR")[0].startswith("✅ Combinado!")


def test_a_yes_before_the_preview_came_is_not_for_it(chat: Chat) -> None:
    chat.offer()
    chat.say("ok")
    chat.now += dt.timedelta(seconds=5)
    chat.connection.execute(
        "update aurora_proactive_campaigns set revision = 2, previewed_at = %s", [chat.now]
    )  # its preview is on its way
    assert "📣 Prévia" in chat.say("sim")[0]
    assert states(chat) == ["previewed"]


def test_a_stop_before_the_start_cancels_and_one_while_it_runs_pauses(chat: Chat) -> None:
    chat.offer()
    chat.say("sim")
    assert chat.say("PARE") == ['Cancelei a campanha "campanha". Ninguém recebeu nada. 👍']
    assert states(chat) == ["declined"]
    assert {row["status"] for row in chat.recipients()} == {"skipped"}


def test_a_running_campaign_stops_goes_on_and_ends(chat: Chat) -> None:
    chat.offer()
    chat.say("sim")
    chat.connection.execute("update aurora_proactive_campaigns set status = 'running'")
    assert chat.say("gente para tudo isso ai")[0].startswith('Parei a campanha "campanha"')
    assert states(chat) == ["paused"]
    assert chat.say("CONTINUAR")[0].startswith("✅ Combinado! Retomo")
    assert states(chat) == ["running"]
    assert chat.say("cancela")[0].startswith("Cancelei") or states(chat) == ["stopped"]


def test_a_late_yes_makes_a_preview_only(chat: Chat) -> None:
    chat.offer()
    assert "📣 Prévia" in chat.say("sim", late=dt.timedelta(minutes=11))[0]
    assert states(chat) == ["previewed"]


def test_others_in_between_make_an_unquoted_yes_nobodys(chat: Chat) -> None:
    offer = chat.offer()
    chat.now += dt.timedelta(minutes=1)
    chat.connection.execute(
        "insert into aurora_proactive_heard (instance_name, phone_key, others_wrote_at)"
        " values (%s, '551188887777', %s)",
        [chat.instance, chat.now],
    )
    chat.now += dt.timedelta(minutes=1)
    assert chat.say("sim") == []
    assert states(chat) == []
    assert chat.say("sim", quoting=offer)[0].startswith("✅ Combinado!")


def test_two_open_questions_are_asked_which(chat: Chat) -> None:
    chat.offer()
    chat.now += dt.timedelta(minutes=5)
    chat.offer("inactive_clients", days=30)
    (answer,) = chat.say("sim")
    assert answer.startswith("São 2 campanhas esperando você: 1) clientes inativos 2) campanha.")
    assert states(chat) == []
    assert "📣 Prévia: clientes inativos" in chat.say("1")[0] or states(chat)


def _previewed(chat: Chat) -> None:
    """Two questions are open, of which the owner has chosen one and seen its preview."""
    chat.offer()
    chat.now += dt.timedelta(minutes=5)
    chat.offer("inactive_clients", days=30)
    chat.say("sim")
    assert any("📣 Prévia: clientes inativos" in each for each in chat.say("1"))
    chat.now += dt.timedelta(minutes=1)


@pytest.mark.parametrize("text", ["ENVIAR", "enviar", "Enviar!", "*ENVIAR*"])
def test_the_word_that_a_preview_asks_for_confirms_it_though_offers_are_open(chat: Chat, text: str) -> None:
    _previewed(chat)
    assert chat.say(text)[0].startswith("✅ Combinado!")


@pytest.mark.parametrize("text", ["sim", "pode mandar", "manda", "claro", "ok", "enviar?", "enviar para todos"])
def test_any_other_yes_is_asked_which_it_means(chat: Chat, text: str) -> None:
    _previewed(chat)
    assert not any(each.startswith("✅ Combinado!") for each in chat.say(text))
    assert states(chat) == ["previewed"]


def test_a_preview_that_was_not_our_last_word_is_not_confirmed_by_its_word_alone(chat: Chat) -> None:
    _previewed(chat)
    chat.offer()
    assert chat.say("ENVIAR")[0].startswith("São 3 campanhas esperando você")
    assert states(chat) == ["previewed"]


def test_a_preview_of_an_hour_ago_is_not_confirmed_by_its_word_alone(chat: Chat) -> None:
    _previewed(chat)
    chat.now += dt.timedelta(hours=1)
    assert not any(each.startswith("✅ Combinado!") for each in chat.say("ENVIAR"))


def test_of_two_previews_it_is_asked_which(chat: Chat) -> None:
    _previewed(chat)
    assert any("📣 Prévia" in each for each in chat.say("2"))
    assert chat.say("ENVIAR")[0].startswith("São 2 campanhas esperando você")
    assert states(chat) == ["previewed", "previewed"]


def test_without_the_settings_accepted_nothing_can_be_confirmed(chat: Chat) -> None:
    chat.connection.execute("delete from aurora_proactive_campaign_settings")
    chat.offer()
    (answer,) = chat.say("sim")
    assert answer.startswith("Ainda não posso enviar para clientes: falta alguém da loja aceitar")
    assert states(chat) == ["offered"]


def test_an_audio_cannot_be_heard(chat: Chat) -> None:
    chat.offer()
    assert chat.say("", kind="audio") == ["Ainda não ouço áudios 🙈 Pode escrever? Nada foi enviado."]


def test_questions_about_an_offer_are_answered(chat: Chat) -> None:
    chat.offer()
    assert "Vão receber: " in chat.say("quem vai receber?")[0]
    assert chat.say("quanto custa?") == ["A mensagem sai do WhatsApp da própria loja. Ainda não enviei nada."]
    assert "quarta" in chat.say("depois")[0] or "sábado" in chat.say("depois")[0]
    assert chat.say("obrigada") == []


def test_what_is_not_for_us_is_left_to_the_shops_own_bot(chat: Chat) -> None:
    chat.offer()
    outcome = chat.hear("bom dia, confirma o banho do Rex?")
    assert (outcome.handled, outcome.replies) == (False, [])


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Use o cupom {cupom} e venha!", "Não sei preencher {cupom}, só {nome} e {pet}."),
        ("Oi!", "Esse texto tem 3 letras; cabem de 10 a 700."),
        ("x" * 701, "Esse texto tem 701 letras; cabem de 10 a 700."),
    ],
)
@pytest.mark.parametrize("said", ["sim", "ok"])
def test_a_text_that_clients_could_not_read_is_asked_about(chat: Chat, text: str, asked: str, said: str) -> None:
    chat._sent(uuid4(), "custom_campaign", f'Campanha\n\n"{text}"\n\nEnvio?', str(uuid4()), {"target_audience": "all"})
    assert chat.say(said)[0].startswith(asked)
    assert states(chat) == ["offered"]


def test_a_preview_that_is_told_again_shows_what_was_frozen(chat: Chat) -> None:
    chat.offer()
    first = chat.say("ok", reply_id="ok")
    chat.client("Novo", "11977770055", pet="Bob")
    again = chat.say("ok", reply_id="ok")
    assert "Vão receber: 3 clientes" in first[0] and "Vão receber: 3 clientes" in again[0]
    assert [row["revision"] for row in chat.recipients()] == [1, 1, 1]


def test_what_nobody_can_receive_is_declined_and_told_again_alike(chat: Chat) -> None:
    chat.offer()
    chat.connection.execute(
        "insert into aurora_proactive_opt_outs (organization_id, key, contact_id, level, source)"
        " select organization_id, id::text, id, 'sure', 'page' from contacts where organization_id = %s",
        [chat.organization],
    )
    told = "Ninguém dessa lista pode receber agora (3 pediram para não receber). Nada foi enviado."
    assert chat.say("sim", reply_id="yes") == [told]
    assert states(chat) == ["declined"] and chat.recipients() == []
    assert chat.say("sim", reply_id="yes") == [told]
    assert states(chat) == ["declined"]


def test_a_change_that_leaves_nobody_is_not_made(chat: Chat) -> None:
    chat.client("Zeca Frio", "11977770099", heard=False)
    chat.offer()
    chat.say("ok")
    assert chat.say("só o Zeca") == [
        "Ninguém dessa lista pode receber agora (1 sem conversa no WhatsApp). Nada foi enviado."
    ]
    assert (states(chat), len(chat.recipients())) == (["previewed"], 3)
    assert chat.say("ENVIAR")[0].startswith("✅ Combinado! Começo em 2 minutos: 3 clientes")


def test_a_preview_is_not_confirmed_while_something_hinders_every_sending(chat: Chat) -> None:
    chat.offer()
    chat.say("ok")
    chat.connection.execute("update whatsapp_instances set status = 'disconnected'")
    assert chat.say("ENVIAR") == [
        "Ainda não posso enviar para clientes: o WhatsApp da loja está desconectado. Nada foi enviado."
    ]
    assert states(chat) == ["previewed"]
    chat.connection.execute("update whatsapp_instances set status = 'connected'")
    assert chat.say("ENVIAR")[0].startswith("✅ Combinado!")


@pytest.mark.parametrize("time", ["amanhã às 10", "hoje às 21h"])
def test_a_time_after_the_end_of_an_offer_is_answered_with_its_end(chat: Chat, time: str) -> None:
    chat.offer("low_occupancy", listed=[str(row["contact_id"]) for row in _clients(chat)])
    (answer,) = chat.say(time)
    assert answer == (
        "Ainda não enviei nada. Essa campanha só vale até hoje às 20:00. "
        "Responda ENVIAR para confirmar ou NÃO para cancelar."
    )
    assert states(chat) == ["offered"]


def _clients(chat: Chat) -> list[dict[str, Any]]:
    query = "select id as contact_id from contacts where organization_id = %s order by id"
    return chat.connection.execute(query, [chat.organization]).fetchall()


def test_a_picture_with_words_makes_a_preview_that_says_it_sends_no_pictures(chat: Chat) -> None:
    chat.offer()
    (preview,) = chat.say("ok", kind="caption")
    assert "Ainda não envio imagens, só o texto.\nResponda ENVIAR" in preview
    assert "imagens" not in chat.say("15%")[0]


def test_t1_after_a_preview_says_how_long_it_takes_by_warmth(chat: Chat) -> None:
    """Nobody has written lately: of a new number's 20 a day half may be for them."""
    for number in range(40):
        chat.client(f"Cliente {number}", f"119660{number:05}")
    chat.offer()
    (preview,) = chat.say("sim")
    pace = "cerca de 10 por dia, até segunda (30/11)"
    assert f"🎯 Vão receber: 43 clientes\n⏰ Início: hoje às 10:02 · {pace}\n" in preview
    assert chat.say("ENVIAR") == [
        f"✅ Combinado! Começo em 2 minutos: 43 clientes, {pace}.\nPara cancelar ou parar, responda PARE."
    ]
    chat.connection.execute("update aurora_proactive_campaigns set status = 'running'")
    assert chat.say("PARE")[0].endswith("Responda CONTINUAR para retomar ou CANCELAR para encerrar.")
    assert chat.say("CONTINUAR") == [
        f"✅ Combinado! Retomo agora: 43 clientes, {pace}.\nPara cancelar ou parar, responda PARE."
    ]


def test_a_preview_ends_without_an_empty_line(chat: Chat) -> None:
    chat.offer()
    assert '? Responda SAIR."\nResponda ENVIAR para confirmar, NÃO para cancelar' in chat.say("ok")[0]


def _two_confirmed(chat: Chat) -> list[str]:
    """Two campaigns that were confirmed, one of which is on its way; their ids, oldest first."""
    first = chat.offer()
    chat.say("ok", quoting=first)
    chat.say("ENVIAR", quoting=chat.last("T2"))
    chat.now += dt.timedelta(minutes=1)
    second = chat.offer()
    chat.say("ok", quoting=second)
    chat.say("ENVIAR", quoting=chat.last("T2"))
    assert states(chat) == ["confirmed", "confirmed"]
    ids = [str(campaign["id"]) for campaign in chat.campaigns()]
    chat.connection.execute("update aurora_proactive_campaigns set status = 'running' where id = %s", [ids[0]])
    return ids


def test_a_stop_of_several_is_answered_of_each(chat: Chat) -> None:
    ids = _two_confirmed(chat)
    outcome = chat.hear("PARE")
    assert sorted(reply.name for reply in outcome.replies) == ["T10", "T5"]
    assert states(chat) == ["paused", "declined"]
    assert {str(each) for reply in outcome.replies for each in reply.campaign_ids} == set(ids)


def test_a_stop_of_two_alike_is_two_messages(chat: Chat) -> None:
    ids = _two_confirmed(chat)
    chat.connection.execute("update aurora_proactive_campaigns set status = 'running'")
    chat.connection.execute(
        "update aurora_proactive_campaign_recipients set status = 'sent' where id in (select min(id::text)::uuid"
        " from aurora_proactive_campaign_recipients where campaign_id = %s)",
        [ids[0]],
    )
    replies = told_apart(chat.hear("PARE").replies)
    assert [reply.name for reply in replies] == ["T10", "T10"] and len({reply.key for reply in replies}) == 2
    assert states(chat) == ["paused", "paused"]
