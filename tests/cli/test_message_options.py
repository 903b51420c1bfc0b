"""The options that name a message, and what its data are made of."""

from __future__ import annotations

from typing import Any

import click
import pytest

from proactive.cli.message_options import MessageOptions, complete_type, given_data, message_options
from proactive.errors import InvalidInput


def parsed(*given: str) -> MessageOptions:
    seen: list[MessageOptions] = []

    @click.command()
    @message_options("when")
    def command(options: MessageOptions) -> None:
        seen.append(options)

    command.main(["custom_campaign", *given], standalone_mode=False)
    return seen[0]


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
    assert given_data(parsed(*given)) == data


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
        given_data(parsed("--data", given))


def test_types_are_completed_with_their_labels() -> None:
    found = complete_type(click.Context(click.Command("x")), click.Argument(["type"]), "d")
    assert [(item.value, item.help) for item in found] == [("daily_summary", "Resumo do dia")]
