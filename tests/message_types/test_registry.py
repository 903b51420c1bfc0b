"""The registry of message types: the product's own schedule, and data checked where it enters."""

from __future__ import annotations

from typing import Any

import pytest

from proactive.errors import InvalidInput
from proactive.message_types.registry import BY_HAND, MESSAGE_TYPES, check_data, find_message_type

CAMPAIGN = {"campaignType": "promocional", "targetAudience": "vip", "message": "Só hoje"}


def test_the_crons_are_the_products_own() -> None:
    assert {type_.name: type_.cron for type_ in BY_HAND.values()} == {
        "birthdays": "0 9 * * *",
        "inactive_clients": "0 10 * * 1",
        "opportunities": "0 15 * * 2,4",
        "low_occupancy": "0 17 * * *",
        "daily_summary": "0 18 * * *",
        "custom_campaign": None,
    }


def test_every_type_is_found_by_its_name_and_by_the_products_queue_name() -> None:
    for type_ in BY_HAND:
        assert find_message_type(type_) is MESSAGE_TYPES[type_]
        assert find_message_type(type_.replace("_", "-")) is MESSAGE_TYPES[type_]


@pytest.mark.parametrize(
    "name",
    ["", "campaign_message", "campaign-answer", "weekly_summary", "DAILY_SUMMARY", "daily summary", "../daily_summary"],
)
def test_an_unknown_type_is_refused_with_the_types_that_there_are(name: str) -> None:
    with pytest.raises(InvalidInput, match=r"use one of birthdays, custom_campaign, .*opportunities$"):
        find_message_type(name)


def test_what_happens_by_itself_has_no_cron_and_nobody_asks_for_it() -> None:
    others = [type_ for name, type_ in MESSAGE_TYPES.items() if name not in BY_HAND]
    assert [type_.name for type_ in others] == [
        "campaign_answer",
        "campaign_message",
        "campaign_report",
        "choice_answer",
        "client_answer",
    ]
    assert not any(type_.cron or type_.asked_for_by_hand for type_ in others)


def test_the_products_camel_case_and_our_snake_case_mean_the_same() -> None:
    campaign = MESSAGE_TYPES["custom_campaign"]
    snake = {"campaign_type": "promocional", "target_audience": "vip", "message": "Só hoje"}
    assert check_data(campaign, CAMPAIGN) == check_data(campaign, snake) == snake


def test_data_comes_back_complete_and_ready_for_json() -> None:
    assert check_data(MESSAGE_TYPES["inactive_clients"], {}) == {"days": 30}
    assert check_data(MESSAGE_TYPES["daily_summary"], {}) == {}
    without_message = check_data(MESSAGE_TYPES["custom_campaign"], {k: CAMPAIGN[k] for k in list(CAMPAIGN)[:2]})
    assert without_message["message"] is None
    assert type(without_message["target_audience"]) is str


def test_blanks_around_words_are_not_kept_and_a_campaign_of_blanks_is_none() -> None:
    campaign = MESSAGE_TYPES["custom_campaign"]
    assert check_data(campaign, CAMPAIGN | {"campaignType": " natal "})["campaign_type"] == "natal"
    with pytest.raises(InvalidInput, match="campaignType"):
        check_data(campaign, CAMPAIGN | {"campaignType": "   "})


@pytest.mark.parametrize("days", [1, 30, 3650])
def test_days_of_inactivity_are_one_to_ten_years(days: int) -> None:
    assert check_data(MESSAGE_TYPES["inactive_clients"], {"days": days}) == {"days": days}


@pytest.mark.parametrize(
    ("type_", "data", "named"),
    [
        ("inactive_clients", {"days": 0}, "days"),
        ("inactive_clients", {"days": 3651}, "days"),
        ("inactive_clients", {"days": 2.5}, "days"),
        ("inactive_clients", {"days": None}, "days"),
        ("inactive_clients", {"dias": 30}, "dias"),
        ("daily_summary", {"days": 30}, "days"),
        ("custom_campaign", {}, "campaignType.*targetAudience"),
        ("custom_campaign", CAMPAIGN | {"targetAudience": "todos"}, "targetAudience.*'inactive', 'vip' or 'all'"),
        ("custom_campaign", CAMPAIGN | {"message": ""}, "message"),
        ("custom_campaign", CAMPAIGN | {"message": "a" * 1501}, "message.*1500"),
        ("custom_campaign", CAMPAIGN | {"campaignType": "a" * 81}, "campaignType.*80"),
        ("custom_campaign", CAMPAIGN | {"audience": "vip"}, "audience"),
    ],
)
def test_data_that_is_not_usable_is_refused_by_the_name_of_its_field(
    type_: str, data: dict[str, Any], named: str
) -> None:
    with pytest.raises(InvalidInput, match=rf"the data of {type_} is not usable: .*{named}"):
        check_data(find_message_type(type_), data)


def test_a_refusal_does_not_repeat_what_was_given() -> None:
    secret = "11999998888 " * 200
    with pytest.raises(InvalidInput) as refusal:
        check_data(MESSAGE_TYPES["custom_campaign"], CAMPAIGN | {"message": secret, "targetAudience": "1199999"})
    assert "99999" not in str(refusal.value)
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__
