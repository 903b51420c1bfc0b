"""What people write: a person to an instance, somebody on the instance's own phone, or the product's bot."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Kind = Literal[
    "text", "audio", "image", "video", "document", "sticker", "location", "contact", "reaction", "reaction_removed",
    "edit", "delete", "timer", "typed_on_the_phone", "bot", "group",
]  # fmt: skip
Addressing = Literal["pn", "lid_with_alt", "lid_without_alt"]
Digits = Annotated[str, StringConstraints(pattern=r"^\d{5,20}$")]
#: What our side writes beside the messages that are sent through `sendText`.
OUR_SIDE = frozenset({"typed_on_the_phone", "bot"})


class NewReply(BaseModel):
    """Something to write.

    `number` is the person's (digits), `instance` whom they write to; on `typed_on_the_phone` and `bot` it is the
    other way round. `text` is a caption of an image, a video or a document; of an audio it is what Evolution's OpenAI
    wrote down, empty where that is not set up. `quote` is the gateway's id of the message that is answered; `target`
    that of the one which a reaction is about, or which is edited or deleted. `disappearing` is how a chat with
    disappearing messages tells of them, `view_once` whether it may be looked at once. `addressing` is under which id
    the person writes (None: as the server is set up). `thumbnail` is the size in bytes of an image's, `seconds` how
    long an audio lasts. `seconds_ago` says how long ago it was written: it comes late.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    instance: str
    number: Digits
    kind: Kind = "text"
    text: str = Field(default="", max_length=65536)
    quote: str | None = None
    target: str | None = None
    disappearing: Literal["chat", "wrapper"] | None = None
    view_once: bool = False
    addressing: Addressing | None = None
    thumbnail: int = Field(default=0, ge=0, le=1_000_000)
    seconds: int = Field(default=3, ge=0, le=3600)
    seconds_ago: float = Field(default=0, ge=0)
