"""The period of a panel, in local days."""

from __future__ import annotations

import datetime as dt

import pytest

from proactive.web.pages.period import Span, period_of

ZONE = "America/Sao_Paulo"
#: Half past nine in the evening of the 22nd in São Paulo.
NOW = dt.datetime(2026, 11, 23, 0, 30, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 22)


@pytest.mark.parametrize(("span", "days"), [("hoje", 1), ("7", 7), ("30", 30), ("90", 90)])
def test_a_named_period_ends_with_the_local_day(span: Span, days: int) -> None:
    period = period_of(span, None, None, ZONE, NOW)
    assert (period.last, period.today, period.days) == (TODAY, TODAY, days)


def test_another_zone_has_another_day() -> None:
    assert period_of("hoje", None, None, "Europe/Lisbon", NOW).first == dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [("2026-11-01", "2026-11-05", ("2026-11-01", "2026-11-05")),
     ("2026-11-05", "2026-11-01", ("2026-11-01", "2026-11-05")),
     ("2026-11-05", None, ("2026-11-05", "2026-11-05")), (None, "2026-11-05", ("2026-11-05", "2026-11-05")),
     ("2020-01-01", "2026-11-05", ("2025-11-05", "2026-11-05"))],
)  # fmt: skip
def test_dates_are_put_in_order_and_a_year_is_the_most(
    first: str | None, last: str | None, shown: tuple[str, str]
) -> None:
    dates = [dt.date.fromisoformat(day) if day else None for day in (first, last)]
    period = period_of("datas", dates[0], dates[1], ZONE, NOW)
    assert (str(period.first), str(period.last)) == shown


def test_a_period_is_labelled_by_its_days() -> None:
    assert period_of("hoje", None, None, ZONE, NOW).label == "22 de nov."
    assert period_of("7", None, None, ZONE, NOW).label == "16 de nov. – 22 de nov."
