"""The layouts: the product's examples to the letter, their variants, and what no data may break."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError

from proactive.message_types.birthdays import BirthdayLine, BirthdaysFacts
from proactive.message_types.custom_campaign import Audience, CustomCampaignFacts
from proactive.message_types.daily_summary import BookingLine, DailySummaryFacts
from proactive.message_types.inactive_clients import InactiveClientsFacts
from proactive.message_types.low_occupancy import ContactLine, LowOccupancyFacts
from proactive.message_types.opportunities import ClosedDay, VisitorLine
from proactive.message_types.registry import BY_HAND, MESSAGE_TYPES
from proactive.model.facts import ClientLine, Facts
from proactive.text.framing import Framing
from proactive.text.renderer import TEXT_LIMIT, length
from tests.support.examples import Examples
from tests.support.texts import compose, render

GOLDEN = Path(__file__).parent / "golden"
ROW = UUID(int=1)
DAY = dt.date(2026, 11, 23)


def golden(name: str) -> str:
    return (GOLDEN / f"{name}.txt").read_text("utf-8").removesuffix("\n")


def visitor(**changes: object) -> VisitorLine:
    return VisitorLine.model_validate({"id": ROW, "name": "Bia", "reason": "last_visit", "days_since": 1} | changes)


VARIANTS: dict[str, tuple[str, dict[str, object]]] = {
    "daily_summary": ("daily_summary", {"bookings": 3}),
    "daily_summary_many": ("daily_summary", {"revenue": Decimal("12345.6"), "new_clients": 1234}),
    "daily_summary_one": ("daily_summary", {"bookings": 1}),
    "daily_summary_empty": ("daily_summary", {"bookings": 0, "revenue": 0, "new_clients": 0, "pending": 0}),
    "inactive_clients": ("inactive_clients", {}),
    "inactive_clients_one": (
        "inactive_clients",
        {"inactive": 1, "days": 1, "listed": (ClientLine(id=ROW, name=None, phone=None),)},
    ),
    "inactive_clients_pets": (
        "inactive_clients",
        {
            "inactive": 1234,
            "days": 45,
            "listed": (
                ClientLine(id=ROW, name="Bia", phone=None, pets=("Luna", "Rex")),
                ClientLine(id=ROW, name="Zé", phone="+55 31 9999-8888", pets=("Luna", "Max", "Rex")),
                ClientLine(id=ROW, name=" ", phone="?", pets=tuple(f"P{n}" for n in range(12))),
            ),
        },
    ),
    "inactive_clients_none": ("inactive_clients", {"inactive": 0, "listed": ()}),
    "birthdays": ("birthdays", {}),
    "birthdays_one": (
        "birthdays",
        {"birthdays": 1, "listed": (BirthdayLine(id=ROW, pet="Mel", client=None, phone=None),)},
    ),
    "birthdays_none": ("birthdays", {"birthdays": 0, "listed": ()}),
    "opportunities": ("opportunities", {}),
    "opportunities_one": (
        "opportunities",
        {"confirmed": 1, "free_slots": 1, "emptiest": "evening", "listed": (visitor(service="Consulta geral"),)},
    ),
    "opportunities_full": (
        "opportunities",
        {
            "confirmed": 0,
            "free_slots": 0,
            "emptiest": None,
            "listed": (visitor(reason="vip_weekday", weekday=6), visitor(name=None)),
        },
    ),
    "opportunities_nobody": ("opportunities", {"listed": (), "emptiest": "afternoon"}),
    "opportunities_closed": (
        "opportunities",
        {
            "closed": (
                ClosedDay(date=dt.date(2026, 6, 4), reason="Corpus Christi"),
                ClosedDay(date=dt.date(2026, 6, 6), reason="você marcou"),
            )
        },
    ),
    "low_occupancy": ("low_occupancy", {}),
    "low_occupancy_one": (
        "low_occupancy",
        {
            "bookings": 1,
            "free_hours": (dt.time(14, 30),),
            "listed": (ContactLine(id=ROW, name="Bia", reason="last_contact", done_bookings=1, days_since_contact=1),),
        },
    ),
    "low_occupancy_none": ("low_occupancy", {"bookings": 0, "free_hours": (), "listed": ()}),
    "custom_campaign": ("custom_campaign", {}),
    "custom_campaign_dated": ("custom_campaign", {"best_date": dt.date(2026, 6, 16)}),
    "custom_campaign_one": (
        "custom_campaign",
        {
            "target_audience": Audience.INACTIVE,
            "message": None,
            "reach": 1,
            "best_weekday": None,
            "best_hour": None,
            "listed": (ClientLine(id=ROW, name="Bia", phone="1"),),
        },
    ),
    "custom_campaign_nobody": ("custom_campaign", {"target_audience": Audience.ALL, "reach": 0, "listed": ()}),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_the_layout_is_the_golden_text(examples: type[Examples], name: str) -> None:
    build, changes = VARIANTS[name]
    assert compose(examples.of(build, **changes)).text == golden(name)


@pytest.mark.parametrize("name", VARIANTS)
def test_lines_of_the_ai_stand_in_their_slots_and_change_nothing_else(examples: type[Examples], name: str) -> None:
    build, changes = VARIANTS[name]
    text = compose(examples.of(build, **changes), Framing("Oi, Ana!", "Um abraço!")).text
    assert text == (GOLDEN / "framed" / f"{name}.txt").read_text("utf-8").removesuffix("\n")


@pytest.mark.parametrize("name", VARIANTS)
def test_each_slot_is_filled_for_itself(examples: type[Examples], name: str) -> None:
    build, changes = VARIANTS[name]
    facts = examples.of(build, **changes)
    opened, closed = (
        compose(facts, Framing(opening="Oi, Ana!")).text,
        compose(facts, Framing(closing="Um abraço!")).text,
    )
    assert opened.startswith("Oi, Ana!")
    assert "Um abraço!" not in opened
    assert "Oi, Ana!" not in closed
    assert "Um abraço!" in closed.splitlines()[-3:]


def test_every_golden_file_is_a_variant() -> None:
    assert {file.stem for file in GOLDEN.glob("*.txt")} == set(VARIANTS) | set(MESSAGE_TYPES) - set(BY_HAND)
    assert {file.stem for file in GOLDEN.glob("framed/*.txt")} == set(VARIANTS)


def test_a_template_that_uses_what_it_is_not_given_raises(examples: type[Examples]) -> None:
    facts = examples.birthdays().model_copy(update={"listed": (object(),), "birthdays": 1})
    with pytest.raises(UndefinedError):
        render(facts, 1)


@pytest.mark.parametrize(
    ("service", "said"),
    [
        ("Banho e Tosa", "último banho e Tosa"),
        ("Tosa higiênica", "última tosa higiênica"),
        ("Vacinação", "última vacinação"),
        ("Lavagem", "última lavagem"),
        ("SPA Day", "último SPA Day"),
        ("Spa", "último spa"),
        (None, "último atendimento"),
        ("_*", "último atendimento"),
    ],
)
def test_a_last_visit_names_its_service_with_its_gender(
    examples: type[Examples], service: str | None, said: str
) -> None:
    text = compose(examples.opportunities(listed=(visitor(service=service, days_since=25),))).text
    assert f"- Bia - {said} há 25 dias\n" in text


def test_a_visit_of_today_was_no_days_ago(examples: type[Examples]) -> None:
    text = compose(examples.opportunities(listed=(visitor(days_since=0),))).text
    assert "- Bia - último atendimento hoje\n" in text


@pytest.mark.parametrize(
    ("rhythm", "said"), [("weekly", "semanalmente"), ("fortnightly", "quinzenalmente"), ("monthly", "mensalmente")]
)
def test_a_rhythm_is_said_as_an_adverb(examples: type[Examples], rhythm: str, said: str) -> None:
    text = compose(examples.opportunities(listed=(visitor(reason="rhythm", rhythm=rhythm),))).text
    assert f"- Bia - costuma agendar {said}\n" in text


def test_a_campaign_message_longer_than_whatsapp_takes_loses_its_end_and_not_the_question(
    examples: type[Examples],
) -> None:
    draft = compose(examples.custom_campaign(message="🐶 " * 5000))
    assert TEXT_LIMIT - 10 < length(draft.text) <= TEXT_LIMIT
    assert '…"' in draft.text
    assert draft.text.endswith("\n\nPosso enviar essa campanha para 42 clientes?")


def test_a_list_that_is_too_long_loses_its_last_lines_and_says_how_many(examples: type[Examples]) -> None:
    listed = tuple(BirthdayLine(id=UUID(int=n), pet="R" * 50, client="C" * 50, phone="11999998888") for n in range(200))
    draft = compose(examples.birthdays(birthdays=230, listed=listed))
    shown = draft.text.count("\n- ")
    assert f"\n… e mais {230 - shown}\n" in draft.text
    assert draft.figures["listed"] == [str(line.id) for line in listed[:shown]]
    assert TEXT_LIMIT - 150 < length(draft.text) <= TEXT_LIMIT


nasty = st.one_of(
    st.none(),
    st.text(alphabet=st.sampled_from("*_~`\n\r\t\u2028\u202e\u200bAé👍🏽 -"), max_size=80),
    st.text(max_size=80),
    st.text(alphabet="W🐶", min_size=55, max_size=90),
)
rows = st.uuids()
counts = st.integers(0, 10**6)


Item = TypeVar("Item")


def lists(line: st.SearchStrategy[Item], most: int) -> st.SearchStrategy[tuple[Item, ...]]:
    return st.lists(line, max_size=most).map(tuple)


client_lines = st.builds(ClientLine, id=rows, name=nasty, phone=nasty, pets=lists(nasty.map(lambda p: p or ""), 15))
birthday_lines = st.builds(BirthdayLine, id=rows, pet=nasty.map(lambda p: p or ""), client=nasty, phone=nasty)
booking_lines = st.builds(BookingLine, id=rows, pet=nasty, client=nasty, service=nasty, at=st.times())
contact_lines = st.builds(ContactLine, id=rows, name=nasty, done_bookings=counts, days_since_contact=counts)
any_facts = st.one_of(
    st.builds(
        InactiveClientsFacts,
        days=st.integers(1, 3650),
        inactive=st.integers(10, 10**6),
        listed=lists(client_lines, 10),
    ),
    lists(birthday_lines, 200).map(
        lambda lines: BirthdaysFacts(date=DAY, fires=True, birthdays=len(lines) + 1, listed=lines)
    ),
    lists(booking_lines, 10).map(
        lambda lines: DailySummaryFacts(
            date=DAY, fires=True, bookings=len(lines), revenue=Decimal(7), new_clients=1, pending=0, listed=lines
        )
    ),
    st.builds(LowOccupancyFacts, bookings=counts, listed=lists(contact_lines, 15), free_hours=lists(st.times(), 3)),
    st.builds(
        CustomCampaignFacts,
        campaign_type=nasty.map(lambda c: c or ""),
        message=st.one_of(st.none(), st.text(max_size=5000), st.just("🐶" * 4000)),
        reach=st.integers(1, 9999),
        best_weekday=st.sampled_from([None, 1, 7]),
        best_hour=st.sampled_from([None, 1, 23]),
        listed=lists(client_lines, 5),
    ),
)


@settings(max_examples=150, deadline=None)
@given(any_facts)
def test_no_data_makes_a_text_too_long_or_formatted_or_lists_what_is_not_shown(facts: Facts) -> None:
    draft = compose(facts)
    assert length(draft.text) <= TEXT_LIMIT
    lines = draft.text.split("\n")
    if not (isinstance(facts, CustomCampaignFacts) and facts.message):
        assert len(draft.figures["listed"]) == sum(line.startswith("- ") for line in lines)
        assert not set(draft.text) & set("*_~`\r\t\u2028\u202e\u200b\x00")
        assert len(lines) == len(draft.text.splitlines())
    if "?" in compose(facts.model_copy(update={"listed": facts.lines()[:1]})).text[-1]:
        assert draft.text.endswith("?")
