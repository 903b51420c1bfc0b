"""The panel's figures as its template shows them: comparisons, bars, the heat map, the chart's points."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from proactive.web.pages import labels
from proactive.web.pages.period import Period

Row = dict[str, Any]
#: Shades of the heat map, beside the empty one.
_SHADES = 6
#: A map of hours says something from so many messages and days on, a percentile from so many messages.
_HEAT_FROM, _WEEK, _PERCENTILE_FROM = 40, 7, 20
#: Hundredths by which a duration must change to be coloured as good or bad.
_NOTABLE = 5


@dataclass(frozen=True, slots=True)
class Behind:
    """The addresses of the messages behind the figures of a period, of one organisation or all."""

    period: Period
    organization: UUID | None

    def messages(self, **filters: str) -> str:
        """The list of the messages that these filters leave."""
        named = {"organizacao": str(self.organization)} if self.organization else {}
        days = {"de": str(self.period.first), "ate": str(self.period.last)}
        return f"/mensagens?{urlencode(filters | named | days)}"


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure: `parts` are what is said below it, each with the address of the messages behind it, or none.

    `change` compares with the period before, `good` is whether that is welcome (None: neither).
    """

    title: str
    value: str
    parts: tuple[tuple[str, str | None], ...]
    change: str = ""
    good: bool | None = None
    address: str | None = None

    @property
    def hint(self) -> str:
        """What is said below the figure, in one line."""
        return ", ".join(text for text, _ in self.parts)


@dataclass(frozen=True, slots=True)
class HeatCell:
    """Messages of an hour of a weekday, and how strong its colour is (0 to 6)."""

    hour: int
    sent: int
    shade: int


def of_panel(found: Row, period: Period, organization: UUID | None) -> dict[str, Any]:
    """What the panel's template shows of a period: only what there is enough of to say something."""
    behind, totals = Behind(period, organization), found["totals"]
    dense = totals["sent"] >= _HEAT_FROM and period.days >= _WEEK
    return {
        "totals": totals, "behind": behind, "tiles": tiles(totals, found["before"], behind),
        "types": with_bars(found["types"]), "organizations": with_bars(found["organizations"]),
        "more_organizations": found["active"] - len(found["organizations"]),
        "heat": heat(found["heat"]) if dense else None, "chart": chart(period, found["series"]),
    }  # fmt: skip


def tiles(now: Row, before: Row, behind: Behind) -> list[Tile]:
    """The figures at the top; those of which nothing is known are left out."""
    ended, ended_before = now["sent"] + now["failed"], before["sent"] + before["failed"]
    if not ended and not now["pending"]:
        return []
    told = now["arrived"] or now["refused"] or now["silent"]
    found = [
        Tile("Aceitas pelo gateway", labels.number(now["sent"]), (_pending(now, behind),),
             *_growth(now["sent"], before["sent"], welcome=0), behind.messages(situacao="sent")),
        Tile("Taxa de sucesso", labels.percent(now["sent"] - now["refused"], ended), (_failed(now["failed"], behind),),
             *_points(now["sent"] - now["refused"], ended, before["sent"] - before["refused"], ended_before)),
    ]  # fmt: skip
    if told:
        found.append(Tile("Entregues", labels.percent(now["arrived"], now["sent"]), _delivered(now, behind),
                          *_points(now["arrived"], now["sent"], before["arrived"], before["sent"])))  # fmt: skip
    if now["answered"] > 0:
        share = labels.percent(now["answered"], now["sent"])
        found.append(Tile("Respondidas", share, _answered(now["answered"], behind),
                          *_points(now["answered"], now["sent"], before["answered"], before["sent"])))  # fmt: skip
    accepted = behind.messages(situacao="sent")
    slowest = behind.messages(situacao="sent", demora=str(int(now["p95"] or 0)))
    if now["mean"] is not None:
        found.append(Tile("Tempo médio", labels.duration(now["mean"]), (("do horário previsto à aceitação", accepted),),
                          *_growth(now["mean"], before["mean"], welcome=-1)))  # fmt: skip
    if now["p95"] is not None and now["sent"] >= _PERCENTILE_FROM:
        found.append(Tile("Percentil 95", labels.duration(now["p95"]), (("as 5% que demoraram mais", slowest),),
                          *_growth(now["p95"], before["p95"], welcome=-1)))  # fmt: skip
    return found


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


def _pending(now: Row, behind: Behind) -> tuple[str, str | None]:
    pending = now["pending"]
    if pending <= 0:
        return "nada pendente", None
    return f"{labels.number(pending)} pendente{'s' * (pending != 1)}", behind.messages(situacao="pending")


def _delivered(now: Row, behind: Behind) -> tuple[tuple[str, str | None], ...]:
    """How many were read, and of how many WhatsApp said no, or nothing."""
    said: list[tuple[str, str | None]] = [
        (f"{labels.number(now[name])} {word}{'s' * (now[name] != 1)}", behind.messages(entrega=name))
        for name, word in (("read", "lida"), ("refused", "recusada"))
        if now[name] > 0
    ]
    if now["silent"] > 0:
        said.append((f"{labels.number(now['silent'])} sem confirmação", behind.messages(entrega="silent")))
    return tuple(said) or (("nenhuma lida", None),)


def _answered(answered: int, behind: Behind) -> tuple[tuple[str, str | None], ...]:
    return ((f"{labels.number(answered)} com resposta", behind.messages(resposta="sim")),)


def _failed(failed: int, behind: Behind) -> tuple[str, str | None]:
    if failed <= 0:
        return "nenhuma falha", None
    return f"{labels.number(failed)} falha{'s' * (failed != 1)}", behind.messages(situacao="failed")


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
