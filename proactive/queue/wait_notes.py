"""The note that a job keeps while it waits: why, for people. Nothing decides by it."""

from __future__ import annotations

from rq.job import Job

from proactive.model.wait_reasons import WaitNote

#: Where in the job's `meta`.
_KEY = "waits"


def keep_note(job: Job, note: WaitNote | None) -> None:
    """Set why a job waits, or (None) that it does not; RQ writes it down when it puts the job away."""
    if note is not None:
        job.meta[_KEY] = note.as_json()
    else:
        job.meta.pop(_KEY, None)


def note_of_job(job: Job) -> WaitNote | None:
    """The note that a job keeps; None where there is none that this version knows."""
    return WaitNote.from_json(job.meta.get(_KEY)) if isinstance(job.meta, dict) else None
