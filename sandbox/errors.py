"""What can go wrong with the local stack."""

from __future__ import annotations

from proactive.errors import ProactiveError


class LocalStackError(ProactiveError):
    """The stack could not be started or changed; the message says which part and shows its log's tail."""


class PartMissing(LocalStackError):
    """A program that the stack is made of is not on this machine; the message says how to get it."""
