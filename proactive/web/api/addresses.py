"""The API's path, and the addresses of jobs and messages in it."""

from __future__ import annotations

from uuid import UUID

from proactive.web.api.schemas import Links

PATH = "/api/aurora/proactive"


def links_of(job_id: str, message_id: UUID) -> Links:
    """The addresses of a message and of the job that sends it."""
    return Links(job=f"{PATH}/jobs/{job_id}", message=f"{PATH}/messages/{message_id}")
