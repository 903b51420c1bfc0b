"""A halt holds until what it stands for goes on, whoever comes in between."""

from __future__ import annotations

from typing import Any, cast

import psycopg
import pytest
import redis

from proactive.campaigns.conversation_view import CampaignView
from proactive.campaigns.halts import HaltingStore, Halts
from proactive.errors import SupabaseError
from proactive.storage.redis import campaign_halt_key
from proactive.storage.supabase import Database
from tests.support.mailing import Mailing

PAUSE = {"status": "paused", "pause_cause": "owner", "resumes_as": "running"}
RESUME = {"status": "running", "pause_cause": None, "resumes_as": None}


@pytest.fixture
def mailing(database: psycopg.Connection[dict[str, Any]]) -> Mailing:
    return Mailing(database)


@pytest.fixture
def store(supabase: Database, redis_client: redis.Redis) -> HaltingStore:
    return HaltingStore(supabase, Halts(redis_client))


def view(store: HaltingStore, mailing: Mailing) -> CampaignView:
    found = store.campaign(mailing.campaign)
    assert found is not None
    return found


def halted(redis_client: redis.Redis, mailing: Mailing) -> bytes | None:
    return cast("bytes | None", redis_client.get(campaign_halt_key(str(mailing.campaign))))


def test_a_pause_halts_and_going_on_lifts(store: HaltingStore, mailing: Mailing, redis_client: redis.Redis) -> None:
    store.step(view(store, mailing), "r1", PAUSE)
    assert halted(redis_client, mailing) == str(mailing.campaign_row()["halt"]).encode()
    store.step(view(store, mailing), "r2", RESUME)
    assert (halted(redis_client, mailing), mailing.campaign_row()["status"]) == (None, "running")


def test_the_halt_is_there_before_the_row(mailing: Mailing, supabase: Database, redis_client: redis.Redis) -> None:
    class Away(Database):
        def __init__(self) -> None:
            pass

        def call(self, function: str, *_: Any) -> Any:
            raise SupabaseError("away")

    before = view(HaltingStore(supabase, Halts(redis_client)), mailing)
    with pytest.raises(SupabaseError):
        HaltingStore(Away(), Halts(redis_client)).step(before, "r1", PAUSE)
    assert halted(redis_client, mailing)


def test_who_lets_it_go_on_does_not_lift_a_newer_stop(
    store: HaltingStore, mailing: Mailing, redis_client: redis.Redis
) -> None:
    store.step(view(store, mailing), "r1", PAUSE)
    paused = view(store, mailing)
    mark = store.halts.set(mailing.campaign)  # another owner stops at this moment
    store.step(paused, "r2", RESUME)
    assert halted(redis_client, mailing) == mark.encode()


def test_an_old_stop_that_is_told_again_stops_nothing(
    store: HaltingStore, mailing: Mailing, redis_client: redis.Redis
) -> None:
    running = view(store, mailing)
    store.step(running, "r1", PAUSE)
    store.step(view(store, mailing), "r2", RESUME)
    assert store.step(running, "r1", PAUSE).outcome == "known"
    assert (halted(redis_client, mailing), mailing.campaign_row()["status"]) == (None, "running")


def test_of_two_stops_the_rows_mark_stays(store: HaltingStore, mailing: Mailing, redis_client: redis.Redis) -> None:
    running = view(store, mailing)
    store.step(running, "r1", PAUSE)
    assert store.step(running, "r2", PAUSE).outcome == "stale"
    assert halted(redis_client, mailing) == str(mailing.campaign_row()["halt"]).encode()
    store.step(view(store, mailing), "r3", RESUME)
    assert halted(redis_client, mailing) is None


@pytest.mark.parametrize("status", ["stopped", "declined", "done", "previewed"])
def test_whatever_ends_or_changes_a_live_campaign_halts_it(
    store: HaltingStore, mailing: Mailing, redis_client: redis.Redis, status: str
) -> None:
    store.step(view(store, mailing), "r1", {"status": status})
    assert halted(redis_client, mailing)


def test_a_stop_that_stood_still_while_another_was_undone_is_decided_anew(
    store: HaltingStore, mailing: Mailing, redis_client: redis.Redis
) -> None:
    before = view(store, mailing)
    store.step(before, "pump:halt:x", PAUSE)  # the pump wrote the stop that it found in Redis
    store.step(view(store, mailing), "r2", RESUME)  # and an owner let it go on
    store.halts.set(mailing.campaign)
    assert store.step(before, "r1", PAUSE).outcome == "stale"  # running as before, but its mark would be nobody's
    assert store.step(view(store, mailing), "r1", PAUSE).outcome == "stepped"
    assert halted(redis_client, mailing) == str(mailing.campaign_row()["halt"]).encode()
