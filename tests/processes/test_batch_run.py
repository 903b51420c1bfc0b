"""Which jobs go into batches. What a run does with them is in tests/acceptance/test_batches.py."""

from __future__ import annotations

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.processes.batch_run import is_message


def test_only_messages_are_taken_in_batches() -> None:
    assert all(is_message(type_.job) for type_ in MESSAGE_TYPES.values())
    assert not is_message("proactive.jobs.tick.run")
    assert not is_message("")
