"""The panel's figures: comparisons with the period before, bars, the heat map and the chart."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from uuid import UUID

import pytest

from proactive.web.pages.figures import Behind, Tile, chart, heat, of_panel, with_bars
from proactive.web.pages.figures import tiles as tiles_behind
from proactive.web.pages.period import Period

DAY = dt.date(2026, 11, 22)


PERIOD = Period("7", DAY - dt.timedelta(days=6), DAY, DAY)


def tiles(now: dict[str, Any], before: dict[str, Any]) -> list[Tile]:
    return tiles_behind(now, before, Behind(PERIOD, None))


def totals(**changes: Any) -> dict[str, Any]:
    nothing = {"sent": 0, "failed": 0, "pending": 0, "answered": 0, "mean": None, "p95": None}
    return nothing | dict.fromkeys(("arrived", "read", "refused", "silent"), 0) | changes


@pytest.mark.parametrize(
    ("now", "before", "change"),
    [(110, 100, "+10% sobre o período anterior"), (90, 100, "−10% sobre o período anterior"),
     (100, 100, "igual ao período anterior"), (100, 0, ""), (1200, 100, "")],
)  # fmt: skip
def test_messages_sent_are_compared_and_neither_more_nor_less_is_good(now: int, before: int, change: str) -> None:
    sent = tiles(totals(sent=now), totals(sent=before))[0]
    assert (sent.change, sent.good) == (change, None)


@pytest.mark.parametrize(("now", "before", "good"), [(4.0, 8.0, True), (8.0, 4.0, False), (4.1, 4.0, None)])
def test_shorter_is_better_if_it_is_notably_so(now: float, before: float, good: bool | None) -> None:
    mean = tiles(totals(sent=1, mean=now), totals(mean=before))[-1]
    assert mean.good is good and mean.change


def test_a_rate_is_compared_in_points() -> None:
    rate = tiles(totals(sent=90, failed=10), totals(sent=80, failed=20))[1]
    assert (rate.value, rate.hint) == ("90%", "10 falhas")
    assert (rate.change, rate.good) == ("+10 p.p. sobre o período anterior", True)


def test_the_longest_bar_is_a_hundred_and_an_empty_one_nothing() -> None:
    rows = with_bars([{"sent": 6, "failed": 2}, {"sent": 0, "failed": 0}])
    assert [(row["sent_width"], row["failed_width"]) for row in rows] == [(75, 25), (0, 0)]
    assert with_bars([{"sent": 0, "failed": 0}])[0]["sent_width"] == 0


def test_every_hour_of_the_week_has_a_cell_and_any_message_a_shade() -> None:
    days = heat([{"weekday": 1, "hour": 9, "sent": 600}, {"weekday": 7, "hour": 23, "sent": 1}])
    assert [(name, len(cells)) for name, cells in days] == [
        (name, 24) for name in ("seg", "ter", "qua", "qui", "sex", "sáb", "dom")
    ]
    assert days[0][1][9].shade == 6
    assert days[6][1][23].shade == 1
    assert days[3][1][12].shade == 0


def test_the_chart_leaves_no_step_out() -> None:
    hours = json.loads(chart(Period("hoje", DAY, DAY, DAY), [{"step": 9, "sent": 3, "failed": 1}]))
    assert (hours["labels"][0], hours["labels"][-1], len(hours["sent"])) == ("00h", "23h", 24)
    assert (hours["sent"][9], hours["failed"][9], sum(hours["sent"])) == (3, 1, 3)
    days = json.loads(chart(Period("7", DAY - dt.timedelta(days=6), DAY, DAY), []))
    assert (days["labels"][0], days["labels"][-1], days["failed"]) == ("16/11", "22/11", [0] * 7)


def test_what_was_delivered_is_said_apart_from_what_was_accepted() -> None:
    now = totals(sent=200, failed=0, arrived=150, read=100, refused=1, silent=3)
    success, delivered = tiles(now, totals())[1:3]
    assert (delivered.value, delivered.hint) == ("75%", "100 lidas, 1 recusada, 3 sem confirmação")
    assert success.value == "99,5%"
    assert tiles(totals(sent=4, arrived=1), totals())[2].hint == "nenhuma lida"


def test_figures_lead_to_the_messages_behind_them() -> None:
    shop = UUID(int=7)
    found = tiles_behind(totals(sent=9, failed=1, pending=2, refused=1), totals(), Behind(PERIOD, shop))
    days = f"organizacao={shop}&de=2026-11-16&ate=2026-11-22"
    assert found[0].address == f"/mensagens?situacao=sent&{days}"
    assert [part for tile in found[:3] for part in tile.parts] == [
        ("2 pendentes", f"/mensagens?situacao=pending&{days}"), ("1 falha", f"/mensagens?situacao=failed&{days}"),
        ("1 recusada", f"/mensagens?entrega=refused&{days}"),
    ]  # fmt: skip


def test_what_says_nothing_yet_takes_no_room() -> None:
    def shown(sent: int, period: Period = PERIOD, **changes: Any) -> tuple[list[str], bool]:
        found = of_panel(
            {"totals": totals(sent=sent, **changes), "before": totals(), "types": [], "organizations": [], "active": 0,
             "heat": [], "series": []}, period, None,
        )  # fmt: skip
        return [tile.title for tile in found["tiles"]], found["heat"] is not None

    assert shown(0) == ([], False)
    assert shown(3, mean=4.0, p95=8.0) == (["Aceitas pelo gateway", "Taxa de sucesso", "Tempo médio"], False)
    titles, heat_shown = shown(40, mean=4.0, p95=8.0, answered=1, arrived=9)
    assert titles[2:] == ["Entregues", "Respondidas", "Tempo médio", "Percentil 95"] and heat_shown
    assert shown(400, Period("hoje", DAY, DAY, DAY))[1] is False
