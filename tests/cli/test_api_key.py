"""scripts/api_key.py: a key that is shown once, and its entry."""

from __future__ import annotations

import pytest

from proactive.web.auth.keys import parse_keys
from tests.cli.conftest import Run, refused


@pytest.mark.parametrize("name", [None, "frontend"])
def test_the_entry_is_one_that_the_settings_take_and_does_not_hold_the_key(run: Run, name: str | None) -> None:
    ended = run("api_key", *(("--name", name) if name else ()))
    assert (ended.status, ended.err) == (0, "")
    lines = dict(line.split(maxsplit=1) for line in ended.out.splitlines())
    (stored,) = parse_keys(lines["API_KEYS"])
    assert stored.name == name or name is None
    assert lines["key"] not in lines["API_KEYS"]


@pytest.mark.parametrize("name", ["", "a b", "a:b", "ação", "x" * 41])
def test_a_name_that_an_entry_cannot_hold_is_refused(run: Run, name: str) -> None:
    refused(run("api_key", "--name", name), "--name should be letters")
