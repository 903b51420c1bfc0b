"""The panel's figures as its template shows them: comparisons, bars, the heat map, the chart's points."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from proactive.web.pages import labels
from proactive.web.pages.period import Period

Row = dict[str, Any]
#: Shades of the heat map, beside the empty one.
_SHADES = 6
#: Hundredths by which a duration must change to be coloured as good or bad.
_NOTABLE = 5


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure: `change` compares with the period before, `good` is whether that is welcome (None: neither)."""

    title: str
    value: str
    hint: str
    change: str = ""
    good: bool | None = None


@dataclass(frozen=True, slots=True)
class HeatCell:
    """Messages of an hour of a weekday, and how strong its colour is (0 to 6)."""

    hour: int
    sent: int
    shade: int


def tiles(now: Row, before: Row) -> list[Tile]:
    """The six figures at the top."""
    ended, ended_before = now["sent"] + now["failed"], before["sent"] + before["failed"]
    return [
        Tile("Aceitas pelo gateway", labels.number(now["sent"]), _pending(now),
             *_growth(now["sent"], before["sent"], welcome=0)),
        Tile("Taxa de sucesso", labels.percent(now["sent"] - now["refused"], ended), _failed(now["failed"]),
             *_points(now["sent"] - now["refused"], ended, before["sent"] - before["refused"], ended_before)),
        Tile("Entregues", labels.percent(now["arrived"], now["sent"]), _delivered(now),
             *_points(now["arrived"], now["sent"], before["arrived"], before["sent"])),
        Tile("Respondidas", labels.percent(now["answered"], now["sent"]), _answered(now["answered"]),
             *_points(now["answered"], now["sent"], before["answered"], before["sent"])),
        Tile("Tempo médio", labels.duration(now["mean"]), "do horário previsto à aceitação",
             *_growth(now["mean"], before["mean"], welcome=-1)),
        Tile("Percentil 95", labels.duration(now["p95"]), "95% saem em até esse tempo",
             *_growth(now["p95"], before["p95"], welcome=-1)),
    ]  # fmt: skip


def heat(rows: list[Row]) -> list[tuple[str, list[HeatCell]]]:
    """A row a weekday from Monday, a cell an hour."""
    counts = {(row["weekday"], row["hour"]): row["sent"] for row in rows}
    most = max(counts.values(), default=0)

    def cell(weekday: int, hour: int) -> HeatCell:
        sent = counts.get((weekday, hour), 0)
        return HeatCell(hour, sent, -(-sent * _SHADES // most) if sent else 0)

    return [(labels.WEEKDAYS[day], [cell(day + 1, hour) for hour in range(24)]) for day in range(7)]


def chart(period: Period, series: list[Row]) -> str:
    """The points of the chart over time, as JSON: `labels`, `sent`, `failed`; no step is left out."""
    by_step = {row["step"]: row for row in series}
    steps = range(24) if period.days == 1 else range(period.days)
    labels = [
        f"{step:02}h" if period.days == 1 else (period.first + dt.timedelta(days=step)).strftime("%d/%m")
        for step in steps
    ]
    nothing = {"sent": 0, "failed": 0}
    found = [by_step.get(step, nothing) for step in steps]
    return json.dumps({"labels": labels} | {name: [row[name] for row in found] for name in nothing})


def with_bars(rows: list[Row]) -> list[Row]:
    """Rows with the widths of their bars in hundredths; the longest bar is 100."""
    most = max((row["sent"] + row["failed"] for row in rows), default=0)
    return [
        row | {"sent_width": _width(row["sent"], most), "failed_width": _width(row["failed"], most)} for row in rows
    ]


def _width(part: float, whole: float) -> float:
    return round(100 * part / whole, 2) if whole else 0.0


def _pending(now: Row) -> str:
    pending = now["pending"]
    return f"{labels.number(pending)} pendente{'s' * (pending != 1)}" if pending > 0 else "nada pendente"


def _delivered(now: Row) -> str:
    """How many were read, and of how many WhatsApp said no, or nothing."""
    parts = [(now["read"], "lida"), (now["refused"], "recusada")]
    said = [f"{labels.number(count)} {word}{'s' * (count != 1)}" for count, word in parts if count > 0]
    said += [f"{labels.number(now['silent'])} sem confirmação"] if now["silent"] > 0 else []
    return ", ".join(said) or "nenhuma lida"


def _answered(answered: int) -> str:
    return f"{labels.number(answered)} com resposta"


def _failed(failed: int) -> str:
    return "nenhuma falha" if failed <= 0 else f"{labels.number(failed)} falha{'s' * (failed != 1)}"


def _growth(now: float | None, before: float | None, welcome: int = 1) -> tuple[str, bool | None]:
    if not now or not before:
        return "", None
    percent = round(100 * (now - before) / before)
    if percent == 0:
        return "igual ao período anterior", None
    if abs(percent) >= 1000:
        return "", None
    good = (percent > 0) == (welcome > 0) if welcome and abs(percent) >= _NOTABLE else None
    return f"{percent:+d}% sobre o período anterior".replace("-", "−"), good


def _points(part: float, whole: float, part_before: float, whole_before: float) -> tuple[str, bool | None]:
    if not whole or not whole_before:
        return "", None
    points = round(100 * (part / whole - part_before / whole_before), 1)
    if points == 0:
        return "igual ao período anterior", None
    good = points > 0 if abs(points) >= 1 else None
    return f"{'+' if points > 0 else '−'}{labels.number(abs(points))} p.p. sobre o período anterior", good
