"""Reasons, moments and paces in words: singular, plural, thousands, and days near and far."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from proactive.campaigns.room import CampaignSchedule
from proactive.campaigns.wording import (
    REASONS,
    clock_in_words,
    moment_in_words,
    pace_in_words,
    reasons_in_words,
    reasons_of_ended,
    start_in_words,
    until_in_words,
)

ZONE = ZoneInfo("America/Sao_Paulo")
#: A Wednesday.
NOW = dt.datetime(2026, 11, 25, 14, 3, tzinfo=ZONE)


def at(days: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(NOW.date() + dt.timedelta(days=days), dt.time(hour, minute), ZONE)


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({}, ""),
        ({"never_talked": 9, "recent_message": 2, "opted_out": 3},
         "9 sem conversa no WhatsApp, 3 pediram para não receber, 2 receberam promoção há pouco"),
        ({"never_talked": 1, "recent_message": 1, "opted_out": 1},
         "1 sem conversa no WhatsApp, 1 pediu para não receber, 1 recebeu promoção há pouco"),
        ({"blocked": 1234}, "1.234 estão bloqueados"),
        ({"something_new": 2, "other": 1}, "3 com falha no envio"),
    ],
)  # fmt: skip
def test_reasons_are_told_the_most_frequent_first(counts: dict[str, int], words: str) -> None:
    assert reasons_in_words(counts) == words


def test_who_opted_out_of_a_campaign_that_is_over_did_so_meanwhile() -> None:
    assert reasons_of_ended({"number_not_on_whatsapp": 3, "already_booked": 4, "opted_out": 1}) == (
        "4 já agendaram, 3 sem WhatsApp, 1 pediu para sair"
    )
    assert reasons_of_ended({"opted_out": 1100}) == "1.100 pediram para sair"
    assert reasons_of_ended({"stopped": 86}) == "86 ainda estavam na fila"


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_words_for_one_and_for_several(reason: str) -> None:
    one, two = reasons_in_words({reason: 1}), reasons_in_words({reason: 2})
    assert one.startswith("1 ") and two.startswith("2 ") and "falha" not in one


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (at(0, 14, 3), "agora"), (at(0, 14, 5), "em 2 minutos"), (at(0, 14, 4), "em 1 minuto"),
        (at(0, 15, 30), "hoje às 15:30"), (at(1, 9), "amanhã às 9h"), (at(2, 9), "sexta (27/11) às 9h"),
        (at(1, 1), "amanhã à 1h"),
    ],
)  # fmt: skip
def test_moments_near_are_told_by_their_distance(moment: dt.datetime, words: str) -> None:
    assert moment_in_words(moment, NOW) == words


def test_a_preview_names_the_clock() -> None:
    assert start_in_words(at(0, 14, 5), NOW) == "hoje às 14:05"
    assert start_in_words(at(1, 9), NOW) == "amanhã às 9h"
    assert start_in_words(at(5, 9, 30), NOW) == "segunda (30/11) às 09:30"
    assert (clock_in_words(at(0, 14, 5), NOW), clock_in_words(at(1, 9), NOW)) == ("às 14:05", "amanhã às 9h")


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (at(0, 20), "hoje às 20:00"), (at(1, 10), "amanhã às 10:00"), (at(3, 10), "sábado às 10:00"),
        (at(7, 10), "quarta (02/12) às 10:00"), (at(1, 1, 30), "amanhã à 01:30"),
    ],
)  # fmt: skip
def test_an_end_is_told_by_its_day(until: dt.datetime, words: str) -> None:
    assert until_in_words(until, NOW) == words


@pytest.mark.parametrize(
    ("number", "starts", "last", "a_day", "words"),
    [
        (3, at(0, 14, 3), 0, 3, "tudo hoje"), (3, at(1, 9), 1, 3, "tudo amanhã"),
        (3, at(2, 9), 2, 3, "tudo na sexta (27/11)"), (3, at(3, 9), 3, 3, "tudo no sábado (28/11)"),
        (118, at(0, 14, 3), 8, 40, "cerca de 40 por dia, até quinta (03/12)"),
        (118, at(1, 9), 2, 60, "cerca de 60 por dia, até sexta (27/11)"),
        (30, at(0, 14, 3), 1, 40, "cerca de 30 por dia, até amanhã"),
    ],
)  # fmt: skip
def test_a_pace_is_told_by_its_last_day(number: int, starts: dt.datetime, last: int, a_day: int, words: str) -> None:
    schedule = CampaignSchedule(starts, NOW.date() + dt.timedelta(days=last), a_day)
    assert pace_in_words(number, schedule, NOW.date()) == words
