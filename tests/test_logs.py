"""What a log line holds: our fields, and never what a job carries."""

from __future__ import annotations

import ast
import datetime as dt
import io
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from proactive.logs import FIELDS, set_up_logs
from proactive.monitoring.alert_channels import LogChannel, WebhookChannel
from proactive.monitoring.alerts import Notice

PHONE = "5511999998888"
LogOf = Callable[[], list[dict[str, Any]]]
PACKAGE = Path(__file__).parents[1] / "proactive"
NOTICE = Notice("failure_rate", "raised", 0.25, 0.1, dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC), "taxa de falha")


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


def test_an_alert_is_printed_with_its_figures(lines: LogOf) -> None:
    LogChannel().notify(NOTICE)
    (line,) = lines()
    assert line["level"] == "ERROR"
    assert (line["action"], line["alert"], line["value"], line["threshold"]) == (
        "alert_raised", "failure_rate", 0.25, 0.1,
    )  # fmt: skip


def test_an_alert_that_could_not_be_told_is_printed_with_its_channel(lines: LogOf) -> None:
    assert WebhookChannel("http://127.0.0.1:9/secret").notify(NOTICE) is False
    (line,) = lines()
    assert (line["action"], line["channel"], line["reason"]) == ("alert_untold", "webhook", "NeverLeft")


def test_every_field_that_the_package_logs_is_printed() -> None:
    logged = {module: extras_of(module.read_text()) for module in PACKAGE.rglob("*.py")}
    unprinted = {str(module): keys - set(FIELDS) for module, keys in logged.items() if keys - set(FIELDS)}
    assert unprinted == {}
    assert set().union(*logged.values()) == set(FIELDS)


@pytest.mark.parametrize(
    ("code", "keys"),
    [
        ("logger.info('x', extra={'action': 1} | {'alert': 2})", {"action", "alert"}),
        ("extra = {'type': 1}\nextra |= {'reason': 2}\nlogger.error('x', extra=extra | {'jobId': 3})",
         {"type", "reason", "jobId"}),
        ("def _extra(row):\n    return {'messageId': {'of': row}}\nlogger.info('x', extra=_extra(row))", {"messageId"}),
        ("model = dict(extra='forbid', other={'x': 1})", set()),
    ],
)  # fmt: skip
def test_fields_are_found_wherever_a_module_puts_them_together(code: str, keys: set[str]) -> None:
    assert extras_of(code) == keys


def test_fields_that_cannot_be_read_from_the_code_are_refused() -> None:
    with pytest.raises(AssertionError, match="fields"):
        extras_of("logger.info('x', extra=fields)")


def extras_of(code: str) -> set[str]:
    """The names of the fields that a module's logger calls hand over as `extra`."""
    tree = ast.parse(code)
    calls = [
        (keyword.value, node.func.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        for keyword in node.keywords
        if keyword.arg == "extra"
    ]
    return {key for value, of in calls if ast.unparse(of) == "logger" for key in _keys(value, tree)}


def _keys(value: ast.expr, tree: ast.Module) -> set[str]:
    match value:
        case ast.Dict(keys=keys):
            return {ast.literal_eval(key) for key in keys if key is not None}
        case ast.BinOp(left=left, right=right):
            return _keys(left, tree) | _keys(right, tree)
        case ast.Call(func=made):
            return _keys(made, tree)
    name = ast.unparse(value).removeprefix("self.")
    found = list(_values_of(name, tree))
    assert found, f"the fields in {name} cannot be read from the code"
    return {key for one in found for key in _keys(one, tree)}


def _values_of(name: str, tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=assigned)], value=value) if assigned == name:
                yield value
            case ast.AugAssign(target=ast.Name(id=assigned), value=value) if assigned == name:
                yield value
            case ast.FunctionDef(name=defined) if defined == name:
                yield from (one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value)
