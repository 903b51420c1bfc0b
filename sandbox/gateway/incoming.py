"""What people write: a person to an instance, or somebody on the instance's own phone."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Kind = Literal[
    "text", "audio", "image", "reaction", "reaction_removed", "edit", "delete", "typed_on_the_phone", "group"
]
Digits = Annotated[str, StringConstraints(pattern=r"^\d{5,20}$")]


class NewReply(BaseModel):
    """Something to write.

    `number` is the person's (digits), `instance` whom they write to; on `typed_on_the_phone` it is the other way
    round. `quote` is the gateway's id of the message that is answered; `target` that of the one which a reaction is
    about, or which is edited or deleted. `disappearing` is how a chat with disappearing messages tells a quote.
    `thumbnail` is the size in bytes of an image's. `seconds_ago` says how long ago it was written: it comes late.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    instance: str
    number: Digits
    kind: Kind = "text"
    text: str = Field(default="", max_length=65536)
    quote: str | None = None
    target: str | None = None
    disappearing: Literal["chat", "wrapper"] | None = None
    thumbnail: int = Field(default=0, ge=0, le=1_000_000)
    seconds_ago: float = Field(default=0, ge=0)
