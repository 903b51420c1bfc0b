"""A task is the same on both sides of the queue, and what is no task is refused there."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from proactive.model.recipient import Recipient
from proactive.model.task import Task

JSON: dict[str, Any] = {
    "type": "daily_summary",
    "organization_id": str(UUID(int=1)),
    "owner_number_id": str(UUID(int=2)),
    "key": "2026-11-23",
    "scheduled_for": "2026-11-23T21:00:00Z",
    "timezone": "America/Sao_Paulo",
}


def test_the_field_says_what_kind_of_recipient_it_is() -> None:
    assert Task.model_validate(JSON).recipient == Recipient.owner(UUID(int=2))
    client = {name: value for name, value in JSON.items() if name != "owner_number_id"} | {"client_id": JSON["key"]}
    with pytest.raises(ValidationError):
        Task.model_validate(client)
    client["client_id"] = str(UUID(int=2))
    assert Task.model_validate(client).recipient == Recipient.client(UUID(int=2))


@pytest.mark.parametrize(
    "changes",
    [
        {"owner_number_id": None},
        {"owner_number_id": "Ana"},
        {"scheduled_for": "2026-11-23T21:00:00"},
        {"organization_id": ""},
        {"phone": "11999998888"},
    ],
)
def test_what_is_no_task_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Task.model_validate(JSON | changes)


def test_a_task_without_a_recipient_is_none() -> None:
    with pytest.raises(ValidationError):
        Task.model_validate({name: value for name, value in JSON.items() if name != "owner_number_id"})


@given(
    kind=st.sampled_from(["owner", "client"]),
    key=st.text(max_size=40),
    due=st.datetimes(timezones=st.just(dt.UTC)),
    by_hand=st.booleans(),
    data=st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5) | st.none(), max_size=3),
)
def test_a_task_that_was_json_is_the_same_task(
    kind: str, key: str, due: dt.datetime, by_hand: bool, data: dict[str, Any]
) -> None:
    recipient = Recipient.owner(UUID(int=2)) if kind == "owner" else Recipient.client(UUID(int=2))
    task = Task(
        type="daily_summary", organization_id=UUID(int=1), recipient=recipient, key=key, scheduled_for=due,
        timezone="America/Sao_Paulo", data=data, by_hand=by_hand,
    )  # fmt: skip
    again = Task.model_validate(task.model_dump(mode="json", exclude_defaults=True))
    assert again == task
    assert again.occurrence.id == task.occurrence.id
