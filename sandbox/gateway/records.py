"""The sandbox gateway's own words: instances and accepted messages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SandboxInstance:
    """A sending number of the sandbox; `state` is `open`, `connecting` or `close`."""

    name: str
    id: str
    token: str
    state: str
    ever_connected: bool
    webhook: str | None
    created_at: float


@dataclass(frozen=True, slots=True)
class SandboxMessage:
    """A message the sandbox accepted; `accepted_at` is Unix seconds with microseconds."""

    id: int
    instance: str
    number: str
    text: str
    accepted_at: float
    gateway_message_id: str
    remote_jid: str
