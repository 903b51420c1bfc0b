"""The task that a job of RQ's carries."""

from __future__ import annotations

from pydantic import ValidationError
from rq.exceptions import DeserializationError
from rq.job import Job

from proactive.model.task import Task


def task_of_job(job: Job) -> Task | None:
    """The task that a message's job carries; None for any other job (a tick, a schedule's entry)."""
    try:
        payload = job.kwargs
        return Task.model_validate({"type": (job.func_name or "").split(".")[-2], **payload})
    except (DeserializationError, ValidationError, IndexError, TypeError):
        return None
