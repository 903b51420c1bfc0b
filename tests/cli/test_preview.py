"""scripts/preview.py: the text and its figures as of any moment; nothing is sent, nothing is written."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import redis

from proactive.message_types.registry import BY_HAND
from sandbox.demo.fill import DemoBusiness
from sandbox.gateway.client import Sandbox
from sandbox.stack import LocalStack
from tests.cli.conftest import Call, Run, processes, refused, rows

#: `domain.md`'s table of figures, in its order.
KEYS = {
    "daily_summary": ["date", "bookings", "revenue", "new_clients", "pending", "listed"],
    "inactive_clients": ["date", "days", "inactive", "listed"],
    "birthdays": ["date", "birthdays", "listed"],
    "opportunities": ["date", "confirmed", "free_slots", "listed", "reasons"],
    "low_occupancy": ["date", "bookings", "listed", "reasons", "free_hours"],
    "custom_campaign": ["date", "campaign_type", "target_audience", "reach", "listed"],
}
HEADINGS = {
    "daily_summary": "Olá! Aqui está o resumo do seu dia 📊",
    "inactive_clients": "Opa! Identifiquei",
    "birthdays": "🎂 Temos",
    "opportunities": "📈 Oportunidades para os próximos 3 dias:",
    "low_occupancy": "🚨 Alerta: Amanhã só temos",
    "custom_campaign": "",
}
CAMPAIGN = ("--campaign-type", "promocional", "--audience", "all")


def arguments(type_: str) -> Call:
    return CAMPAIGN if type_ == "custom_campaign" else ()


def figures(run: Run, type_: str, *more: str) -> dict[str, Any]:
    ended = run("preview", type_, *more, *arguments(type_), "--json")
    assert ended.status == 0, ended.err
    shown: dict[str, Any] = json.loads(ended.out)
    assert list(shown) == ["text", "facts"]
    return shown


@pytest.mark.parametrize("type_", BY_HAND)
def test_every_type_shows_its_text_and_exactly_its_figures(run: Run, to: Call, type_: str) -> None:
    shown = figures(run, type_, *to)
    assert sorted(shown["facts"]) == sorted(KEYS[type_])
    assert shown["text"].startswith(HEADINGS[type_])
    assert shown["facts"]["listed"]
    plain = run("preview", type_, *to, *arguments(type_))
    assert (plain.status, plain.err) == (0, "")
    assert plain.out == shown["text"] + "\n"


def test_money_is_a_decimal_string_and_hours_are_clock_times(run: Run, to: Call) -> None:
    assert figures(run, "daily_summary", *to)["facts"]["revenue"].rpartition(".")[2].isdigit()
    for hour in figures(run, "low_occupancy", *to)["facts"]["free_hours"]:
        assert f"{dt.time.fromisoformat(hour):%H:%M}" == hour


def test_the_moment_may_be_in_the_past_or_the_future_in_the_organisations_time(
    run: Run, demo: tuple[DemoBusiness, ...]
) -> None:
    noronha = next(business for business in demo if business.timezone == "America/Noronha")
    to = ("--organization", str(noronha.organization_id), "--owner", str(noronha.owner_number_id))
    for at, date in {
        "2026-01-05T12:00": "2026-01-05",
        "2031-01-01T23:30": "2031-01-01",
        "2031-01-02T01:30Z": "2031-01-01",
        "2031-01-02T02:00Z": "2031-01-02",
        "12:00": dt.datetime.now(ZoneInfo(noronha.timezone)).date().isoformat(),
    }.items():
        assert figures(run, "daily_summary", *to, "--at", at)["facts"]["date"] == date


def test_a_moment_changes_what_is_true(run: Run, to: Call) -> None:
    long_ago = figures(run, "daily_summary", *to, "--at", "2001-01-05T12:00")["facts"]
    assert (long_ago["bookings"], long_ago["revenue"], long_ago["listed"]) == (0, "0.00", [])
    now = figures(run, "inactive_clients", *to)["facts"]
    much_later = figures(run, "inactive_clients", *to, "--at", "2036-01-05T12:00")["facts"]
    assert much_later["inactive"] > now["inactive"]
    assert figures(run, "inactive_clients", *to, "--data", '{"days": 3650}')["facts"]["days"] == 3650


def test_what_the_schedule_would_not_send_is_shown_and_said(run: Run, to: Call) -> None:
    ended = run("preview", "birthdays", *to, "--at", "1971-01-01T12:00")
    assert ended.status == 0
    assert "the schedule would not send this" in ended.err


def test_nothing_is_written_and_nothing_is_sent(
    run: Run, to: Call, stack: LocalStack, redis_client: redis.Redis, shop: DemoBusiness
) -> None:
    sandbox = Sandbox(stack.gateway_url, stack.environment()["WHATSAPP_API_KEY"])
    before = rows(stack)
    for type_ in BY_HAND:
        figures(run, type_, *to)
    assert rows(stack) == before
    assert redis_client.dbsize() == 0
    assert sandbox.attempts(instance=shop.instance) == []


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (("weekly",), "unknown message type"),
        (("custom_campaign",), "--campaign-type TEXT is missing"),
        (("inactive_clients", "--data", '{"days": 4000}'), "days"),
        (("birthdays", "--at", "tomorrow"), "--at should look like"),
    ],
)
def test_what_is_not_usable_is_refused(run: Run, to: Call, given: Call, named: str) -> None:
    refused(run("preview", *given, *to), named)


def test_whom_it_is_about_must_be_named(run: Run, to: Call) -> None:
    refused(run("preview", "birthdays"), "--organization ID is missing")
    refused(run("preview", "birthdays", *to[:2]), "--owner ID is missing")


def test_the_script_itself_prints_it_and_needs_no_redis(environment: dict[str, str], to: Call, run: Run) -> None:
    (ended,) = processes(environment, [("preview.py", "birthdays", *to)], REDIS_URL="redis://127.0.0.1:1/0")
    assert (ended.status, ended.out) == (0, run("preview", "birthdays", *to).out)


def test_supabase_away_is_one_sentence_and_status_1(environment: dict[str, str], to: Call) -> None:
    (ended,) = processes(environment, [("preview.py", "birthdays", *to)], SUPABASE_URL="http://127.0.0.1:1")
    assert (ended.status, ended.out) == (1, "")
    assert len(ended.err.strip().splitlines()) == 1
    assert environment["SUPABASE_SERVICE_ROLE_KEY"] not in ended.err
