"""What the scripts share: what a mistake costs, how a moment and an id are read."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import redis

from proactive.cli import arguments
from proactive.errors import InvalidInput, SupabaseError

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
NOW = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)  # still the 23rd in São Paulo


def raising(error: BaseException) -> Callable[[], int]:
    def main() -> int:
        raise error

    return main


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (InvalidInput("say what"), 2, "say what\n"),
        (SupabaseError("Supabase is away"), 1, "Supabase is away\n"),
        (redis.TimeoutError("at redis://secret"), 1, "Redis could not be used (TimeoutError): check REDIS_URL.\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_a_failure_is_one_sentence_and_a_status(
    capsys: pytest.CaptureFixture[str], error: BaseException, status: int, sentence: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        arguments.run(raising(error))
    assert ended.value.code == status
    assert capsys.readouterr() == ("", sentence)


def test_what_is_a_mistake_of_ours_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError):
        arguments.run(raising(ZeroDivisionError()))


@pytest.mark.parametrize(("answer", "status"), [(0, 0), (None, 0), (3, 3)])
def test_a_script_that_ends_well_says_so_by_its_status(answer: int | None, status: int) -> None:
    with pytest.raises(SystemExit) as ended:
        arguments.run(lambda: answer)
    assert ended.value.code == status


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


def parsed(*given: str) -> argparse.Namespace:
    parser = arguments.parser("Does something.", "  python scripts/it.py")
    arguments.add_message_arguments(parser, at="when")
    return parser.parse_args(["custom_campaign", *given])


@pytest.mark.parametrize(
    ("given", "data"),
    [
        ((), {}),
        (("--data", '{"campaignType": "natal"}'), {"campaignType": "natal"}),
        (("--campaign-type", "natal"), {"campaignType": "natal"}),
        (("--data", '{"campaignType": "x", "days": 3}', "--campaign-type", "y"), {"campaignType": "y", "days": 3}),
        (("--data", '{"campaign_type": "x"}', "--campaign-type", "y"), {"campaignType": "y"}),
    ],
)
def test_an_option_of_its_own_wins_over_the_same_in_the_json(given: tuple[str, ...], data: dict[str, Any]) -> None:
    assert arguments.given_data(parsed(*given)) == data


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("{", "line 1, column 2"),
        ("[]", "JSON object"),
        ("7", "JSON object"),
        ("null", "JSON object"),
        ('"x"', "JSON object"),
        ("", "line 1, column 1"),
        (" ", "not JSON"),
        ("{'days': 45}", "column 2"),
        ('{"days": 4} x', "column 13"),
        ("[" * 20_000 + "]" * 20_000, "nested too deeply"),
        ('{"a":' * 5_000 + "1" + "}" * 5_000, "nested too deeply"),
        ('{"days": ' + "9" * 5_000 + "}", "a number that is none"),
        ('{"days": NaN}', "a number that is none"),
        ('{"days": -Infinity}', "a number that is none"),
        ("Infinity", "a number that is none"),
        ("\ufeff{}", "not JSON"),
    ],
)
def test_data_that_are_no_object_are_refused(given: str, named: str) -> None:
    with pytest.raises(InvalidInput, match=named):
        arguments.given_data(parsed("--data", given))


def test_a_number_in_a_table_stays_as_it_is_written() -> None:
    shown = arguments.table(("id", "name"), [("007", None), ("1e5", "Ana")])
    assert shown.split() == ["id", "name", "007", "None", "1e5", "Ana"]
