"""How a campaign stands, in T9's and T7's words: every state, letter by letter."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from proactive.campaigns.conversation_view import CampaignView, OrganizationView, PersonView
from proactive.campaigns.standings import BY_OWNER, goes_on_in_words, standing_in_words, under_way
from proactive.campaigns.states import Status
from proactive.campaigns.subject import SubjectCandidate

ZONE = ZoneInfo("America/Sao_Paulo")
#: A Wednesday.
NOW = dt.datetime(2026, 11, 25, 10, 13, tzinfo=ZONE)
DELAY = dt.timedelta(seconds=120)
YOU, PAULA = UUID(int=1), UUID(int=2)


def at(days: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(NOW.date() + dt.timedelta(days=days), dt.time(hour, minute), ZONE)


def campaign(status: Status, **columns: Any) -> CampaignView:
    row = {
        "id": UUID(int=9), "organization_id": UUID(int=8), "source": "inactive_clients", "source_key": "2026-11-23",
        "status": status, "valid_until": at(1, 10), "frozen": 120, "counts": {"sent": 34, "pending": 86},
        "confirmed_at": at(0, 10, 12), "confirmed_by": YOU, "confirmer": "Ana",
    }  # fmt: skip
    return CampaignView.model_validate(row | columns)


def standing(found: CampaignView, goes_on: str = BY_OWNER) -> str:
    organization = OrganizationView(id=UUID(int=8), timezone="America/Sao_Paulo", owner=PersonView(id=YOU))
    candidate = SubjectCandidate(organization, None, found, (found.id,), found.source)
    return standing_in_words(found, candidate, NOW, DELAY, goes_on)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (campaign(Status.CONFIRMED), "já foi confirmada por você às 10:12 e começa às 10:14"),
        (campaign(Status.CONFIRMED, confirmed_by=PAULA, confirmer="Paula Lima"),
         "já foi confirmada por Paula às 10:12 e começa às 10:14"),
        (campaign(Status.CONFIRMED, confirmed_by=PAULA, confirmer=None),
         "já foi confirmada por outra pessoa às 10:12 e começa às 10:14"),
        (campaign(Status.CONFIRMED, confirmation={"via": "page"}),
         "já foi confirmada na página às 10:12 e começa às 10:14"),
        (campaign(Status.CONFIRMED, confirmed_at=at(-1, 21), starts_at=at(1, 9)),
         "já foi confirmada por você em 24/11 às 21:00 e começa amanhã às 9h"),
        (campaign(Status.RUNNING), "está em andamento: 34 de 120"),
        (campaign(Status.RUNNING, frozen=2120, counts={"sent": 1034}), "está em andamento: 1.034 de 2.120"),
        (campaign(Status.PAUSED, pause_cause="owner"), f"está parada em 34 de 120. {BY_OWNER[:-1]}"),
        (campaign(Status.DONE, ended_at=at(-2, 15), counts={"sent": 118}),
         "já foi enviada em 23/11 para 118 clientes e não se repete"),
        (campaign(Status.DONE, ended_at=at(-2, 15), counts={"sent": 1}),
         "já foi enviada em 23/11 para 1 cliente e não se repete"),
        (campaign(Status.DONE, ended_at=at(-2, 15), counts={"skipped": 120}),
         "foi encerrada em 23/11: 0 de 120 receberam"),
        (campaign(Status.STOPPED, ended_at=at(-2, 15)), "foi encerrada em 23/11: 34 de 120 receberam"),
        (campaign(Status.STOPPED, ended_at=at(-2, 15), counts={"sent": 1}),
         "foi encerrada em 23/11: 1 de 120 recebeu"),
        (campaign(Status.DECLINED, ended_at=at(-2, 15)), "foi cancelada em 23/11 e ninguém recebeu"),
    ],
)  # fmt: skip
def test_each_state_is_told_to_the_letter(found: CampaignView, words: str) -> None:
    assert standing(found) == words


@pytest.mark.parametrize(
    ("cause", "resumes_at", "words"),
    [
        ("owner", None, BY_OWNER), ("opt_outs", None, BY_OWNER), ("not_on_whatsapp", None, BY_OWNER),
        ("throttled", at(1, 9), "Retomo amanhã às 9h."), ("refused", at(1, 10, 13), "Retomo amanhã às 10:13."),
        ("disconnected", None, "Retomo assim que der."), ("paused", None, "Retomo assim que der."),
    ],
)  # fmt: skip
def test_a_pause_says_how_it_goes_on(cause: str, resumes_at: dt.datetime | None, words: str) -> None:
    assert goes_on_in_words(cause, resumes_at, NOW) == words
    paused = standing(campaign(Status.PAUSED, pause_cause=cause), goes_on_in_words(cause, resumes_at, NOW))
    assert f"{paused}." == f"está parada em 34 de 120. {words}"


def test_what_is_under_way_is_told_in_short() -> None:
    assert under_way(campaign(Status.CONFIRMED, starts_at=at(0, 14, 5)), NOW, DELAY) == "começa às 14:05"
    assert under_way(campaign(Status.RUNNING), NOW, DELAY) == "continua: 34 de 120"
