"""Subscribing: the checks that the page and the API share."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from cryptography.fernet import Fernet

from proactive.feeds.store import FeedStore
from proactive.feeds.subscriptions import FeedRefused, Subscriptions
from proactive.feeds.vault import Vault
from proactive.model.author import Author
from proactive.storage.supabase import Database
from sandbox.stack import LocalStack
from tests.support.world import Business, World

NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
ANA = Author("user:ana", "page")
KEYS = [Fernet.generate_key().decode() for _ in range(2)]
ADDRESS = "https://example.com/secret/a.ics"


@pytest.fixture(scope="module")
def business(stack: LocalStack) -> Business:
    return World(stack).business()


def refusal(subscriptions: Subscriptions, business: Business, **fields: Any) -> str:
    usual = {"address": ADDRESS, "purpose": "busy", "label": None, "author": ANA, "now": NOW}
    with pytest.raises(FeedRefused) as refused:
        subscriptions.add(business.organization, **(usual | fields))
    assert "secret" not in str(refused.value)
    return refused.value.code


def test_a_feed_is_known_whichever_key_sealed_it(supabase: Database, business: Business) -> None:
    store = FeedStore(supabase)
    old, new = Subscriptions(store, Vault(KEYS[1:])), Subscriptions(store, Vault(KEYS))
    id_ = old.add(business.organization, f" {ADDRESS} ", "busy", "  ", ANA, NOW)
    assert refusal(new, business, purpose="closures") == "known"
    (feed,) = new.of(business.organization, NOW)
    assert (feed["id"], feed["label"], feed["added_by"]) == (str(id_), None, "user:ana")
    assert not new.remove(uuid4(), id_, ANA)
    assert new.remove(business.organization, id_, ANA)
    assert not new.remove(business.organization, id_, ANA)


def test_who_added_and_removed_is_written_down_without_the_address(
    supabase: Database, database: psycopg.Connection[dict[str, Any]], stack: LocalStack
) -> None:
    business, subscriptions = World(stack).business(), Subscriptions(FeedStore(supabase), Vault(KEYS))
    id_ = subscriptions.add(business.organization, ADDRESS, "busy", "Agenda", ANA, NOW)
    subscriptions.remove(business.organization, id_, ANA)
    rows = database.execute(
        "select action, subject, before, after, by, via from aurora_proactive_changes where organization_id = %s"
        " order by at",
        [business.organization],
    ).fetchall()
    told = {"purpose": "busy", "label": "Agenda", "host": "example.com"}
    assert [(row["action"], row["before"], row["after"]) for row in rows] == [
        ("feed_added", None, told), ("feed_removed", told, None),
    ]  # fmt: skip
    assert {(row["subject"], row["by"], row["via"]) for row in rows} == {(str(id_), "user:ana", "page")}


def test_what_is_no_feed_is_refused(supabase: Database, business: Business) -> None:
    subscriptions = Subscriptions(FeedStore(supabase), Vault(KEYS))
    assert refusal(subscriptions, business, address="http://example.com/") == "address_not_https"
    assert refusal(subscriptions, business, purpose="holidays") == "purpose"
    assert refusal(subscriptions, business, label="x" * 41) == "label"
    assert refusal(subscriptions, business, label="a\u202eb") == "label"


def test_without_a_key_nothing_is_added(supabase: Database, business: Business) -> None:
    subscriptions = Subscriptions(FeedStore(supabase), Vault(()))
    assert not subscriptions.possible
    assert refusal(subscriptions, business) == "no_key"
