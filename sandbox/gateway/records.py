"""The sandbox gateway's own words: instances, accepted messages, their receipts, and what people write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SandboxInstance:
    """A sending number of the sandbox; `state` is `open`, `connecting` or `close`.

    `opens_at` (Unix seconds) is when one that is `connecting` will be `open` by itself, None is never. `webhook` is
    the JSON of what `/webhook/set` was told, `server_url` the address under which it was told.
    """

    name: str
    id: str
    token: str
    state: str
    ever_connected: bool
    opens_at: float | None
    webhook: str | None
    server_url: str
    created_at: float


@dataclass(frozen=True, slots=True)
class SandboxMessage:
    """A message the sandbox accepted; `accepted_at` is Unix seconds with microseconds.

    `remote_jid` is the id it is kept under, `remote_jid_alt` the number's where that is a `@lid`. `kept` says whether
    look-ups find it; `preview` is the size in bytes of its link preview's thumbnail, None without a preview.
    """

    id: int
    instance: str
    number: str
    text: str
    accepted_at: float
    gateway_message_id: str
    remote_jid: str
    remote_jid_alt: str | None = None
    kept: bool = True
    preview: int | None = None


@dataclass(frozen=True, slots=True)
class SandboxReceipt:
    """A receipt for an accepted message: `status` as Evolution names it, from `at` (Unix seconds) on."""

    id: int
    message_id: int
    status: str
    at: float


@dataclass(frozen=True, slots=True)
class SandboxReply:
    """What a person wrote to an instance, or typed on its phone (`from_me`); `record` is as `findMessages` lists it."""

    id: int
    instance: str
    number: str
    kind: str
    text: str
    target: str | None
    from_me: bool
    at: float
    gateway_message_id: str
    record: dict[str, Any]
