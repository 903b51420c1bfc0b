"""A candidate: an item on its way through the pipeline before it has a message, and what refuses it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from proactive.facts.reader import Question
from proactive.model.context import MessageContext
from proactive.model.failure import Failure
from proactive.pipeline.batch import WorkItem


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that may be sent now, or (`too_late`) has to be recorded as a failure."""

    item: WorkItem
    now: dt.datetime
    too_late: Failure | None

    @property
    def question(self) -> Question:
        """The question to the facts: what holds now; of a message that is too late, what held when it was due."""
        task = self.item.task
        return task.occurrence, task.scheduled_for if self.too_late else self.now, task.data


@dataclass(frozen=True, slots=True)
class Refused:
    """A message that cannot be sent, and whose record has to say why."""

    failure: Failure
    context: MessageContext
