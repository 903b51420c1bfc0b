"""A cursor comes back as it went out; whatever else is sent is refused."""

from __future__ import annotations

import base64
import datetime as dt
from uuid import UUID

import pytest

from proactive.web.api.cursors import cursor_of, moment_cursor, place_cursor
from proactive.web.problems import Problem

ID = UUID(int=7)


def test_a_cursor_comes_back() -> None:
    at = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)
    assert moment_cursor(cursor_of(at.isoformat(), ID)) == (at, ID)
    assert moment_cursor(cursor_of("2026-11-26 09:00:00-03:00", str(ID))) == (at, ID)
    assert place_cursor(cursor_of(12, ID)) == (12, ID)
    assert moment_cursor(None) is None and place_cursor(None) is None


def _odd(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "é", "====", "a" * 200, _odd("x"), _odd(f"x {ID}"), _odd("12 x"), _odd(f"-1 {ID}"), _odd(f"٣ {ID}"),
     _odd(f"{2**31} {ID}"), _odd(f"{'9' * 60} {ID}"), _odd(f"2026-11-26 {ID}"), _odd(f"0001-01-01T00:00:00+14:00 {ID}"),
     _odd("é"), _odd(f" {ID}")],
)  # fmt: skip
def test_another_one_is_refused(cursor: str) -> None:
    for read in (moment_cursor, place_cursor):
        with pytest.raises(Problem) as caught:
            read(cursor)
        assert caught.value.status_code == 422
