"""The facts of one message: one request, computed by the database function of the message's type."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.context import MessageContext
from proactive.model.occurrence import Occurrence
from proactive.storage.answers import row, rows
from proactive.storage.supabase import Database

#: What is asked about an occurrence: which, as of when (aware), and the job's validated data.
Question = tuple[Occurrence, dt.datetime, Mapping[str, Any]]


class FactsReader:
    """Reads what one attempt at a message needs to know.

    `options` are the settings that the facts depend on (`Settings.options()`); what is missing has the
    specification's default.
    """

    def __init__(self, database: Database, options: Mapping[str, Any]) -> None:
        self._database = database
        self._options = dict(options)

    def read(self, occurrence: Occurrence, now: dt.datetime, data: Mapping[str, Any]) -> MessageContext:
        """The context of one occurrence as of `now` (aware), in one request.

        `data` is the job's validated data: `days`; `campaign_type`, `target_audience`, `message`. `facts`
        of the answer is of the type's own class.

        Raises:
            ValueError: `now` has no time zone.
            SupabaseError: Supabase cannot be read, or not understood; the message holds no data.
        """
        return self.read_many([(occurrence, now, data)], 0.0)[0]

    def read_many(self, questions: Sequence[Question], seconds: float) -> list[MessageContext]:
        """The contexts of several occurrences, as `read` answers them, in one request and in their order.

        Only the first ones where all of them would take longer than `seconds`; at least one. Raises like `read`.
        """
        if not questions:
            return []
        asked = [self._arguments(*question) | {"type": str(question[0].type)} for question in questions]
        types = [occurrence.type for occurrence, _, _ in questions]
        arguments = {"p_requests": asked, "p_seconds": seconds}
        return self._database.call("aurora_proactive_read_many", arguments, lambda answer: _contexts(types, answer))

    def _arguments(self, occurrence: Occurrence, now: dt.datetime, data: Mapping[str, Any]) -> dict[str, Any]:
        if now.tzinfo is None:
            raise ValueError("now must be aware: it has no time zone.")
        return {
            "organization": str(occurrence.organization_id),
            "owner": str(occurrence.recipient.id),
            "message": str(occurrence.id),
            "now": now.isoformat(),
            "options": self._options | _parameters(occurrence.type, data),
        }


def _parameters(type_: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The options that a job's data may decide: its type's own parameters. The settings decide everything else."""
    return {name: data[name] for name in MESSAGE_TYPES[type_].data.model_fields if data.get(name) is not None}


def _contexts(types: Sequence[str], answer: Any) -> list[MessageContext]:
    """The contexts of the first questions; at least one, or the batch would be read for ever."""
    found = rows(answer)
    if not 1 <= len(found) <= len(types):
        raise ValueError("not one context a question")
    return [_context(type_, each) for type_, each in zip(types, found, strict=False)]


def _context(type_: str, answer: Any) -> MessageContext:
    found = row(answer)
    facts = found.get("facts")
    known = None if facts is None else MESSAGE_TYPES[type_].facts.model_validate(facts)
    return MessageContext.model_validate({**found, "facts": known})
