"""What is heard of a person, what is understood of it, and what comes of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from proactive.campaigns.outgoing_answers import Reply
from proactive.campaigns.subject import Subject, SubjectCandidate
from proactive.replies.readings import Reading


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A message that somebody wrote to an instance.

    `sender` is the key of the number (None where it is hidden, then `lid` may name it), `quoted` the gateway's id of
    the message that it quotes or reacts to. `kind` is text, reaction, audio, caption or other; `text` its words. `at`
    is when it was written (aware, None where that is not known), `weakened` that it can be a weak yes at most.
    """

    instance: str
    id: str
    sender: str | None
    lid: str | None
    quoted: str | None
    kind: str
    text: str
    at: dt.datetime | None
    weakened: bool = False


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message says (`reading`), and what it acts on (`targets`); or what is asked back before (`replies`)."""

    subject: Subject
    reading: Reading
    targets: tuple[SubjectCandidate, ...] = ()
    replies: tuple[Reply, ...] = ()


@dataclass(slots=True)
class Outcome:
    """What became of a reply: the answers to send, and whether the product's own bot keeps quiet."""

    handled: bool = False
    replies: list[Reply] = field(default_factory=list)
    reading: Reading | None = None
