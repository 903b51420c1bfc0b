"""What a business says of its calendar by hand, kept in Supabase; every change is written down with who made it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from proactive.calendar.business_calendar import BusinessCalendar, business_calendar
from proactive.calendar.exceptions import DayException
from proactive.calendar.states import STATES
from proactive.calendar.unusable import UnusableDay
from proactive.model.author import Author, signed
from proactive.storage.answers import row
from proactive.storage.supabase import Database

_REFUSED = {
    "no_place": UnusableDay(
        "followsHolidays", "Confirm the place first: PUT .../calendar/place with the state.",
        "Antes, diga em que estado fica a loja.",
    ),
    "no_holiday": UnusableDay(
        "what", "Use the slug of a holiday that GET .../calendar shows, or the kind holiday or optional.",
        "Este feriado não está na lista. Atualize a página.",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DaysSaid:
    """What saying something of days, or taking it back, came to: `changed` is False where it was so already, `had` is
    whether anything had been said of them until then."""

    changed: bool
    had: bool


class CalendarByHand:
    """Keeps what businesses say of their days. Each method raises SupabaseError where Supabase is away; then nothing
    was changed. Two at once: the later one holds, and both are written down.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, organization: UUID, first: dt.date, last: dt.date, now: dt.datetime) -> BusinessCalendar:
        """The calendar from `first` to `last` (local days, included), as of `now` (aware)."""
        arguments = _of(organization) | {
            "p_first": first.isoformat(), "p_last": last.isoformat(), "p_now": now.isoformat(),
        }  # fmt: skip
        return self._database.call("aurora_proactive_calendar", arguments, business_calendar)

    def today(self, organization: UUID, now: dt.datetime) -> dt.date:
        """The local day of a business at `now` (aware)."""
        return self.read(organization, now.date(), now.date() - dt.timedelta(days=1), now).today

    def say(self, organization: UUID, exception: DayException, author: Author) -> DaysSaid:
        """Keep a checked exception; what was said of its days before is over, days around it stay as they were said."""
        arguments = _of(organization) | {"p_exception": exception.as_json()} | signed(author)
        return self._database.call("aurora_proactive_say_of_days", arguments, _days_said)

    def say_each(self, organization: UUID, exceptions: Sequence[DayException], author: Author) -> DaysSaid:
        """Keep checked exceptions, at least one, as `say` does: all of them or none."""
        arguments = _of(organization) | {"p_exceptions": [each.as_json() for each in exceptions]} | signed(author)
        return self._database.call("aurora_proactive_say_of_each", arguments, _days_said)

    def unsay(self, organization: UUID, first: dt.date, last: dt.date, author: Author) -> DaysSaid:
        """Take back whatever was said of some days; nothing changes where there was nothing."""
        days = {"p_first": first.isoformat(), "p_last": last.isoformat()}
        return self._database.call("aurora_proactive_unsay_days", _of(organization) | days | signed(author), _days_said)

    def confirm_place(
        self, organization: UUID, state: str | None, municipality: int | None, follows: bool | None, author: Author,
        now: dt.datetime,
    ) -> bool:  # fmt: skip
        """Keep where a business is (None: nowhere, and no holiday counts), and whether it follows holidays (None: as
        before). Answers whether that is new.

        Raises:
            UnusableDay: the state is none, or the municipality (IBGE code) is not in it.
        """
        if state is not None and state not in STATES:
            raise UnusableDay("state", "Use a UF such as SP.", "Escolha o estado.")
        if municipality is not None and (state is None or not STATES[state].has(municipality)):
            raise UnusableDay(
                "municipality", "Use the IBGE code (seven digits) of a municipality of this state, or leave it out.",
                "Este código do IBGE não é de uma cidade deste estado: são 7 números, ou deixe vazio.",
            )  # fmt: skip
        change: dict[str, Any] = {"state": state, "municipality": municipality}
        change |= {} if follows is None else {"follows_holidays": follows}
        return self._keep(organization, change, author, now)

    def switch(
        self, organization: UUID, author: Author, now: dt.datetime, *, follows_holidays: bool | None = None,
        summary_on_closed_days: bool | None = None,
    ) -> bool:  # fmt: skip
        """Switch the following of holidays, and the daily summary on closed days (None: as before). Answers whether
        that is new. Raises UnusableDay: there is no place whose holidays could be followed."""
        wanted = {"follows_holidays": follows_holidays, "summary_on_closed_days": summary_on_closed_days}
        change = {name: value for name, value in wanted.items() if value is not None}
        return self._keep(organization, change, author, now) if change else False

    def decline(self, organization: UUID, author: Author, now: dt.datetime) -> bool:
        """Keep that the question about the place and holidays was answered with no: it is not asked again."""
        return self._keep(organization, {"declines": True}, author, now)

    def open_on(self, organization: UUID, what: str, opens: bool, author: Author, now: dt.datetime) -> bool:
        """Keep that a business opens each year on a holiday (its slug) or a kind (`holiday`, `optional`), or not any
        more. Answers whether that is new. Raises UnusableDay: there is no such holiday."""
        return self._keep(organization, {"opens": what, "on": opens}, author, now)

    def _keep(self, organization: UUID, change: dict[str, Any], author: Author, now: dt.datetime) -> bool:
        arguments = _of(organization) | {"p_change": change, "p_now": now.isoformat()} | signed(author)
        kept = self._database.call("aurora_proactive_keep_place", arguments, row)
        if kept["refused"]:
            raise _REFUSED[kept["refused"]]
        return bool(kept["changed"])


def _of(organization: UUID) -> dict[str, Any]:
    return {"p_organization": str(organization)}


def _days_said(answer: Any) -> DaysSaid:
    found = row(answer)
    return DaysSaid(bool(found["changed"]), bool(found["had"]))
