"""Holding back: chance leaves some of an audience out, the owner is told so, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4, uuid5

import psycopg
import pytest

from proactive.campaigns.holdout import Holdout
from proactive.campaigns.offers import recipient_id
from proactive.model.chance import assigned, planned_held_back
from proactive.storage.supabase import Database
from tests.campaigns.chat import Chat

_IDS = UUID("2e6c3b0a-5d07-4c55-9b0e-1f7f2f5f1c11")


@pytest.fixture
def chat(database: psycopg.Connection[dict[str, Any]], supabase: Database, request: pytest.FixtureRequest) -> Chat:
    """A chat whose campaigns have the same ids in every run: chance leaves the same clients out."""
    return Chat(database, supabase, organization=uuid5(_IDS, request.node.name))


def rows(campaign: UUID, number: int) -> list[dict[str, Any]]:
    return [
        {"id": str(recipient_id(campaign, f"5511{place:08}")), "position": place, "other_contacts": [],
         "contact_id": str(uuid5(campaign, str(place)))}
        for place in range(number)
    ]  # fmt: skip


def holdout(**given: Any) -> Holdout:
    return replace(Holdout(0.9, frozenset(), 0.1, 80.0), **given)


@pytest.mark.parametrize("share", [0.9, 0.8])
def test_chance_leaves_out_whom_the_hash_says_and_anybody_can_compute_it_again(share: float) -> None:
    campaign = uuid4()
    audience = rows(campaign, 400)
    written, people = holdout(share=share).split(campaign, audience)
    expected = [row["id"] for row in audience if assigned(campaign, row["id"], share)]
    assert [row["id"] for row in written] == expected and 0 < len(expected) < 400
    assert [row["position"] for row in written] == list(range(len(written)))
    assert [unit["arm"] for unit in people] == [
        "written" if row["id"] in expected else "held_back" for row in audience
    ]  # fmt: skip
    assert {(unit["p"], unit["m"], unit["worth"]) for unit in people} == {(share, 0.1, 80.0)}


def test_of_fewer_than_thirty_nobody_is_left_out() -> None:
    campaign = uuid4()
    audience = rows(campaign, 29)
    assert holdout().split(campaign, audience) == (audience, [])


def test_who_was_left_out_lately_is_written_to_and_is_no_unit() -> None:
    campaign = uuid4()
    audience = rows(campaign, 300)
    _, people = holdout(share=0.8).split(campaign, audience)
    held = [unit["contact_id"] for unit in people if unit["arm"] == "held_back"]
    again, units = holdout(share=0.8, recent=frozenset(map(UUID, held))).split(campaign, audience)
    assert len(again) == 300 and len(units) == 300 - len(held)
    assert not {unit["contact_id"] for unit in units} & set(held)
    shared = audience[0] | {"other_contacts": held[:1]}
    assert shared["id"] in [row["id"] for row in holdout(recent=frozenset({UUID(held[0])})).split(
        campaign, [shared, *audience[1:]])[0]]  # fmt: skip


def test_a_question_says_how_many_are_planned_to_be_left_out() -> None:
    assert [planned_held_back(reach, 0.9) for reach in (60, 30, 29, 1000)] == [6, 3, 0, 100]
    assert (planned_held_back(60, 0.8), planned_held_back(60, None)) == (12, 0)


def people(chat: Chat) -> list[dict[str, Any]]:
    query = "select * from aurora_proactive_campaign_people where organization_id = %s order by recipient_id"
    return chat.connection.execute(query, [chat.organization]).fetchall()


def measured(chat: Chat, share: float | None = 0.9, clients: int = 60) -> None:
    chat.connection.execute(
        "update aurora_proactive_campaign_settings set written_share = %s where organization_id = %s",
        [share, chat.organization],
    )
    for place in range(clients):
        chat.client(f"Cliente{place}", f"119{70_000_000 + place}")


def test_the_preview_tells_both_numbers_and_only_the_written_ones_are_recipients(chat: Chat) -> None:
    measured(chat)
    chat.offer(key=str(_IDS))
    (text,) = chat.say("sim")
    units = people(chat)
    held = [unit for unit in units if unit["arm"] == "held_back"]
    (campaign,) = chat.campaigns()
    assert 0 < len(held) < 20 and len(units) == 60
    assert f"Vão receber: {60 - len(held)} clientes" in text
    assert f"Ficam de fora: {len(held)} ({len(held)} para medir o efeito)" in text
    assert (campaign["left_out"], campaign["frozen"]) == ({"held_back": len(held)}, 60 - len(held))
    assert {row["id"] for row in chat.recipients()} == {u["recipient_id"] for u in units if u["arm"] == "written"}
    assert all((unit["arm"] == "written") == assigned(campaign["id"], str(unit["recipient_id"]), 0.9) for unit in units)
    assert {(unit["p"], unit["m"], unit["begins_at"], unit["booked"]) for unit in units} == {(0.9, 0.1, None, None)}


def test_a_change_freezes_the_units_anew_and_the_start_begins_their_window(chat: Chat) -> None:
    measured(chat)
    chat.offer(key=str(_IDS))
    chat.say("sim")
    chat.say("só os 40 primeiros")
    assert len(people(chat)) == 40
    chat.say("ENVIAR")
    campaign = chat.store.campaign(chat.campaigns()[0]["id"])
    assert campaign is not None and campaign.status == "confirmed"
    assert {unit["begins_at"] for unit in people(chat)} == {None}
    chat.store.step(campaign, "pump:start", {"status": "running"})
    begun = {unit["begins_at"] for unit in people(chat)}
    assert len(begun) == 1 and None not in begun


@pytest.mark.parametrize(("share", "clients"), [(None, 40), (0.9, 20)])
def test_without_measuring_or_with_few_clients_nothing_is_different(
    chat: Chat, share: float | None, clients: int
) -> None:
    measured(chat, share, clients)
    chat.offer(key=str(_IDS))
    said = chat.say("sim")
    (campaign,) = chat.campaigns()
    assert "medir" not in "".join(said) and people(chat) == []
    assert (campaign["frozen"], campaign["left_out"]) == (clients, {})
    assert len(chat.recipients()) == clients


def test_a_small_campaign_with_clients_left_out_is_shown_before_it_goes_out(chat: Chat) -> None:
    measured(chat, 0.8, 33)
    chat.offer(key=str(_IDS))
    (text,) = chat.say("sim, pode mandar")
    assert "Prévia" in text and "para medir o efeito" in text
    assert chat.campaigns()[0]["status"] == "previewed"
