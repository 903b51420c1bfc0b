"""The fields of the metrics' hash: what is counted there stays readable, and no two things share a field."""

from __future__ import annotations

from itertools import product

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model import metrics
from proactive.model.ai import AiResult, LineRefusal, Slot


def test_the_fields_are_called_what_they_were() -> None:
    assert metrics.messages("birthdays", "sent") == "messages|birthdays|sent"
    assert metrics.attempts("birthdays", "waits") == "attempts|birthdays|waits"
    assert metrics.ai_requests("birthdays", "timeout") == "ai|birthdays|timeout"
    assert metrics.ai_tokens("birthdays", "in") == "tokens|birthdays|in"
    assert metrics.fallbacks("birthdays", "opening", "mood") == "fallbacks|birthdays|opening|mood"
    assert metrics.faults("throttled") == "faults|throttled"
    assert metrics.bucket("birthdays", "send", 3) == "seconds|birthdays|send|3"
    assert metrics.seconds("birthdays", "send") == "seconds|birthdays|send|sum"


def test_no_two_things_share_a_field_and_there_are_a_few_hundred() -> None:
    places = range(len(metrics.BUCKETS) + 1)
    names = [
        *(metrics.attempts(*pair) for pair in product(MESSAGE_TYPES, metrics.OUTCOMES)),
        *(metrics.messages(*pair) for pair in product(MESSAGE_TYPES, ("sent", "failed"))),
        *(metrics.bucket(*each) for each in product(MESSAGE_TYPES, metrics.STAGES, places)),
        *(metrics.seconds(*pair) for pair in product(MESSAGE_TYPES, metrics.STAGES)),
        *(metrics.ai_requests(*pair) for pair in product(MESSAGE_TYPES, AiResult)),
        *(metrics.ai_tokens(*pair) for pair in product(MESSAGE_TYPES, metrics.TOKENS)),
        *(metrics.fallbacks(*each) for each in product(MESSAGE_TYPES, Slot, LineRefusal)),
    ]
    assert len(set(names)) == len(names) < 1500


def test_bounds_of_buckets_grow() -> None:
    assert list(metrics.BUCKETS) == sorted(set(metrics.BUCKETS))
