"""Jobs: the product's getJobs, getCompleted and getFailed, one job, and requeueing a failed one."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import StringConstraints

from proactive.errors import InvalidInput
from proactive.jobs.resend import requeue
from proactive.web.api.addresses import PATH
from proactive.web.api.job_list import JobList
from proactive.web.api.request_model import JobId, Limit, NoQuery, RequestModel
from proactive.web.api.schemas import Job, JobPage
from proactive.web.guarded_route import GuardedRoute
from proactive.web.openapi import MAY_CONFLICT, MAY_MISS, refusals
from proactive.web.problems import Problem
from proactive.web.services import CurrentCaller, CurrentServices

router = APIRouter(route_class=GuardedRoute, tags=["jobs"], prefix=f"{PATH}/jobs")


class JobQuery(RequestModel):
    """The state of the jobs and the page; `cursor` is the `nextCursor` of the page before."""

    state: Literal["waiting", "active", "completed", "failed", "scheduled"] = "waiting"
    limit: Limit = 50
    cursor: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}$")] = "0"


@router.get("", responses=refusals())
def list_jobs(caller: CurrentCaller, services: CurrentServices, query: Annotated[JobQuery, Query()]) -> JobPage:
    """Jobs in a state: completed and failed ones newest first, the others in the order of their turn.

    The last 200 completed and the last 1000 failed jobs are kept; what was sent is in the messages.
    """
    found, following = JobList(services.app.inspection).page(query.state, caller, int(query.cursor), query.limit)
    counts = services.app.inspection.counts() if caller.kind == "service" else None
    return JobPage(jobs=found, next_cursor=str(following) if following is not None else None, counts=counts)


@router.get("/{job_id}", responses=refusals(*MAY_MISS))
def get_job(job_id: JobId, caller: CurrentCaller, services: CurrentServices, _: Annotated[NoQuery, Query()]) -> Job:
    """One job."""
    jobs = JobList(services.app.inspection)
    job = jobs.find(job_id, caller)
    if job is None:
        raise _missing()
    return jobs.describe(job)


@router.post("/{job_id}/requeue", status_code=202, responses=refusals(*MAY_MISS, *MAY_CONFLICT))
def requeue_job(job_id: JobId, caller: CurrentCaller, services: CurrentServices, _: Annotated[NoQuery, Query()]) -> Job:
    """Put a failed job back on the queue, with all its attempts; its message is sent again if it had failed."""
    jobs = JobList(services.app.inspection)
    job = jobs.find(job_id, caller)
    if job is None:
        raise _missing()
    try:
        requeue(services.app, job, dt.datetime.now(dt.UTC), caller.author("api"))
    except InvalidInput as error:
        raise Problem(409, f"It cannot be requeued: {error}.") from None
    return jobs.describe(jobs.find(job_id, caller) or job)


def _missing() -> Problem:
    return Problem(404, "There is no job of that id (any more). What became of its message is among the messages.")
