"""How far a campaign is and when it ends, in numbers and in words."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from proactive.campaigns.options import CampaignOptions
from proactive.campaigns.progress import DayRoom, day_room, progress_of, state_in_words
from proactive.campaigns.terms import Terms

#: A Wednesday at noon in São Paulo.
NOON = dt.datetime(2026, 11, 25, 15, 0, tzinfo=dt.UTC)
OPTIONS = CampaignOptions()


def terms(**changes: Any) -> Terms:
    days = [NOON.date() + dt.timedelta(days=ahead) for ahead in range(14)]
    row = {
        "business": "Patas & Cia", "timezone": "America/Sao_Paulo", "is_active": True, "settings": {"daily_caps": None},
        "instance": {"instance_name": "shop", "status": "connected", "created_at": "2026-01-01T00:00:00+00:00"},
        "heard_at": NOON.isoformat(), "health": {"level": 3, "day": "2026-11-25", "sent": 50}, "cold_today": 0,
        "owners": [str(UUID(int=1))],
        "hours": {str(day): [["08:00", "18:00"]] for day in days},
        "holidays": {"days": [], "years": [2026]},
    }  # fmt: skip
    return Terms(row | changes, NOON)


def campaign(status: str, **columns: Any) -> dict[str, Any]:
    counts: dict[str, int] = columns.pop("counts", {"sent": 34, "pending": 86})
    return {
        "status": status, "source": "inactive_clients", "timezone": "America/Sao_Paulo", "counts": counts,
        "waiting": {"warm": counts.get("pending", 0)}, "frozen": sum(counts.values()), "pause_cause": None,
        "starts_at": (NOON - dt.timedelta(hours=2)).isoformat(), "ended_at": None, "ended_by": None,
        "send_until": (NOON + dt.timedelta(days=7)).isoformat(), "valid_until": NOON.isoformat(),
    } | columns  # fmt: skip


def test_a_campaign_ends_on_the_day_that_its_pace_leads_to() -> None:
    """Ten today (60 a day, 50 used), 60 tomorrow, 16 on Friday."""
    progress = progress_of(
        campaign("running", counts={"sent": 34, "failed": 2, "skipped": 4, "pending": 86}), terms(), OPTIONS
    )
    assert (progress.number, progress.sent, progress.not_sent, progress.pending) == (126, 34, 6, 86)
    assert progress.handled == 40
    assert progress.ends_on == dt.date(2026, 11, 27)


def test_half_of_a_day_is_for_clients_who_have_not_written_lately() -> None:
    row = campaign("running") | {"waiting": {"warm": 0, "cool": 60, "cold": 26}}
    # 10 today, 30 on Thursday, Friday and Saturday... the last 16 after the weekend
    assert progress_of(row, terms(), OPTIONS).ends_on == dt.date(2026, 11, 28)


def test_a_start_that_is_to_come_is_waited_for() -> None:
    row = campaign("confirmed", counts={"pending": 5}, starts_at="2026-11-30T12:00:00+00:00")
    assert progress_of(row, terms(), OPTIONS).ends_on == dt.date(2026, 11, 30)


@pytest.mark.parametrize(
    "row",
    [
        campaign("done", counts={"sent": 34}),
        campaign("stopped"),
        campaign("declined"),
        campaign("paused", pause_cause="owner"),
        campaign("paused", pause_cause="opt_outs"),
        campaign("paused", pause_cause="not_told"),
        campaign("running", send_until=None),
        campaign("running", send_until=NOON.isoformat()),
    ],
)
def test_an_end_is_not_promised_where_none_is_known(row: dict[str, Any]) -> None:
    assert progress_of(row, terms(), OPTIONS).ends_on is None


def test_a_pause_that_ends_by_itself_has_an_end() -> None:
    assert progress_of(campaign("paused", pause_cause="throttled"), terms(), OPTIONS).ends_on is not None
    assert progress_of(campaign("running"), None, OPTIONS).ends_on is None


def test_what_may_go_out_today_is_what_is_left_of_the_cap() -> None:
    assert day_room(terms(), OPTIONS) == DayRoom(50, 60, 3)
    assert day_room(terms(), OPTIONS).left == 10
    lowered = terms(settings={"daily_caps": [5, 10, 15, 20, 25, 30, 35]})
    assert (day_room(lowered, OPTIONS).cap, day_room(lowered, OPTIONS).left) == (15, 0)
    assert day_room(terms(health={"level": 3, "day": "2026-11-24", "sent": 50}), OPTIONS).used == 0


def test_a_pause_of_the_number_is_told_while_it_lasts() -> None:
    until = NOON + dt.timedelta(hours=6)
    sick = {"level": 1, "day": "2026-11-25", "sent": 3, "paused_until": until.isoformat(), "pause_cause": "refused"}
    assert day_room(terms(health=sick), OPTIONS) == DayRoom(3, 20, 1, until, "refused")
    over = day_room(terms(health=sick | {"paused_until": NOON.isoformat()}), OPTIONS)
    assert (over.paused_until, over.pause_cause) == (None, None)
    assert day_room(terms(health=None), OPTIONS).paused_until is None


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (campaign("offered", counts={}), "A Aurora ofereceu; ninguém pediu a prévia ainda."),
        (campaign("previewed", counts={"pending": 1}), "Espera o seu sim para 1 cliente. Nada foi enviado."),
        (campaign("previewed", counts={"pending": 118}), "Espera o seu sim para 118 clientes. Nada foi enviado."),
        (campaign("confirmed"), "Confirmada: começa agora."),
        (campaign("confirmed", starts_at="2026-11-26T12:00:00+00:00"), "Confirmada: começa amanhã às 9h."),
        (campaign("running"), "Enviando: 34 de 120."),
        (campaign("paused", pause_cause="owner"),
         "Parada em 34 de 120: alguém da loja pediu. Continua quando você disser."),
        (campaign("paused", pause_cause="throttled"),
         "Parada em 34 de 120: o WhatsApp limitou o número. Continua sozinha assim que der."),
        (campaign("done", ended_at=NOON.isoformat(), ended_by="finished"), "Concluída hoje: 34 de 120 receberam."),
        (campaign("done", ended_at="2026-11-23T15:00:00+00:00", ended_by="too_late"),
         "Concluída em segunda (23/11): 34 de 120 receberam (o prazo terminou)."),
        (campaign("stopped", ended_at=NOON.isoformat(), ended_by="breaker"),
         "Encerrada hoje: 34 de 120 receberam (o WhatsApp limitou o número três vezes)."),
        (campaign("stopped", ended_at=NOON.isoformat(), ended_by="page:user:1"),
         "Encerrada hoje: 34 de 120 receberam."),
        (campaign("declined", ended_at=NOON.isoformat()), "Cancelada hoje. Ninguém recebeu nada."),
        (campaign("expired"), "Venceu sem resposta. Ninguém recebeu nada."),
    ],
)  # fmt: skip
def test_each_state_has_a_sentence(row: dict[str, Any], words: str) -> None:
    assert state_in_words(row, NOON) == words
