"""The facts of the product's own examples, to be changed where a test needs something else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

from proactive.message_types.birthdays import BirthdayLine, BirthdaysFacts
from proactive.message_types.custom_campaign import Audience, CustomCampaignFacts
from proactive.message_types.daily_summary import BookingLine, DailySummaryFacts
from proactive.message_types.inactive_clients import InactiveClientsFacts
from proactive.message_types.low_occupancy import ContactLine, LowOccupancyFacts
from proactive.message_types.opportunities import OpportunitiesFacts, VisitorLine
from proactive.message_types.told import ToldFacts
from proactive.model.facts import ClientLine, Facts

DAY = dt.date(2026, 11, 23)


def row(number: int) -> UUID:
    return UUID(int=number)


def daily_summary(bookings: int = 12, **changes: object) -> DailySummaryFacts:
    named = [
        ("Rex", "Banho e tosa", dt.time(10)),
        ("Luna", "Consulta veterinária", dt.time(14, 30)),
        ("Max", "Adestramento", dt.time(16)),
    ]
    named += [(f"Bob {n}", "Banho", dt.time(17, n)) for n in range(7)]
    listed = tuple(
        BookingLine(id=row(n), pet=pet, client="Maria Silva", service=service, at=at)
        for n, (pet, service, at) in enumerate(named[:bookings])
    )
    facts = DailySummaryFacts(
        date=DAY, fires=True, bookings=bookings, revenue=Decimal("1450"), new_clients=3, pending=2, listed=listed
    )
    return facts.model_copy(update=changes)


PEOPLE = (
    ("Maria Silva", "11999998888", "Rex"),
    ("João Santos", "11888887777", "Luna"),
    ("Ana Costa", "11777776666", "Max"),
)


def clients() -> tuple[ClientLine, ...]:
    return tuple(
        ClientLine(id=row(n), name=name, phone=phone, pets=(pet,)) for n, (name, phone, pet) in enumerate(PEOPLE)
    )


def inactive_clients(**changes: object) -> InactiveClientsFacts:
    facts = InactiveClientsFacts(date=DAY, fires=True, days=30, inactive=15, listed=clients())
    return facts.model_copy(update=changes)


def birthdays(**changes: object) -> BirthdaysFacts:
    listed = tuple(
        BirthdayLine(id=row(n), pet=pet, client=name, phone=phone) for n, (name, phone, pet) in enumerate(PEOPLE)
    )
    return BirthdaysFacts(date=DAY, fires=True, birthdays=3, listed=listed).model_copy(update=changes)


def opportunities(**changes: object) -> OpportunitiesFacts:
    maria = VisitorLine(id=row(0), name="Maria Silva", reason="last_visit", service="Banho", days_since=25)
    joao = VisitorLine(id=row(1), name="João Santos", reason="rhythm", rhythm="fortnightly", days_since=14)
    ana = VisitorLine(id=row(2), name="Ana Costa", reason="vip_weekday", weekday=2, days_since=9)
    facts = OpportunitiesFacts(
        date=DAY, fires=True, confirmed=8, free_slots=12, emptiest="morning", listed=(maria, joao, ana)
    )
    return facts.model_copy(update=changes)


def contacts(count: int = 15) -> tuple[ContactLine, ...]:
    maria = ContactLine(id=row(0), name="Maria Silva", reason="vip", done_bookings=20, days_since_contact=3)
    joao = ContactLine(id=row(1), name="João Santos", reason="last_contact", done_bookings=2, days_since_contact=10)
    ana = ContactLine(id=row(2), name="Ana Costa", reason="last_minute", done_bookings=4, days_since_contact=5)
    others = (
        ContactLine(id=row(n), name=f"Cliente {n}", reason="last_contact", done_bookings=0, days_since_contact=n)
        for n in range(3, 15)
    )
    return (maria, joao, ana, *others)[:count]


def low_occupancy(**changes: object) -> LowOccupancyFacts:
    hours = (dt.time(10), dt.time(14), dt.time(16))
    facts = LowOccupancyFacts(date=DAY, fires=True, bookings=2, free_hours=hours, listed=contacts())
    return facts.model_copy(update=changes)


def custom_campaign(**changes: object) -> CustomCampaignFacts:
    facts = CustomCampaignFacts(
        date=DAY,
        fires=True,
        campaign_type="promocional",
        target_audience=Audience.VIP,
        message="Cliente VIP merece desconto especial!",
        reach=42,
        best_weekday=2,
        best_hour=10,
        listed=clients(),
    )
    return facts.model_copy(update=changes)


def told(**changes: object) -> ToldFacts:
    return ToldFacts(date=DAY, fires=True, text="Tudo bem, não envio. 👍").model_copy(update=changes)


class Examples:
    """`Examples.birthdays(birthdays=1, ...)`: a type's example facts with changes."""

    daily_summary = staticmethod(daily_summary)
    inactive_clients = staticmethod(inactive_clients)
    birthdays = staticmethod(birthdays)
    opportunities = staticmethod(opportunities)
    low_occupancy = staticmethod(low_occupancy)
    custom_campaign = staticmethod(custom_campaign)
    campaign_answer = campaign_report = campaign_message = client_answer = choice_answer = staticmethod(told)

    @classmethod
    def of(cls, name: str, **changes: object) -> Facts:
        """The example of the type of that name."""
        build: Callable[..., Facts] = getattr(cls, name)
        return build(**changes)
