"""What the child process answers, and that it is limited: real processes where it ends by force."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from proactive.feeds.address import feed_address
from proactive.feeds.child import answer
from proactive.feeds.fetch import Fetcher
from proactive.feeds.limits import MEMORY
from proactive.feeds.process import read_in_child
from proactive.feeds.vault import Vault, key_id
from tests.feeds.sites import HOST, PUBLIC, Site, answered, serving_site

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
FOLGA = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Folga\nDTSTART;VALUE=DATE:20260604\nEND:VEVENT\nEND:VCALENDAR\n"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving_site(tmp_path_factory.mktemp("site")) as site:
        yield site


def question(target: str = "/a.ics", keys: tuple[str, ...] = (NEW,), **fields: Any) -> dict[str, Any]:
    sealed = Vault([OLD if OLD in keys else NEW]).seal(feed_address(f"https://{HOST}{target}"))
    usual = {"etag": None, "last_modified": None, "purpose": "closures", "zone": "America/Sao_Paulo"}
    sealed_as = {"address": sealed.address, "address_key": sealed.address_key}
    return usual | sealed_as | {"keys": list(keys), "now": NOW.isoformat()} | fields


def told(site: Site, asked: dict[str, Any]) -> dict[str, Any]:
    return answer(asked, Fetcher(lambda *_: [PUBLIC], lambda _: f"127.0.0.1:{site.port}", site.certificate))


def test_what_was_read_is_answered_with_its_validators(site: Site) -> None:
    site.answers["/a.ics"] = answered(200, FOLGA, ETag='"1"')
    assert told(site, question()) == {
        "events": [{"first_day": "2026-06-04", "last_day": "2026-06-04", "title": "Folga"}],
        "refused": [], "ignored": [], "etag": '"1"', "last_modified": None,
    }  # fmt: skip
    site.answers["/a.ics"] = answered(304)
    assert told(site, question(etag='"1"')) == {"same": True}


def test_an_address_of_an_older_key_is_sealed_anew_whatever_comes_of_it(site: Site) -> None:
    for status in (200, 500):
        site.answers["/old.ics"] = answered(status, FOLGA)
        found = told(site, question("/old.ics", keys=(NEW, OLD)))
        assert found["sealed"]["address_key"] == key_id(NEW)
        assert Vault([NEW]).open(found["sealed"]["address"]).target == "/old.ics"


def test_faults_are_answered_by_their_codes(site: Site) -> None:
    site.answers["/gone.ics"] = answered(404)
    assert told(site, question("/gone.ics")) == {"fault": "not_found", "detail": "status 404"}
    site.answers["/page"] = answered(200, b"<html>")
    assert told(site, question("/page"))["fault"] == "not_a_calendar"
    assert told(site, question(keys=())) == {"fault": "no_key"}
    another = Fernet.generate_key().decode()
    assert told(site, question() | {"keys": [another]}) == {"fault": "address_unreadable"}


def test_a_child_of_its_own_asks_nobody_who_is_not_public() -> None:
    # it is the real process: its address leads to a name that nobody has
    sealed = Vault([NEW]).seal(feed_address("https://calendar.invalid/private-123.ics"))
    asked = question(address=sealed.address, address_key=sealed.address_key)
    found = read_in_child(asked)
    # without a network nobody may answer in time
    assert found["fault"] in ("not_found_host", "too_slow")
    assert "private-123" not in json.dumps(found)


def test_what_a_child_is_asked_wrongly_is_a_fault_without_its_words() -> None:
    found = read_in_child({"keys": [NEW], "address": "private-123"})
    assert (found["fault"], "private" in json.dumps(found)) == ("address_unreadable", False)
    assert read_in_child({})["fault"] == "failed"


def test_a_process_that_is_limited_gets_no_more_memory() -> None:
    code = "from proactive.feeds.limits import limit_process\nlimit_process()\nbytes(600_000_000)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1 and "MemoryError" in done.stderr


def test_a_process_of_its_own_has_its_limits() -> None:
    code = (
        "from proactive.feeds.limits import limit_process; import resource, os; limit_process();"
        "print([resource.getrlimit(k) for k in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_CORE)],"
        " os.nice(0))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.startswith(f"[({MEMORY}, {MEMORY}), (20, 20), (0, 0)]")
    assert int(done.stdout.split()[-1]) >= 10
