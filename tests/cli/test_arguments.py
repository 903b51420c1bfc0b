"""What is given on the command line: how a moment and an id are read."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from proactive.cli import arguments
from proactive.errors import InvalidInput

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
NOW = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)  # still the 23rd in São Paulo


@pytest.mark.parametrize(
    ("given", "moment"),
    [
        ("18:00", "2026-11-23T18:00:00-03:00"),
        ("2026-11-24T09:00", "2026-11-24T09:00:00-03:00"),
        ("2026-11-24T09:00Z", "2026-11-24T09:00:00+00:00"),
        ("2026-11-24T09:00-04:00", "2026-11-24T09:00:00-04:00"),
        ("2026-11-24", "2026-11-24T00:00:00-03:00"),
    ],
)
def test_a_moment_without_an_offset_is_the_organisations_and_a_time_alone_is_today_there(
    given: str, moment: str
) -> None:
    assert arguments.moment(given, SAO_PAULO, NOW).isoformat() == moment


@pytest.mark.parametrize(
    "given",
    [
        "",
        " ",
        "25:00",
        "tomorrow",
        "2026-13-01T00:00",
        "18h00",
        "18Z",
        "9:00",
        "-1:00",
        "2026-02-30T10:00",
        "10000-01-01",
        "+2026-01-01",
        "2026-11-23T18:00+99:00",
        "1e3",
        "9" * 5000,
        "2026-11-23T18:00 UTC",
        "\u0661\u0668:00",
        "00:60",
    ],
)
def test_what_is_no_moment_is_refused_with_an_example(given: str) -> None:
    with pytest.raises(InvalidInput, match="--at should look like"):
        arguments.moment(given, SAO_PAULO, NOW)


@pytest.mark.parametrize(
    "given",
    [
        "9999-12-31T23:59",
        "9999-12-31T23:59-23:59",
        "0001-01-01T00:00",
        "0001-01-01T00:00+23:59",
        "1969-12-31",
        "2100-01-01",
        "9999-12-31T23:59Z",
        "0001-01-01T00:00Z",
    ],
)
@pytest.mark.parametrize("zone", ["America/Sao_Paulo", "Pacific/Kiritimati", "Etc/GMT+12"])
def test_a_moment_in_a_year_that_nobody_means_is_refused(given: str, zone: str) -> None:
    with pytest.raises(InvalidInput, match=r"--at is not usable\. The year should be between 1970 and 2099"):
        arguments.moment(given, ZoneInfo(zone), NOW)


def test_an_id_that_is_none_is_named_and_not_repeated() -> None:
    with pytest.raises(InvalidInput, match="--owner is not an id") as refusal:
        arguments.uuid_argument("--owner", "11999998888")
    assert "99999" not in str(refusal.value)


@pytest.mark.parametrize(
    ("given", "moment"),
    [
        ("24h", "2026-11-23T01:30:00+00:00"), ("7d", "2026-11-17T01:30:00+00:00"),
        ("2026-11-20T09:00", "2026-11-20T09:00:00+00:00"), ("2026-11-20T09:00-03:00", "2026-11-20T12:00:00+00:00"),
    ],
)  # fmt: skip
def test_since_is_a_while_ago_or_a_moment(given: str, moment: str) -> None:
    assert arguments.since(given, NOW).isoformat() == moment


@pytest.mark.parametrize("given", ["", "x", "7", "7w", "-1d", "99999d", "1969-01-01", "9" * 50 + "d", "\u0667d"])
def test_what_is_no_moment_to_begin_at_is_refused(given: str) -> None:
    with pytest.raises(InvalidInput, match="--since should look like 24h"):
        arguments.since(given, NOW)
