"""The words of messages that failed or wait, as the pages say them."""

from __future__ import annotations

import re

from proactive.model.failure_reasons import FailureReason
from proactive.model.failure_words import WORDS
from proactive.queue.waiting import WaitingMessage
from proactive.web.pages import labels

_DETAIL = re.compile(r"\{\w+\}")
#: What a reason's words end with before its details.
_REST = " :("


def reason_title(code: str) -> str:
    """A reason without the details of one message; another word as it is."""
    try:
        label = WORDS[FailureReason(code)].label
    except ValueError:
        return code
    return _DETAIL.sub("…", label).removesuffix(": …").rstrip(_REST)


def reason_advice(code: str) -> str:
    """What an operator does about a reason, where it does not depend on one message."""
    try:
        return WORDS[FailureReason(code)].advice
    except ValueError:
        return ""


def wait_line(waiting: WaitingMessage, zone: str) -> str:
    """Why a message waits, and until when: `horário de silêncio, até 23/11/2026 08:00`; times in `zone`."""
    if waiting.active:
        return "está sendo enviada agora"
    if waiting.note.until is not None:
        return f"{waiting.note.label}, até {labels.moment(waiting.note.until, zone)}"
    if waiting.due is not None:
        return f"{waiting.note.label}; próxima tentativa {labels.moment(waiting.due, zone, seconds=True)}"
    return waiting.note.label
