"""Whom campaigns reach, in which order, who is left out and why, and what each reads: against an independent one."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from proactive.campaigns.freezing import AudienceClient, freeze
from proactive.campaigns.offers import recipient_id
from proactive.campaigns.pace import Pace
from proactive.campaigns.terms import Terms
from proactive.message_types.registry import MESSAGE_TYPES
from tests.support import oracle
from tests.support.asking import Database, ask
from tests.support.audience_oracle import Audience, leads_to
from tests.support.businesses import Case, cases
from tests.support.mailing_worlds import INSTANCE, MailingWorld
from tests.support.texts import compose

#: What each source says to clients, and how long it may be sent.
BIRTHDAY = "Parabéns, {pet}! 🎉 Hoje é dia de festa! Ganhe 10% OFF no próximo banho."
MISSED = "Sentimos sua falta! 20% de desconto no próximo banho"
REMIND = "Faz um tempinho que {pet} não {vem|vêm} nos visitar. Vamos marcar?"
SLOT = "Separei um horário especial para {pet} esta semana. Quer que eu reserve?"
OWN = "{nome}, saudades de {pet}! Vem pro banho, {nome}? Até já."


def _rules(world: MailingWorld, audience: Audience) -> list[tuple[str, dict[str, Any], str]]:
    """A rule of each source, and one of each change that an owner may make."""
    some = [str(row["id"]) for row in world.random.sample(world.clients, k=min(len(world.clients), 15))]
    today = audience.business.today.isoformat()
    return [
        ("birthdays", {"birthday_on": today}, BIRTHDAY),
        ("inactive_clients", {"audience": "inactive", "days": world.random.choice((1, 30, 90))}, MISSED),
        ("opportunities", {"clients": some[:5]}, REMIND),
        ("low_occupancy", {"clients": some, "free_hours": True}, "⚡ HOJE SÓ!"),
        ("custom_campaign", {"audience": "all"}, OWN),
        ("custom_campaign", {"audience": "vip", "except": some[:3]}, SLOT),
        ("custom_campaign", {"audience": "inactive", "only": some}, OWN),
    ]


def _compare(database: Database, world: MailingWorld) -> None:
    audience = Audience(world.case.rows, world.organization, world.now, world.ours)
    row = database.execute(
        "select aurora_proactive_campaign_terms(%s, %s, 60) as terms", [world.organization, world.now]
    ).fetchone()
    assert row is not None
    terms = Terms(row["terms"], world.now)
    for source, rule, text in _rules(world, audience):
        campaign = uuid4()
        same_day = source in ("birthdays", "low_occupancy")
        closing = audience.business.instant(dt.datetime.combine(audience.business.today, dt.time(20)))
        until = closing if same_day else world.now + dt.timedelta(days=7)
        expected = audience.freeze(campaign, rule, text, until, same_day=same_day)
        found = [
            AudienceClient.model_validate(each)
            for each in database.execute(
                "select * from aurora_proactive_campaign_audience(%s, %s, %s, %s, %s, %s)",
                [campaign, world.organization, Jsonb(rule), INSTANCE, world.now, Jsonb({"week": 1, "month": 3})],
            )
        ]
        assert [(each.contact_id, each.reason) for each in found] == expected.reasons, (source, rule)
        room = terms.room(source, Pace(), world.now, until)
        frozen = freeze(campaign, text, terms.business, found, room)
        assert frozen.left_out == expected.left_out, (source, rule)
        assert (frozen.schedule is None) == (not expected.recipients)
        _compare_recipients(campaign, frozen.recipients, expected.recipients)


def _compare_recipients(campaign: UUID, found: list[dict[str, Any]], expected: list[dict[str, Any]]) -> None:
    same = ("phone_key", "contact_id", "other_contacts", "pets", "warmth")
    assert [{name: row[name] for name in same} for row in found] == [
        {name: row[name] for name in same} for row in expected
    ]
    for place, (row, wanted) in enumerate(zip(found, expected, strict=True)):
        assert row["content"] in wanted["contents"]
        assert (row["id"], row["position"]) == (str(recipient_id(campaign, row["phone_key"])), place)
    assert len({row["phone_key"] for row in found}) == len(found)


def _try(database: Database, case: Case, seed: int) -> None:
    world = MailingWorld(case, seed)
    with database.transaction(force_rollback=True):
        world.insert(database)
        _compare(database, world)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases(), seed=st.integers(0, 2**32))
def test_whom_a_campaign_reaches_is_what_the_specification_says(database: Database, case: Case, seed: int) -> None:
    _try(database, case, seed)


@pytest.mark.long
@pytest.mark.timeout(1800)
@settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases(), seed=st.integers(0, 2**32))
def test_whom_thousands_of_campaigns_reach(database: Database, case: Case, seed: int) -> None:
    _try(database, case, seed)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases(), seed=st.integers(0, 2**32))
def test_owners_messages_neither_count_nor_name_who_is_out(database: Database, case: Case, seed: int) -> None:
    world = MailingWorld(case, seed)
    audience = Audience(case.rows, case.organization, case.now, world.ours)
    business = oracle.Business(case.rows, case.organization, case.now, case.options)
    business.out, business.dead = audience.unreached(), audience.dead()
    with database.transaction(force_rollback=True):
        world.insert(database)
        for type_ in ("birthdays", "inactive_clients", "opportunities", "low_occupancy", "custom_campaign"):
            assert ask(database, type_, case)["facts"] == getattr(oracle, type_)(business), type_


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases())
def test_each_message_offers_what_it_says(database: Database, case: Case) -> None:
    audience_of = {"birthdays": BIRTHDAY, "inactive_clients": MISSED}
    with database.transaction(force_rollback=True):
        MailingWorld(case, 1).insert(database)
        for type_ in ("birthdays", "inactive_clients", "opportunities", "low_occupancy", "custom_campaign"):
            facts = MESSAGE_TYPES[type_].facts.model_validate(ask(database, type_, case)["facts"])
            draft, offering = compose(facts), MESSAGE_TYPES[type_].offering
            assert offering is not None
            offers = list(offering.offers(draft.figures, case.options, draft.text))
            if type_ == "opportunities":
                _compare_actions(offers, draft.text, [(str(each.id), each.name) for each in facts.listed])  # type: ignore[attr-defined]
                continue
            asks = draft.text.rstrip().endswith("?")
            assert [offer.option for offer in offers] == ([0] if asks else [])
            if offers and type_ in audience_of:
                assert offers[0].text == audience_of[type_]
            elif offers:  # the text that the message shows, and nothing but that
                assert f'"{offers[0].text}"' in draft.text
                assert '"' not in offers[0].text


def _compare_actions(offers: list[Any], content: str, listed: list[tuple[str, str | None]]) -> None:
    expected, named = leads_to(content, listed), set()
    by_option = {offer.option: offer.rule["clients"] for offer in offers}
    for option, (whom, called) in expected.items():
        if whom == "one of":
            (client,) = by_option[option]
            assert client in called and client not in named
            named.add(client)
    for option, (whom, _) in expected.items():
        if whom == "the others":
            others = [id_ for id_, _ in listed if id_ not in named]
            assert by_option.get(option, []) == others
    assert set(by_option) <= set(expected)
