"""The body that asks for a message: one model a message type, made from the catalog."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Discriminator, Field, StringConstraints, create_model
from pydantic.alias_generators import to_pascal

from proactive.api.addressing import Addressed
from proactive.api.shapes import Asked, Moment
from proactive.catalog import KINDS, Kind, check_data
from proactive.messages import MessageType

_CampaignId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class Wanted(Addressed):
    """Base of the models: `type` and `data` are each type's own."""

    # the members have the literal value here
    type: str
    data: Any

    @property
    def kind(self) -> MessageType:
        """The message type."""
        return MessageType(self.type)

    def checked_data(self) -> dict[str, Any]:
        """The data, complete and in snake_case, as a job carries them."""
        return check_data(KINDS[self.kind], self.data.model_dump(mode="json"))

    def chosen_key(self) -> str | None:
        """The campaign's id that the client chose; None where it chose none, or it is no campaign."""
        return getattr(self, "campaign_id", None)


class _Campaign(Wanted):
    campaign_id: Annotated[_CampaignId | None, Field(description="The same again is the same campaign.")] = None


class _Previewed(Addressed):
    at: Annotated[Moment | None, Field(description="As of this instant, past or future; without it, now.")] = None


def _model(kind: Kind, suffix: str, *bases: type[Asked]) -> Any:
    needed = any(field.is_required() for field in kind.data.model_fields.values())
    data = (kind.data, ... if needed else Field(default_factory=kind.data))
    fields: dict[str, Any] = {"type": (Literal[kind.type.value], ...), "data": data}
    return create_model(f"{to_pascal(kind.type)}{suffix}", __base__=bases, **fields)


def _base(kind: Kind) -> type[Wanted]:
    return _Campaign if kind.type is MessageType.CUSTOM_CAMPAIGN else Wanted


if TYPE_CHECKING:
    WantedMessage = Wanted

    class WantedPreview(_Previewed, Wanted):
        """What the members of the union have in common."""
else:
    WantedMessage = Annotated[
        reduce(or_, [_model(kind, "Request", _base(kind)) for kind in KINDS.values()]), Discriminator("type")
    ]
    WantedPreview = Annotated[
        reduce(or_, [_model(kind, "Preview", _Previewed, Wanted) for kind in KINDS.values()]), Discriminator("type")
    ]
