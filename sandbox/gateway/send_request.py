"""What a request to send says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sandbox.gateway import replies

_LINK = re.compile(r"https://\S+")


@dataclass(frozen=True, slots=True)
class SendRequest:
    """The number's digits, the text, the sender's own id for the message, and whether links are to be fetched."""

    number: str
    text: str
    message_id: str | None
    link_preview: bool

    @property
    def fetches_link(self) -> bool:
        """Whether the server asks the link's site before it sends."""
        return self.link_preview and _LINK.search(self.text) is not None


def read_send_request(body: Any) -> SendRequest:
    """The request in a decoded body.

    Raises:
        Refusal: Evolution API's own words for what is wrong with it.
    """
    fields = body if isinstance(body, dict) else {}
    missing = [f'instance requires property "{name}"' for name in ("number", "text") if name not in fields]
    if missing:
        raise replies.bad_request(*missing)
    number, text = fields["number"], fields["text"]
    if not isinstance(number, str) or not re.match(r"\d+[.@\w-]+", number):
        raise replies.bad_request("Invalid number")
    if not isinstance(text, str):
        raise replies.bad_request("text is not of a type(s) string")
    if not text.strip():
        raise replies.Refusal(400, ["Text is required"], "bad_request")
    message_id = fields.get("messageId")
    return SendRequest(
        re.sub(r"\D", "", number.split("@")[0]),
        text,
        message_id if isinstance(message_id, str) and message_id else None,
        fields.get("linkPreview") is not False,
    )
