"""What Supabase's refusals mean: real ones of a real PostgREST, and a sentence for every code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from proactive.errors import RecordRefused, SupabaseError
from proactive.facts.organizations import Organizations
from proactive.records.pauses import Pauses
from proactive.storage.answers import flag, rows
from proactive.storage.refusals import meaning_of, refusal
from proactive.storage.supabase import Database, connect
from sandbox.keys import api_key
from sandbox.stack import LocalStack


def said_of(stack: LocalStack, key: str, ask: str = "organizations") -> str:
    """What asking Supabase with a key says; PostgREST itself is asked, as by a key that its gateway lets through."""
    database = Database(connect(stack.supabase_url, key, 10))
    with pytest.raises(SupabaseError) as refused:
        if ask == "organizations":
            Organizations(database).organizations()
        else:
            database.call(ask, {}, rows)
    return str(refused.value)


def test_a_wrong_key_is_told_with_what_to_set(stack: LocalStack) -> None:
    wrong = api_key("another-secret-of-another-project-than-ours", "service_role", 1_700_000_000)
    for key in (wrong, "nonsense", "sb_secret_of_another_project"):
        said = said_of(stack, key)
        assert "does not take the key" in said and "SUPABASE_SERVICE_ROLE_KEY" in said
        assert key not in said


def test_the_anon_key_is_told_as_one(stack: LocalStack) -> None:
    said = said_of(stack, stack.anon_key, "aurora_proactive_paused")
    assert "code 42501" in said and "not the anon or publishable one" in said


@pytest.fixture
def without(database: psycopg.Connection[dict[str, Any]], stack: LocalStack) -> Iterator[Database]:
    """A database in which the function of pauses has another name."""
    database.execute("alter function aurora_proactive_paused() rename to aurora_proactive_gone")
    try:
        yield Database(connect(stack.supabase_url, stack.service_role_key, 10))
    finally:
        database.execute("alter function aurora_proactive_gone() rename to aurora_proactive_paused")


def test_a_function_that_is_missing_asks_for_the_migration(without: Database) -> None:
    with pytest.raises(SupabaseError, match=r"code (PGRST202|42883): .*aurora migrate"):
        Pauses(without).listed()


def test_a_function_that_never_was_asks_for_the_migration(supabase: Database) -> None:
    with pytest.raises(SupabaseError, match=r"code PGRST202: the database lacks a function of ours.*aurora migrate"):
        supabase.call("aurora_proactive_never_made", {}, flag)


def test_a_table_and_a_column_that_are_missing_ask_for_the_doctor(supabase: Database) -> None:
    with pytest.raises(SupabaseError, match=r"code (PGRST205|42P01): a table is missing"):
        supabase.select("aurora_proactive_never_made", ["id"], dict)
    with pytest.raises(SupabaseError, match="code 42703: a column is missing: `aurora doctor`"):
        supabase.select("organizations", ["id", "never_made"], dict)


def test_an_organisation_that_is_unknown_is_told(supabase: Database) -> None:
    with pytest.raises(RecordRefused, match="code 23503: it refers to an organisation, an owner or a message"):
        Pauses(supabase).pause(uuid4(), None, "why")


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("PGRST301", "does not take the key"), ("PGRST303", "does not take the key"), ("403", "forbids"),
        ("42883", "aurora migrate"), ("42P01", "table is missing"), ("PGRST204", "column is missing"),
        ("42804", "another type"), ("PGRST106", "exposed schemas"), ("404", "SUPABASE_URL"), ("PGRST002", "paused"),
        ("540", "restore it"), ("429", "no more requests"), ("23505", "like it already"), ("22P02", "impossible"),
        ("413", "too large"), ("54000", "too large"), ("57014", "longer than"), ("PGRST000", "reach its database"),
        ("PGRST003", "longer than"),
        ("25006", "disk is full"), ("53300", "busy"), ("57P01", "busy"), ("40001", "busy"), ("502", "busy"),
        ("P0001", "its own log"), ("XX000", "failed by itself"), ("42601", "not as the worker expects"),
        ("301", "redirects"), ("599", "status page"), ("PGRST999", "aurora migrate"), ("28P01", "is refused"),
    ],
)  # fmt: skip
def test_each_code_has_its_sentence(code: str, says: str) -> None:
    assert says in (meaning_of(code) or "")
    assert str(refusal("x", code, None)) == f"x was refused: code {code}: {meaning_of(code)}"


def test_a_code_that_nobody_knows_is_told_as_it_is() -> None:
    assert str(refusal("x", "99ZZZ", 500)) == "x was refused: code 99ZZZ"
    assert str(refusal("x", None, None)) == "x was refused: code unknown"
