"""The terms of an organisation: whether and when it may write to its clients."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from proactive.campaigns.national_days import NationalDays
from proactive.campaigns.offers import offering_of
from proactive.campaigns.pace import Pace, SendingHours, first_level, window_of_day
from proactive.campaigns.room import Calendar, Room, Used
from proactive.model.zones import zone_info

#: An instance of which no message was heard for so long cannot hear SAIR.
_HEARD_WITHIN = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Terms:
    """What an organisation may send by, as the database has it, at an aware instant `now`.

    `sending` has the hours of the installation.
    """

    row: Mapping[str, Any]
    now: dt.datetime
    sending: SendingHours = field(default_factory=SendingHours)

    @property
    def zone(self) -> ZoneInfo:
        """The organisation's time zone."""
        return zone_info(self.row["timezone"])

    @property
    def business(self) -> str:
        """The business' name, as its clients know it."""
        return str(self.row["business"] or "")

    @property
    def settings(self) -> Mapping[str, Any]:
        """What somebody of the organisation accepted; empty where nobody has."""
        return self.row["settings"] or {}

    @property
    def instance(self) -> str | None:
        """The gateway's name of the instance that sends."""
        found = self.row["instance"]
        return found["instance_name"] if found else None

    @property
    def owners(self) -> tuple[UUID, ...]:
        """The owners who can be told; their ids in `owner_numbers`."""
        return tuple(UUID(each) for each in self.row["owners"])

    @property
    def hears(self) -> bool:
        """Whether a message from outside was heard from the instance lately: else nobody could hear SAIR."""
        heard = self.row["heard_at"]
        return heard is not None and self.now - dt.datetime.fromisoformat(heard) <= _HEARD_WITHIN

    def hindrance(self) -> str | None:
        """Why nothing may be sent to clients, in one Portuguese sentence; None where it may."""
        found = self.row["instance"]
        if not self.row["is_active"]:
            return "a loja está desativada"
        if not self.settings:
            return "falta alguém da loja aceitar as condições em Ajustes de campanhas"
        if found is None or found["status"] != "connected":
            return "o WhatsApp da loja está desconectado"
        if not self.hears:
            return "ainda não ouço as respostas dos clientes no WhatsApp da loja"
        return None

    def room(self, source: str, pace: Pace, starts: dt.datetime, until: dt.datetime) -> Room:
        """What the instance may send of a campaign of that source from `starts` until `until` (both aware)."""
        health = self.row["health"] or {}
        since = (
            self.settings.get("used_since")
            or health.get("used_since")
            or (self.row["instance"] or {}).get("created_at")
        )
        level = health.get("level") or first_level(_instant(since) or self.now, self.now)
        today = self.now.astimezone(self.zone).date()
        counts = health.get("day") == today.isoformat() and starts.astimezone(self.zone).date() == today
        used = Used(health.get("sent", 0), health.get("sent_cool", 0), self.row["cold_today"]) if counts else Used()
        caps = tuple(self.settings.get("daily_caps") or ())
        return Room(self.calendar(source), pace, level, starts, until, used, caps)

    def rests_until(self, source: str, cause: str | None) -> dt.datetime | None:
        """When a campaign of that source goes on by itself after a pause of that cause (aware); None: nobody knows."""
        until = _instant((self.row["health"] or {}).get("paused_until"))
        if until is None or cause not in ("refused", "undelivered", "throttled"):
            return None
        return self.calendar(source).first_moment(max(until, self.now))

    def calendar(self, source: str) -> Calendar:
        """The windows of the next local days."""
        offering, windows = offering_of(source), {}
        national = NationalDays(self.row["holidays"])
        same_day = offering is not None and offering.until_day == 0
        for text, hours in self.row["hours"].items():
            day = dt.date.fromisoformat(text)
            opened = tuple(
                (dt.time.fromisoformat(a), dt.time.max if b == "00:00" else dt.time.fromisoformat(b)) for a, b in hours
            )
            holiday = national.holds(day)
            window = window_of_day(day, opened, holiday=holiday, same_day_offer=same_day, sending=self.sending)
            if window is not None:
                windows[day] = window
        if same_day:  # open or not
            today = self.now.astimezone(self.zone).date()
            for ahead in range(2):
                day = today + dt.timedelta(days=ahead)
                windows.setdefault(day, self.sending.widest)
        return Calendar(self.zone, windows)


def _instant(text: str | None) -> dt.datetime | None:
    if not text:
        return None
    found = dt.datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
