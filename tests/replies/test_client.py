"""The rules of clients' messages: who asks to be left alone is, and no everyday sentence is taken for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proactive.replies.client import ClientContext, OptOut, read_client

PETS = ("Rex", "Luna")
QUOTING = ClientContext(quotes_campaign=True, pets=PETS)
OURS_LAST = ClientContext(after_campaign=True, ours_last=True, pets=PETS)
OTHERS_SINCE = ClientContext(after_campaign=True, pets=PETS)
NEITHER = ClientContext(pets=PETS)
_LINES = Path(__file__).with_name("client.txt").read_text(encoding="utf-8").splitlines()
ROWS = [[cell.strip() for cell in line.split("|")] for line in _LINES if line and not line.startswith("#")]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_message_of_the_table_means_what_it_says(row: list[str]) -> None:
    text, *expected = row
    assert [read_client(text, each) for each in (QUOTING, OURS_LAST, OTHERS_SINCE, NEITHER)] == expected


@pytest.mark.parametrize("text", [row[0] for row in ROWS if row[4] == "sure"])
def test_who_asks_to_leave_is_heard_in_any_case_and_markup(text: str) -> None:
    for written in (text.upper(), text.lower(), f"*{text}*", f"{text}!!", f"Oi, {text}", f"{text} 🙏"[: len(text)]):
        assert read_client(written, NEITHER) is OptOut.SURE, written


def test_a_word_of_somebody_elses_menu_is_not_for_us() -> None:
    menu = ClientContext(menu_word=True, opted_out=True)
    assert read_client("SAIR", menu) is OptOut.NONE
    assert read_client("VOLTAR", menu) is OptOut.NONE
    assert read_client("SAIR", ClientContext(menu_word=True, quotes_campaign=True)) is OptOut.SURE


def test_to_come_back_ends_an_opt_out_and_is_nothing_without_one() -> None:
    assert read_client("quero voltar", ClientContext(opted_out=True)) is OptOut.RETURN
    assert read_client("VOLTAR", NEITHER) is OptOut.NONE


def test_to_cancel_with_a_booking_ahead_is_about_the_booking() -> None:
    booked = ClientContext(quotes_campaign=True, booked=True)
    assert read_client("cancelar", booked) is OptOut.NONE
    assert read_client("SAIR", booked) is OptOut.SURE


def test_a_death_is_a_pets_only() -> None:
    assert read_client("o Thor morreu", QUOTING) is OptOut.NONE
    assert read_client("meu cachorro Thor morreu", QUOTING) is OptOut.MOURNING


@given(st.text(max_size=60))
def test_any_text_has_a_meaning(text: str) -> None:
    assert isinstance(read_client(text, QUOTING), OptOut)


@pytest.mark.parametrize("hedge", ["quase", "não", "nem", "quase que", "talvez"])
def test_what_did_not_happen_is_no_death(hedge: str) -> None:
    for whose in ("meu cachorro", "a minha gata", "o Rex", "minha cadela Luna"):
        assert read_client(f"{whose} {hedge} morreu", QUOTING) is OptOut.NONE


#: What clients ask to get no more of, and that is no advertising.
ELSE = [
    "o remédio", "fotos", "boleto", "áudio", "a nota fiscal", "a ração", "vídeo", "cobrança", "o motoboy", "figurinha",
    "a receita", "o exame", "mensagem de voz", "mensagem de madrugada", "mensagem do banho", "mensagem da Bruna",
    "lembrete da vacina", "mensagem agora", "ele sozinho", "a conta", "mensagem de cobrança",
    "promoção de ração de gato",
]  # fmt: skip


@pytest.mark.parametrize(
    "asking",
    ["não quero mais receber", "não me mande mais", "pare de me mandar", "para de mandar", "chega de",
     "não mandem mais", "quero parar de receber", "pode parar de mandar", "cancela", "já falei que não quero receber",
     "sem mais", "sair",
     "me tira da lista", "descadastra", "podem parar de me mandar", "não precisa mais mandar", "remover", "não quero"],
)  # fmt: skip
def test_to_want_no_more_of_something_else_is_no_opt_out(asking: str) -> None:
    for what in ELSE:
        for text in (f"{asking} {what}", f"{asking} {what}, obrigada", f"Oi, {asking} {what} 🙏"):
            assert read_client(text, QUOTING) is OptOut.NONE, text


WISHES = ["sair", "não quero mais receber mensagens", "me tira da lista", "pare de mandar promoção"]


@pytest.mark.parametrize("wish", WISHES)
def test_what_stands_around_a_wish_to_leave_changes_nothing(wish: str) -> None:
    around = [
        "{} 🙏", "🚫 {}", "{} que saco", "{} pelo amor de deus!", "bom dia. {}. obrigada por tudo", "gente, {}, bjs",
        "{}, mudei de cidade", "{} porque não tenho mais cachorro", "número errado, {}",
    ]  # fmt: skip
    assert [said for said in around if read_client(said.format(wish), NEITHER) is not OptOut.SURE] == []


@pytest.mark.parametrize("wish", WISHES)
def test_what_takes_a_wish_to_leave_back_makes_it_none(wish: str) -> None:
    around = ["{} 😂", "{}?! kkk", "se eu disser {}", "é só dizer {}", "{} amanhã às 9", "quem {}", "nunca disse {}"]
    assert [said for said in around if read_client(said.format(wish), NEITHER) is not OptOut.NONE] == []
