"""Unforeseen failures of requests: each becomes one line of the log, and the status 503 or 500."""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal

from redis import RedisError

from proactive.errors import SupabaseError
from proactive.web.problems import Problem, away

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RequestFailure:
    """Why a request failed: `part` is what is away (`Redis`, `Supabase`), None where the mistake is ours."""

    part: str | None = None

    @property
    def status(self) -> int:
        """503 while a part is away, 500 otherwise."""
        return HTTPStatus.SERVICE_UNAVAILABLE if self.part else HTTPStatus.INTERNAL_SERVER_ERROR


def log_failure(error: Exception, kind: Literal["api", "page"]) -> RequestFailure:
    """Log why a request for the API or a page failed, and answer it.

    The log gets the error's class and place only: its message may hold what the client sent.
    """
    if part := _part_away(error):
        extra = {"action": f"{kind}_unavailable"}
        logger.warning("%s is away: %s", part, type(error).__name__, extra=extra)
        return RequestFailure(part)
    extra = {"action": f"{kind}_failed"}
    logger.error("A request failed: %s at %s", type(error).__name__, _place(error), extra=extra)
    return RequestFailure()


def problem_of(error: Exception) -> Problem:
    """Log why a request failed that no page asked for; the problem that answers it."""
    failure = log_failure(error, "api")
    if failure.part is not None:
        return away(failure.part)
    return Problem(failure.status, "Something is wrong on our side. It is in the log; trying again may help.")


def _part_away(error: Exception) -> str | None:
    if isinstance(error, RedisError):
        return "Redis"
    return "Supabase" if isinstance(error, SupabaseError) else None


def _place(error: Exception) -> str:
    """The file and line that raised it."""
    raised = traceback.extract_tb(error.__traceback__)[-1]
    return f"{raised.filename.rpartition('/')[2]}:{raised.lineno}"
