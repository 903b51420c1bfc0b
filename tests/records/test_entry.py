"""The row of an occurrence, and the task that comes back from it."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest

from proactive.model.context import Draft, Receipt
from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason
from proactive.model.task import Attempt, Task
from proactive.records.entry import RecordEntry, task_of
from tests.records.conftest import NOON, Business

BUSINESS = Business(UUID(int=1), UUID(int=2))
FAILURE = Failure(FailureReason.NOT_ON_WHATSAPP)
RECEIPT = Receipt("3EB0", "5511@s.whatsapp.net", NOON)


def test_a_row_is_named_by_its_occurrence_and_says_when_it_was_due() -> None:
    task = BUSINESS.task()
    row = BUSINESS.entry(task).row("pending")
    assert row["id"] == str(task.occurrence.id)
    assert UUID(row["id"]).version == 5
    assert dt.datetime.fromisoformat(row["scheduled_for"]) == NOON
    assert (row["status"], row["sent_at"], row["error_message"]) == ("pending", None, None)


def test_equal_occurrences_have_equal_ids_and_others_do_not() -> None:
    summary = {"type": "daily_summary", "key": "2026-11-23", "data": {}}
    one = BUSINESS.task(**summary)
    again = BUSINESS.task(**summary, by_hand=True, scheduled_for=NOON + dt.timedelta(hours=3))
    assert again.occurrence.id == one.occurrence.id
    others = [
        BUSINESS.task(**summary | {"key": "2026-11-24"}),
        BUSINESS.task(**summary | {"type": "birthdays"}),
        Business(BUSINESS.organization, UUID(int=3)).task(**summary),
    ]
    assert one.occurrence.id not in {other.occurrence.id for other in others}


def test_metadata_say_the_facts_who_wrote_it_and_which_attempt_it_was() -> None:
    draft = Draft("Olá!", {"reach": 3}, "layout", "the AI left out 3")
    metadata = RecordEntry.of(BUSINESS.task(), Attempt("job-7", 2), draft).row("pending")["metadata"]
    assert metadata["facts"] == {"reach": 3}
    assert (metadata["composer"], metadata["fallback"]) == ("layout", "the AI left out 3")
    assert (metadata["attempts"], metadata["job_id"]) == (2, "job-7")


def test_a_sent_row_says_when_and_what_the_gateway_calls_it() -> None:
    row = BUSINESS.entry().row("sent", at=NOON, receipt=RECEIPT)
    assert (row["status"], row["sent_at"]) == ("sent", "2026-11-23T15:00:00+00:00")
    assert row["metadata"]["gateway_message_id"] == "3EB0"


def test_making_a_row_does_not_change_the_entry() -> None:
    entry = BUSINESS.entry()
    entry.row("sent", at=NOON, receipt=RECEIPT)
    assert "gateway_message_id" not in entry.row("pending")["metadata"]


@pytest.mark.parametrize("by_hand", [False, True])
def test_the_task_comes_back_from_the_row(by_hand: bool) -> None:
    task = BUSINESS.task(by_hand=by_hand)
    assert task_of(BUSINESS.entry(task).row("pending")) == task
    plain = BUSINESS.task(type="daily_summary", key="2026-11-23", data={})
    assert task_of(BUSINESS.entry(plain, text=None).row("failed", failure=FAILURE)) == plain


def test_a_row_that_somebody_else_wrote_is_no_task() -> None:
    row = BUSINESS.entry().row("pending")
    assert task_of(row | {"metadata": None}) is None
    assert task_of(row | {"metadata": {"attempts": 1}}) is None
    assert isinstance(task_of(row), Task)
