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
