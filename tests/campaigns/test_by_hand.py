"""Campaigns made and moved by hand: the same states, the same yes, and owners are told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from proactive.campaigns.by_hand import ByHand, HandAction
from proactive.campaigns.by_hand_turns import Person, StepRefused
from proactive.campaigns.conversation_view import CampaignView
from proactive.campaigns.drafts import CampaignDraft, DraftChange, UnusableDraft
from proactive.campaigns.options import CampaignOptions
from proactive.campaigns.outgoing_answers import Reply
from proactive.campaigns.sketch import Sketches
from proactive.storage.supabase import Database
from tests.campaigns.chat import MORNING, Chat

KEY = Person("api", "key:erp")
TEXT = "Saudades do {pet}, {nome}! Vem pro banho com 10% OFF"


class Hand:
    """A shop, its campaigns by hand, and what its owners were told."""

    def __init__(self, chat: Chat) -> None:
        self.chat, self.told = chat, list[Reply]()
        self.by = ByHand(chat.store, CampaignOptions(), self.told.extend, lambda: chat.now)
        self.sketches = Sketches(chat.store, CampaignOptions(), lambda: chat.now)

    def create(self, **fields: Any) -> CampaignView:
        return self.by.create(self.chat.organization, draft(**fields), KEY)

    def act(self, action: HandAction, campaign: CampaignView, **more: Any) -> CampaignView:
        found = self.by.act(action, self.chat.organization, campaign.id, more.pop("person", KEY), **more)
        assert found is not None
        return found

    def confirm(self, campaign: CampaignView, person: Person = KEY) -> CampaignView:
        found = self.by.confirm(self.chat.organization, campaign.id, campaign.revision, person)
        assert found is not None
        return found

    def change(self, campaign: CampaignView, **fields: Any) -> CampaignView:
        change = DraftChange(**fields)
        found = self.by.change(self.chat.organization, campaign.id, campaign.revision, change, KEY)
        assert found is not None
        return found

    def told_names(self) -> list[str]:
        return [reply.name for reply in self.told]

    def become(self, campaign: CampaignView, status: str, cause: str | None = None) -> CampaignView:
        self.chat.connection.execute(
            "update aurora_proactive_campaigns set status = %s, pause_cause = %s, resumes_as = %s where id = %s",
            [status, cause, "running" if cause else None, campaign.id],
        )
        found = self.chat.store.campaign(campaign.id)
        assert found is not None
        return found


def draft(**fields: Any) -> CampaignDraft:
    return CampaignDraft(**({"name": "promoção de natal", "text": TEXT} | fields))


@pytest.fixture
def hand(database: psycopg.Connection[dict[str, Any]], supabase: Database) -> Hand:
    chat = Chat(database, supabase)
    for number, name in enumerate(("Maria Silva", "João Souza", "Bia Lima"), 1):
        chat.client(name, f"1197777000{number}", pet=("Rex", "Luna", "Nina")[number - 1])
    return Hand(chat)


def refused(code: str, step: Callable[[], object]) -> StepRefused:
    with pytest.raises(StepRefused) as caught:
        step()
    assert caught.value.code == code
    assert caught.value.words.endswith(".")
    return caught.value


def test_a_campaign_made_by_hand_is_previewed_and_nobody_is_told(hand: Hand) -> None:
    campaign = hand.create()
    (row,) = hand.chat.campaigns()
    assert (campaign.status, campaign.revision, campaign.frozen) == ("previewed", 1, 3)
    assert row["made_by"] == {"via": "api", "by": "key:erp"} and row["message_id"] is None
    contents = [row["content"] for row in hand.chat.recipients()]
    assert len(contents) == 3 and all("Responda SAIR" in content for content in contents)
    assert hand.told == []


def test_a_yes_by_hand_says_who_and_tells_an_owner_how_to_stop(hand: Hand) -> None:
    campaign = hand.confirm(hand.create())
    assert campaign.status == "confirmed"
    assert campaign.confirmation == {
        "reply_id": "api:confirm:1", "via": "api", "heard": "yes", "by": "key:erp",
    }  # fmt: skip
    assert campaign.confirmed_by == hand.chat.owner
    (reply,) = hand.told
    assert (reply.name, reply.owner_id) == ("T1", hand.chat.owner)
    assert reply.text.startswith("✅ Combinado! Começo em 2 minutos: 3 clientes, tudo hoje.")
    assert reply.text.endswith("Para cancelar ou parar, responda PARE.")


def test_a_yes_again_changes_nothing_and_is_told_as_the_same_message(hand: Hand) -> None:
    campaign = hand.create()
    first, second = hand.confirm(campaign), hand.confirm(campaign)
    assert first == second
    assert len({(reply.key, reply.owner_id) for reply in hand.told}) == 1


def other_owner(hand: Hand, *, enabled: bool = True) -> UUID:
    id_ = uuid4()
    hand.chat.connection.execute(
        "insert into owner_numbers (id, organization_id, name, phone, aurora_enabled)"
        " values (%s, %s, 'Bel', '11955554444', %s)",
        [id_, hand.chat.organization, enabled],
    )
    return id_


def test_every_owner_is_told_unless_one_of_them_acts(hand: Hand) -> None:
    other = other_owner(hand)
    other_owner(hand, enabled=False)
    hand.confirm(hand.create())
    assert {reply.owner_id for reply in hand.told} == {hand.chat.owner, other}
    hand.told.clear()
    second = hand.create(name="outra")
    confirmed = hand.confirm(second, Person("page", "user:1", other))
    assert [reply.owner_id for reply in hand.told] == [other]
    assert confirmed.confirmed_by == other


def test_without_an_owner_who_can_be_told_nothing_goes_out_but_everything_stops(hand: Hand) -> None:
    campaign = hand.confirm(hand.create())
    hand.chat.connection.execute("update owner_numbers set aurora_enabled = false")
    refused("no_owner", hand.create)
    assert hand.act("stop", campaign).status == "declined"
    assert hand.told_names() == ["T1"]
    hand.chat.connection.execute("update owner_numbers set aurora_enabled = true")


@pytest.mark.parametrize(
    ("text", "code", "value"),
    [
        ("curto", "text_length", "5"),
        ("x" * 701, "text_length", "701"),
        ("   ", "text_length", "0"),
        ("Use o cupom {cupom} hoje", "text_braces", "cupom"),
        ("{Oi|Olá}, tudo bem com vocês?", "text_braces", "Oi|Olá"),
        ("Olá {nome, tudo bem?", "text_braces", ""),
        ("Olá nome}, tudo bem?", "text_braces", ""),
        ("Olá {{nome}}, tudo bem?", "text_braces", ""),
        ("Olá { nome }, tudo bem?", "text_braces", " nome "),
        ("Olá {NOME}, tudo bem?", "text_braces", "NOME"),
        ("Olá {}, tudo bem?", "text_braces", ""),
        ("\u200b" * 20, "text_length", "0"),
    ],
)
def test_a_text_that_clients_should_not_get_is_refused(hand: Hand, text: str, code: str, value: str) -> None:
    for step in (
        lambda: hand.create(text=text),
        lambda: hand.sketches.of_draft(hand.chat.organization, draft(text=text)),
    ):
        with pytest.raises(UnusableDraft) as caught:
            step()
        assert (caught.value.field, caught.value.code, caught.value.value) == ("text", code, value)
    assert hand.chat.campaigns() == []


def test_a_sketch_freezes_nothing_and_shows_what_the_preview_will(hand: Hand) -> None:
    hand.chat.client("Frio", "11977770010", heard=False)
    sketch = hand.sketches.of_draft(
        hand.chat.organization, draft(audience="all", text="Veja em www.patas.com.br {pet}")
    )
    assert (sketch.number, sketch.left_out) == (3, {"never_talked": 1})
    assert sketch.left_out_in_words == "1 sem conversa no WhatsApp"
    assert {example.name for example in sketch.examples} == {"Maria", "João", "Bia"}
    assert (sketch.start, sketch.pace, sketch.a_day, sketch.has_link) == ("hoje às 10:02", "tudo hoje", 3, True)
    assert sketch.hindrance is None and hand.chat.campaigns() == [] and hand.chat.recipients() == []
    campaign = hand.create(audience="all")
    assert (campaign.frozen, campaign.left_out) == (3, {"never_talked": 1})


def test_a_sketch_says_what_hinders_and_a_campaign_is_not_made(hand: Hand) -> None:
    hand.chat.connection.execute(
        "delete from aurora_proactive_campaign_settings where organization_id = %s", [hand.chat.organization]
    )
    sketch = hand.sketches.of_draft(hand.chat.organization, draft())
    assert sketch.number == 3 and sketch.hindrance and "Ajustes" in sketch.hindrance
    refused("hindered", hand.create)
    assert hand.chat.campaigns() == []


def test_nobody_to_write_to_is_said_with_the_reasons(hand: Hand) -> None:
    hand.chat.connection.execute("update contacts set status = 'blocked'")
    assert "3 estão bloqueados" in refused("nobody", hand.create).words
    assert hand.chat.campaigns() == []


def test_the_first_so_many_and_those_left_out(hand: Hand) -> None:
    everybody = hand.create(audience="all")
    out = UUID(str(hand.chat.recipients()[0]["contact_id"]))
    second = hand.change(everybody, without=(out,), first=1)
    assert (second.revision, second.frozen) == (2, 1)
    assert hand.chat.recipients()[0]["contact_id"] != out
    assert second.audience["except"] == [str(out)] and len(second.audience["only"]) == 1
    assert hand.change(second, audience="inactive", without=()).frozen == 3


def test_a_change_is_the_next_revision_and_an_older_one_is_refused(hand: Hand) -> None:
    first = hand.create()
    second = hand.change(first, text="Semana do banho para {pet}")
    assert (second.status, second.revision, second.text) == ("previewed", 2, "Semana do banho para {pet}")
    assert refused("revision", lambda: hand.confirm(first)).campaign == second
    refused("revision", lambda: hand.change(first, text="Outro texto qualquer"))
    assert hand.confirm(second).status == "confirmed"


def test_a_start_stays_when_something_else_changes(hand: Hand) -> None:
    tomorrow = MORNING + dt.timedelta(days=1)
    campaign = hand.create(starts_at=tomorrow)
    assert campaign.starts_at == tomorrow
    assert (campaign := hand.change(campaign, text="Outro texto para {pet}")).starts_at == tomorrow
    assert (campaign := hand.change(campaign, starts_at=MORNING - dt.timedelta(days=9))).starts_at == MORNING
    assert (campaign := hand.change(campaign, starts_at=tomorrow)).starts_at == tomorrow
    assert hand.change(campaign, at_once=True).starts_at == MORNING


def test_a_start_is_moved_into_the_window_and_at_most_thirty_days_ahead(hand: Hand) -> None:
    night = MORNING.replace(hour=23)
    assert hand.create(starts_at=night).starts_at == MORNING.replace(hour=9) + dt.timedelta(days=1)
    with pytest.raises(UnusableDraft) as caught:
        hand.create(starts_at=MORNING + dt.timedelta(days=31))
    assert (caught.value.field, caught.value.code) == ("startsAt", "start_too_far")


def test_a_change_of_what_owners_were_told_shows_them_the_new_text(hand: Hand) -> None:
    campaign = hand.confirm(hand.create())
    changed = hand.change(campaign, text="Semana do banho para {pet}")
    assert (changed.status, changed.revision) == ("previewed", 2)
    assert hand.told_names() == ["T1", "T2"]
    assert "Semana do banho" in hand.told[-1].text and hand.told[-1].revision == 2


def test_a_yes_in_the_chat_confirms_only_the_text_that_was_shown_there(hand: Hand) -> None:
    hand.chat.offer()
    hand.chat.say("ok")
    (row,) = hand.chat.campaigns()
    campaign = hand.by.store.campaign(row["id"])
    assert campaign is not None
    changed = hand.change(campaign, text="Semana do banho para {pet}")
    assert hand.told_names() == ["T2"] and changed.revision == 2
    # that T2 has not arrived: the owner answers the older one
    (answer,) = hand.chat.say("ENVIAR")
    assert answer.startswith("📣 Prévia") and "Semana do banho" in answer
    assert hand.chat.campaigns()[0]["status"] == "previewed"
    assert hand.chat.say("ENVIAR")[0].startswith("✅ Combinado!")


def test_the_same_key_is_the_same_campaign(hand: Hand) -> None:
    key = uuid4()
    assert hand.create(key=key) == hand.create(key=key)
    assert len(hand.chat.campaigns()) == 1
    refused("key_used", lambda: hand.create(key=key, text="Um texto bem diferente"))
    refused("key_used", lambda: hand.create(key=key, audience="all"))
    assert len(hand.chat.campaigns()) == 1


def test_a_preview_older_than_a_day_cannot_be_confirmed(hand: Hand) -> None:
    campaign = hand.create()
    hand.chat.now += dt.timedelta(hours=24, seconds=1)
    refused("expired", lambda: hand.confirm(campaign))
    assert hand.confirm(hand.change(campaign)).status == "confirmed"


def test_another_organisations_campaign_is_not_there(hand: Hand) -> None:
    campaign, elsewhere = hand.create(), uuid4()
    assert hand.by.confirm(elsewhere, campaign.id, 1, KEY) is None
    assert hand.by.change(elsewhere, campaign.id, 1, DraftChange(text="Outro texto qualquer"), KEY) is None
    assert hand.by.act("stop", elsewhere, campaign.id, KEY) is None
    assert hand.sketches.of_change(elsewhere, campaign.id, DraftChange()) is None


#: What each action does from each state: the state after it, and what owners are told; None: refused.
TABLE: dict[tuple[str, str | None], dict[HandAction, tuple[str, list[str]] | None]] = {
    ("offered", None): {"decline": ("declined", []), "pause": None, "resume": None, "stop": ("declined", [])},
    ("previewed", None): {"decline": ("declined", []), "pause": None, "resume": None, "stop": ("declined", [])},
    ("confirmed", None): {
        "decline": ("declined", ["T5"]), "pause": ("paused", ["T10"]), "resume": ("confirmed", []),
        "stop": ("declined", ["T5"]),
    },
    ("running", None): {
        "decline": None, "pause": ("paused", ["T10"]), "resume": ("running", []), "stop": ("stopped", []),
    },
    ("paused", "owner"): {
        "decline": None, "pause": ("paused", []), "resume": ("running", ["T1"]), "stop": ("stopped", []),
    },
    ("paused", "opt_outs"): {
        "decline": None, "pause": ("paused", ["T10"]), "resume": ("running", ["T1"]), "stop": ("stopped", []),
    },
    ("paused", "disconnected"): {
        "decline": None, "pause": ("paused", ["T10"]), "resume": None, "stop": ("stopped", []),
    },
    ("stopped", None): {"decline": None, "pause": None, "resume": None, "stop": ("stopped", [])},
    ("declined", None): {
        "decline": ("declined", []), "pause": None, "resume": None, "stop": ("declined", []),
    },
    ("done", None): {"decline": None, "pause": None, "resume": None, "stop": None},
    ("expired", None): {"decline": None, "pause": None, "resume": None, "stop": None},
}  # fmt: skip
ROWS = [(state, action) for state, row in TABLE.items() for action in row]


@pytest.mark.parametrize(("state", "action"), ROWS, ids=lambda each: str(each))
def test_each_action_does_in_each_state_what_the_chat_would(
    hand: Hand, state: tuple[str, str | None], action: HandAction
) -> None:
    campaign = hand.become(hand.create(), *state)
    if state[0] in ("running", "paused"):
        hand.chat.connection.execute(
            "update aurora_proactive_campaign_recipients set status = 'sent', sent_at = now()"
            " where campaign_id = %s and position = 0",
            [campaign.id],
        )
    expected = TABLE[state][action]
    if expected is None:
        refused("state", lambda: hand.act(action, campaign))
        return
    person = Person("page", "user:7", hand.chat.owner)
    after = hand.act(action, campaign, person=person)
    assert (str(after.status), hand.told_names()) == expected
    if after.status in ("declined", "stopped") and after.status != state[0]:
        assert after.ended_by == "page:user:7"
    if after.status == "paused":
        assert after.pause_cause == "owner"
    if after.status == "stopped" and state[0] != "stopped":
        (row,) = hand.chat.campaigns()
        assert row["reported_at"] is None  # the pump reports it, once the last one is known
        assert {row["status"] for row in hand.chat.recipients()} == {"sent", "skipped"}


@pytest.mark.parametrize("state", ["offered", "running", "paused", "stopped", "done", "declined", "expired"])
def test_only_what_is_open_can_be_changed_or_confirmed(hand: Hand, state: str) -> None:
    campaign = hand.become(hand.create(), state, "owner" if state == "paused" else None)
    if state != "offered":
        refused("state", lambda: hand.change(campaign, text="Um texto bem diferente"))
    if state in ("running", "paused"):
        assert hand.confirm(campaign).status == state
        assert hand.told == []
    else:
        refused("state", lambda: hand.confirm(campaign))


def test_an_action_at_another_revision_is_refused_where_one_is_named(hand: Hand) -> None:
    campaign = hand.create()
    refused("revision", lambda: hand.act("decline", campaign, revision=7))
    assert hand.act("decline", campaign, revision=1).status == "declined"
