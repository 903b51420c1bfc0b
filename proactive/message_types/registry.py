"""The registry of message types: one line a type, with its schedule, its job and the data it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel

from proactive.errors import InvalidInput
from proactive.model.occurrence import Audience, MessageType


class NoData(BaseModel):
    """A type that takes no parameters. Base of those that do: camelCase or snake_case, nothing unknown."""

    model_config = ConfigDict(
        extra="forbid", alias_generator=to_camel, populate_by_name=True, str_strip_whitespace=True
    )


class InactiveClientsData(NoData):
    """`days` without contact after which a client counts as inactive."""

    days: Annotated[int, Field(ge=1, le=3650)] = 30


class CustomCampaignData(NoData):
    """A campaign: its type in the owner's words, whom it addresses, and the text that clients would receive."""

    campaign_type: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    target_audience: Audience
    message: Annotated[str, StringConstraints(min_length=1, max_length=1500)] | None = None


DataModel = type[NoData]


@dataclass(frozen=True, slots=True)
class MessageKind:
    """A message type. `cron` is in each organisation's local time, None where only people start it."""

    type: MessageType
    cron: str | None
    data: DataModel = NoData

    @property
    def job(self) -> str:
        """The dotted name of its job, as RQ and rq-dashboard show it."""
        return f"proactive.jobs.{self.type}.run"


KINDS: Mapping[MessageType, MessageKind] = {
    kind.type: kind
    for kind in (
        MessageKind(MessageType.BIRTHDAYS, "0 9 * * *"),
        MessageKind(MessageType.INACTIVE_CLIENTS, "0 10 * * 1", InactiveClientsData),
        MessageKind(MessageType.OPPORTUNITIES, "0 15 * * 2,4"),
        MessageKind(MessageType.LOW_OCCUPANCY, "0 17 * * *"),
        MessageKind(MessageType.DAILY_SUMMARY, "0 18 * * *"),
        MessageKind(MessageType.CUSTOM_CAMPAIGN, None, CustomCampaignData),
    )
}


def find_kind(name: str) -> MessageKind:
    """The message type of that name (`daily_summary`, or as the product's queue has it `daily-summary`).

    Raises:
        InvalidInput: there is no such type.
    """
    try:
        return KINDS[MessageType(name.replace("-", "_"))]
    except ValueError:
        raise InvalidInput(f"unknown message type: use one of {', '.join(KINDS)}") from None


def check_data(kind: MessageKind, data: Mapping[str, Any]) -> dict[str, Any]:
    """Validate a type's data; answer it complete, JSON-ready, in snake_case.

    Raises:
        InvalidInput: says which field is wrong and what it should be; the values are not repeated.
    """
    try:
        return kind.data.model_validate(dict(data)).model_dump(mode="json")
    except ValidationError as error:
        problems = [
            f"{'.'.join(str(part) for part in problem['loc']) or 'data'}: {problem['msg']}"
            for problem in error.errors(include_input=False, include_url=False)
        ]
        raise InvalidInput(f"the data of {kind.type} is not usable: {'; '.join(problems)}") from None
