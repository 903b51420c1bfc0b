"""The errors of ours, in one hierarchy: `permanent` says whether trying again could help.

Messages of these errors reach logs, records and people, so they never hold a phone number, a key or a
message's text.
"""

from __future__ import annotations


class ProactiveError(Exception):
    """Base of every error of ours. `permanent` is False where a later attempt may succeed."""

    permanent: bool = True


class InvalidInput(ProactiveError):
    """A person or a program gave something that is wrong; the message says what to give instead."""


class SettingsError(InvalidInput):
    """A setting is missing or malformed; the message names the variable and what it should look like."""


class RedisUnfit(SettingsError):
    """The Redis of REDIS_URL cannot be worked with; the message says why, and what to do."""


class SupabaseError(ProactiveError):
    """Supabase could not be read or written just now. `answered` is whether it refused, instead of being away."""

    permanent = False

    def __init__(self, *args: object, answered: bool = False) -> None:
        super().__init__(*args)
        self.answered = answered


class RecordRefused(SupabaseError):
    """Supabase will never take this record: what it refers to is gone, or a value of it is impossible."""


class AuroraServiceError(ProactiveError):
    """The AI service failed, timed out or answered something that is not a chat completion.

    `result` is the word for it in the metrics (an `AiResult`).
    """

    permanent = False

    def __init__(self, message: str, result: str = "unreachable") -> None:
        super().__init__(message)
        self.result = result


class RateLimiterUnavailable(ProactiveError):
    """The rate limiter cannot be asked (Redis is away). Nothing may be sent without its permit."""

    permanent = False
