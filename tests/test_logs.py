"""What a log line holds: our fields, and never what a job carries."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from proactive.logs import FIELDS, set_up_logs

PHONE = "5511999998888"
LogOf = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[LogOf]:
    """Logs set up as in a process; answers what reached standard output, line by line."""
    output = io.StringIO()
    monkeypatch.setattr("sys.stdout", output)
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    set_up_logs("INFO")
    yield lambda: [json.loads(line) for line in output.getvalue().splitlines()]
    root.handlers, root.level = handlers, level


def test_a_line_is_json_with_our_fields_where_they_are_given(lines: LogOf) -> None:
    extra = {name: f"a {name}" for name in FIELDS}
    logging.getLogger("proactive.jobs").info("Mensagem às %s", "18h", extra=extra)
    (line,) = lines()
    assert list(line) == ["timestamp", "level", "logger", "message", *FIELDS]
    assert line["message"] == "Mensagem às 18h"
    assert (line["level"], line["logger"], line["jobId"]) == ("INFO", "proactive.jobs", "a jobId")
    assert line["timestamp"].endswith("+00:00")


def test_a_field_that_is_not_given_is_left_out(lines: LogOf) -> None:
    logging.getLogger("proactive").warning("x", extra={"jobId": None, "action": "sent"})
    (line,) = lines()
    assert set(line) == {"timestamp", "level", "logger", "message", "action"}


def test_what_a_library_attaches_never_reaches_the_log(lines: LogOf) -> None:
    attached = {"arguments": PHONE, "kwargs": {"phone": PHONE}, "job_kwargs": PHONE, "data": [PHONE], "url": PHONE}
    logging.getLogger("some.library").error("failed", extra=attached)
    (line,) = lines()
    assert set(line) == {"timestamp", "level", "logger", "message"}


def test_an_exception_is_told_on_one_line_without_its_variables(lines: LogOf) -> None:
    def fail() -> None:
        phone = f"secret {PHONE}"
        raise ValueError("nothing of it") if phone else KeyError

    try:
        fail()
    except ValueError:
        logging.getLogger("proactive").exception("It failed")
    (line,) = lines()
    assert "ValueError: nothing of it" in line["exc_info"]
    assert PHONE not in json.dumps(line)


def test_a_message_of_many_lines_is_one_line(lines: LogOf) -> None:
    logging.getLogger("proactive").info("um\ndois")
    assert [line["message"] for line in lines()] == ["um\ndois"]


def test_setting_up_twice_says_everything_once(lines: LogOf, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("INFO")
    set_up_logs("INFO")
    logging.getLogger("proactive").info("once")
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert lines() == []


def test_clients_of_http_do_not_log_their_requests(lines: LogOf) -> None:
    for name in ("httpx", "httpcore", "urllib3"):
        logging.getLogger(name).info("GET https://example.com/rest/v1/contacts?phone=eq.%s", PHONE)
    assert lines() == []
