"""The bodies that request a message or its preview: one model a message type, made from the registry.

The models are made at import, unlike everything else that is built: they are declarations, as a class statement is,
and FastAPI reads them from the signatures of the endpoints when their module is imported.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Discriminator, Field, StringConstraints, create_model
from pydantic.alias_generators import to_pascal

from proactive.message_types.base import MessageType
from proactive.message_types.registry import BY_HAND, check_data
from proactive.web.api.recipients import RecipientFields
from proactive.web.api.request_model import Moment, RequestModel

_CampaignId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class MessageRequest(RecipientFields):
    """Base of the models: `type` and `data` are each type's own."""

    # the members have the literal value here
    type: str
    data: Any

    @property
    def message_type(self) -> MessageType:
        """The message type that is requested."""
        return BY_HAND[self.type]

    def checked_data(self) -> dict[str, Any]:
        """The data, complete and in snake_case, as a job carries them."""
        return check_data(self.message_type, self.data.model_dump(mode="json"))

    def chosen_key(self) -> str | None:
        """The campaign's id that the client chose; None where it chose none, or it is no campaign."""
        return getattr(self, "campaign_id", None)


class _Campaign(MessageRequest):
    campaign_id: Annotated[_CampaignId | None, Field(description="The same again is the same campaign.")] = None


class _PreviewFields(RecipientFields):
    at: Annotated[Moment | None, Field(description="As of this instant, past or future; without it, now.")] = None


def _model(type_: MessageType, suffix: str, *bases: type[RequestModel]) -> Any:
    data = (type_.data, ... if type_.needs_data else Field(default_factory=type_.data))
    fields: dict[str, Any] = {"type": (Literal[type_.name], ...), "data": data}
    return create_model(f"{to_pascal(type_.name)}{suffix}", __base__=bases, **fields)


def _base(type_: MessageType) -> type[MessageRequest]:
    return MessageRequest if type_.once_a_day else _Campaign


if TYPE_CHECKING:
    AnyMessageRequest = MessageRequest

    class AnyPreviewRequest(_PreviewFields, MessageRequest):
        """What the members of the union have in common."""
else:
    AnyMessageRequest = Annotated[
        reduce(or_, [_model(type_, "Request", _base(type_)) for type_ in BY_HAND.values()]), Discriminator("type")
    ]
    AnyPreviewRequest = Annotated[
        reduce(or_, [_model(type_, "Preview", _PreviewFields, MessageRequest) for type_ in BY_HAND.values()]),
        Discriminator("type"),
    ]
