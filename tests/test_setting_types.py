"""Values of settings that would fail only in use are refused at start, and what a paste leaves around one is not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from proactive.setting_types import BaseUrl, Key, MinuteOfDay, without_surrounding_space


def taken(type_: Any, value: str) -> Any:
    return TypeAdapter(type_).validate_python(value)


def why_not(type_: Any, value: str) -> str:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(type_).validate_python(value)
    return str(refused.value.errors(include_input=False)[0]["msg"])


@pytest.mark.parametrize(
    "value", ["chav\u00e9", "a b", "a\nb", "a\x00", "\u200ba", "\u201ca\u201d", "a\tb", "\x7f", "\u00a0", "\udcff", ""]
)
def test_a_key_that_no_header_takes_is_refused(value: str) -> None:
    assert why_not(Key, value)


@pytest.mark.parametrize("value", ['"eyJhbGciOi"', "'secret'", '"'])
def test_a_key_with_its_quotes_is_refused(value: str) -> None:
    assert "quotes" in why_not(Key, value)


@pytest.mark.parametrize("value", ["eyJhbGciOiJIUzI1NiJ9.e30.x-_", "sb_secret_1", "k", "a,b=", "!#$%&'*+"])
def test_a_key_is_taken_as_it_is(value: str) -> None:
    assert taken(Key, value).get_secret_value() == value


@pytest.mark.parametrize(
    "value",
    [
        "http://h?x=1",
        "http://h/p#f",
        "http://h:0",
        "http://h:99999",
        "http://",
        "//h",
        "h:8080",
        "ftp://h",
        "http://[::1",
    ],
)
def test_an_address_to_which_no_path_can_be_added_is_refused(value: str) -> None:
    assert why_not(BaseUrl, value)


@pytest.mark.parametrize("value", ["http://h", "https://h:1/evolution/", "http://[::1]:8080", "http://u:p@h"])
def test_an_address_is_taken(value: str) -> None:
    assert str(taken(BaseUrl, value)).rstrip("/") == value.rstrip("/")


@pytest.mark.parametrize(
    "value",
    ["24:00", "21:00:30", "21:00Z", "21:00-03:00", "21h", "21", "1e3", "-1:00", "28800", "\u0662\u0661:00", "nan"],
)
def test_what_is_no_minute_of_a_day_is_refused(value: str) -> None:
    assert "time of day" in why_not(MinuteOfDay, value)


@pytest.mark.parametrize(
    ("value", "time"), [("00:00", dt.time()), ("8:30", dt.time(8, 30)), ("23:59", dt.time(23, 59))]
)
def test_a_minute_of_a_day_is_taken(value: str, time: dt.time) -> None:
    assert taken(MinuteOfDay, value) == time


def test_what_a_paste_leaves_around_a_value_is_taken_off() -> None:
    assert without_surrounding_space({"a": " x\r\n", "b": "\ufeffy z", "c": " \t", "d": 5}) == {
        "a": "x",
        "b": "y z",
        "d": 5,
    }
    assert without_surrounding_space(5) == 5
