"""The words of messages that failed or wait."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest

from proactive.model.failure_reasons import FailureReason
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.model.wait_reasons import WaitNote, WaitReason
from proactive.queue.waiting import WaitingMessage
from proactive.web.pages.message_labels import reason_advice, reason_title, wait_line

NOON = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)
TASK = Task(
    type="birthdays", organization_id=UUID(int=1), recipient=Recipient.owner(UUID(int=2)), key="2026-11-23",
    scheduled_for=NOON, timezone="America/Sao_Paulo",
)  # fmt: skip


@pytest.mark.parametrize("reason", FailureReason)
def test_every_reason_has_a_title_without_the_details_of_one_message(reason: FailureReason) -> None:
    title = reason_title(reason)
    assert title and not set("{}") & set(title)
    assert reason_advice(reason) or reason is FailureReason.LOOKUP_FAILED


def test_a_code_of_another_version_is_shown_as_it_is() -> None:
    assert (reason_title("of_tomorrow"), reason_advice("of_tomorrow")) == ("of_tomorrow", "")
    assert reason_title("owner_phone_unusable") == "o dono não tem telefone utilizável"


@pytest.mark.parametrize(
    ("note", "active", "due", "line"),
    [(WaitNote(WaitReason.TURN), False, None, "espera a vez na fila"),
     (WaitNote(WaitReason.TURN), True, None, "está sendo enviada agora"),
     (WaitNote(WaitReason.QUIET_HOURS, NOON), False, NOON, "é horário de silêncio lá, até 23/11/2026 12:00"),
     (WaitNote(WaitReason.PAUSED, said="férias"), False, NOON,
      "alguém pausou o envio: férias; próxima tentativa 23/11/2026 12:00:00")],
)  # fmt: skip
def test_a_wait_says_why_and_until_when(note: WaitNote, active: bool, due: dt.datetime | None, line: str) -> None:
    assert wait_line(WaitingMessage("job", TASK, note, active, NOON, due), "America/Sao_Paulo") == line
