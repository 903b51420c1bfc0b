"""The chore that has feeds read: each once, by a process of its own, and what comes of it is kept."""

from __future__ import annotations

import datetime as dt
import json
import logging
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import psycopg
import pytest

from proactive.app import Application
from proactive.feeds.store import FeedStore
from proactive.feeds.subscriptions import Subscriptions
from proactive.feeds.vault import Vault
from proactive.model.author import Author
from proactive.processes.feed_chores import FeedChores
from sandbox.stack import LocalStack
from tests.processes.conftest import BuildApp
from tests.support.world import Business, World

ROOT = Path(__file__).parents[2]
SECRET = "private-0123456789"
EVENT = {"first_day": "2100-06-04", "last_day": "2100-06-04", "title": "Folga"}
READ: dict[str, Any] = {"events": [EVENT], "refused": [], "ignored": [], "etag": '"1"', "last_modified": None}


@pytest.fixture
def business(stack: LocalStack) -> Business:
    with psycopg.connect(stack.dsn) as connection:
        connection.execute("truncate aurora_proactive_feeds cascade")
    return World(stack).business(status=None)


def subscribe(app: Application, business: Business, number: int = 1) -> None:
    subscriptions = Subscriptions(FeedStore(app.database), Vault(app.settings.calendar_keys))
    for each in range(number):
        address = f"https://calendar.example.com/{SECRET}-{each}.ics"
        subscriptions.add(
            business.organization, address, "closures", None, Author("user:a", "page"), dt.datetime.now(dt.UTC)
        )


def listed(app: Application, business: Business) -> list[dict[str, Any]]:
    return FeedStore(app.database).of(business.organization, dt.datetime.now(dt.UTC))


def test_every_feed_that_is_due_is_read_once_and_what_was_read_is_kept(
    build_app: BuildApp, business: Business, caplog: pytest.LogCaptureFixture
) -> None:
    app, asked = build_app(), list[dict[str, Any]]()
    subscribe(app, business, 3)
    with caplog.at_level(logging.INFO):
        assert FeedChores(app, lambda question: asked.append(question) or READ).run_due() == 3  # type: ignore[func-returns-value]
        assert FeedChores(app, lambda _: pytest.fail("it was read already")).run_due() == 0
    vault = Vault(app.settings.calendar_keys)
    addresses = {vault.open(question["address"]).text for question in asked}
    assert addresses == {f"https://calendar.example.com/{SECRET}-{each}.ics" for each in range(3)}
    assert {question["zone"] for question in asked} == {"America/Sao_Paulo"}
    feeds = listed(app, business)
    assert [(feed["events"], feed["fault"]) for feed in feeds] == [(1, None)] * 3
    assert "A feed was read: kept" in caplog.text
    assert SECRET not in caplog.text and "calendar.example.com" not in caplog.text


def test_two_schedulers_read_each_feed_once(build_app: BuildApp, business: Business) -> None:
    app, read, both = build_app(), list[str](), threading.Barrier(2, timeout=20)
    subscribe(app, business, 2)

    def reading(question: dict[str, Any]) -> dict[str, Any]:
        read.append(question["address"])
        both.wait()  # both are on their way at once
        return READ

    chores = [FeedChores(app, reading) for _ in range(2)]
    for each in chores:
        each.begin()
    for each in chores:
        assert each._thread is not None
        each._thread.join(30)
    assert len(read) == len(set(read)) == 2


def test_a_fault_is_kept_and_logged_by_its_code(
    build_app: BuildApp, business: Business, caplog: pytest.LogCaptureFixture
) -> None:
    app = build_app()
    subscribe(app, business)
    FeedChores(app, lambda _: {"fault": "cut", "detail": ""}).run_due()
    (feed,) = listed(app, business)
    assert (feed["fault"], feed["faults"], feed["good_at"]) == ("cut", 1, None)
    assert "A feed was not read: cut" in caplog.text


def test_without_a_key_what_is_there_already_has_a_fault(build_app: BuildApp, business: Business) -> None:
    app = build_app()
    subscribe(app, business)
    FeedChores(build_app(calendar_key=None)).run_due()  # the real child process
    assert [feed["fault"] for feed in listed(app, business)] == ["no_key"]


def test_a_feed_whose_reader_could_not_keep_it_is_read_again(
    build_app: BuildApp, business: Business, caplog: pytest.LogCaptureFixture, stack: LocalStack
) -> None:
    app = build_app()
    subscribe(app, business)
    nonsense = READ | {"events": [{"first_day": "never", "last_day": "never"}]}
    FeedChores(app, lambda _: nonsense).run_due()
    assert "Could not keep a feed" in caplog.text
    assert [feed["read_at"] for feed in listed(app, business)] == [None]
    with psycopg.connect(stack.dsn) as connection:
        connection.execute("update aurora_proactive_feeds set reading_until = now()")
    assert FeedChores(app, lambda _: READ).run_due() == 1


def test_no_worker_and_no_scheduler_imports_what_the_child_does() -> None:
    code = (
        "import json, sys, proactive.processes.worker, proactive.processes.scheduler\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(json.loads(done.stdout))
    assert "proactive.feeds.process" in loaded
    heavy = {"icalendar", "recurring_ical_events", "x_wr_timezone", "cryptography.fernet"}
    assert not loaded & (heavy | {f"proactive.feeds.{name}" for name in ("vault", "fetch", "child", "reading")})
