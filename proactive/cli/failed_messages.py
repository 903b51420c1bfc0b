"""The failed messages that a command line names: by organisation, type, reason and time."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from proactive.errors import InvalidInput
from proactive.model.failure_reasons import FailureReason
from proactive.model.failure_words import WORDS
from proactive.records.queries import MessageFilter, MessageQueries
from proactive.storage.answers import Row
from proactive.storage.supabase import Database

_PAGE = 200
#: What is looked through at most: more than this fails in no outage that anybody resends by hand.
_MOST = 50_000
#: The word for failures whose record has no code.
OTHER = "other"


@dataclass(frozen=True, slots=True)
class FailedMessages:
    """Failed messages since a moment (aware), newest first; None does not filter. `reason` is a failure's code."""

    since: dt.datetime
    organization: UUID | None = None
    type: str | None = None
    reason: str | None = None

    def read(self, database: Database) -> Iterator[Row]:
        """Each row as `records.queries` has it. Raises SupabaseError."""
        queries, after, seen = MessageQueries(database), None, 0
        wanted = MessageFilter(organization=self.organization, type=self.type, status="failed", since=self.since)
        while page := queries.messages(wanted, after, _PAGE):
            yield from (row for row in page if self.reason in (None, row["reason_code"] or OTHER))
            seen += len(page)
            if len(page) < _PAGE or seen >= _MOST:
                return
            after = dt.datetime.fromisoformat(page[-1]["created_at"]), UUID(page[-1]["id"])


def reason_code(given: str | None) -> str | None:
    """The code of a failure reason that was given.

    Raises:
        InvalidInput: there is none of that name.
    """
    if given is not None and given != OTHER and given not in set(FailureReason):
        raise InvalidInput(f"--reason: there is no reason {given}; `aurora messages reasons` counts those there are")
    return given


def counted(rows: Iterator[Row]) -> list[tuple[str, int, str]]:
    """Each reason with how many failed for it, the commonest first, and what an operator does (Portuguese)."""
    counts = Counter(row["reason_code"] or OTHER for row in rows)
    return [(code, count, advice_of(code)) for code, count in counts.most_common()]


def advice_of(code: str | None) -> str:
    """What an operator does about a reason, in Portuguese; empty where there is nothing to say."""
    return WORDS[FailureReason(code)].advice if code in set(FailureReason) else ""


def may_repeat(code: str | None) -> bool:
    """Whether resending may bring a message twice: nobody knows whether it went out."""
    return code in set(FailureReason) and FailureReason(code).is_unknown_delivery
