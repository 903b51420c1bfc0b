"""/fila: the queue, its workers and its schedule, for those who signed in with a service key. Redis alone is needed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from proactive.errors import SupabaseError
from proactive.jobs.resend import MOST_AT_ONCE
from proactive.queue.job_view import JobView
from proactive.queue.workers import worker_states
from proactive.web.auth.callers import Caller
from proactive.web.pages.page_query import PageQuery
from proactive.web.pages.page_route import PrivateRoute, Refusal
from proactive.web.pages.page_services import CurrentPageServices, PageServices
from proactive.web.pages.rendering import page
from proactive.web.pages.scope import SignedInCaller
from proactive.web.services import CurrentServices, Services

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)

_ON_A_PAGE = 40
PATH = "/fila"
State = Literal["waiting", "scheduled", "active", "completed", "failed"]


class QueueQuery(PageQuery):
    """The state of the jobs, where their page begins, and what an action on the page has done."""

    estado: State = "failed"
    de: Annotated[int, Query(ge=0, le=10_000_000)] = 0
    feito: Literal["retomar", "reenviar", "apagar", "executar"] | None = None


async def _operator(caller: SignedInCaller) -> Caller:
    if caller.kind != "service":
        raise Refusal(403, "A fila é de todas as organizações: entre com uma chave de serviço.")
    return caller


#: Who is signed in with a service key.
Operator = Annotated[Caller, Depends(_operator)]


@router.get(PATH)
def queue_page(
    request: Request, _: Operator, services: CurrentServices, pages: CurrentPageServices,
    query: Annotated[QueueQuery, Query()],
) -> Response:  # fmt: skip
    """The queue."""
    jobs, following = services.app.inspection.page(query.estado, query.de, _ON_A_PAGE)
    return page(
        request, "fila.html", jobs=jobs, following=following, query=query, names=_names(services, jobs),
        schedule=services.app.schedule.planned(), most=MOST_AT_ONCE, **_live_values(services, pages),
    )  # fmt: skip


@router.get(f"{PATH}/parte")
def queue_part(
    request: Request, _: Operator, services: CurrentServices, pages: CurrentPageServices,
    query: Annotated[QueueQuery, Query()],
) -> Response:  # fmt: skip
    """Counts and workers, which the page replaces every few seconds."""
    return page(request, "fila_parte.html", query=query, **_live_values(services, pages))


def _live_values(services: Services, pages: PageServices) -> dict[str, Any]:
    app = services.app
    return {
        "now": dt.datetime.now(dt.UTC), "workers": worker_states(app.queue), "counts": app.inspection.counts(),
        "apart": app.inspection.set_apart(), "snapshot": pages.queue.snapshot(),
    }  # fmt: skip


def _names(services: Services, jobs: Sequence[JobView]) -> Mapping[str, str] | None:
    """The names of the jobs' organisations and owners by their ids; None where Supabase is away."""
    tasks = [job.task for job in jobs if job.task is not None]
    owners = {task.recipient.id for task in tasks if task.recipient.kind == "owner"}
    try:
        return services.queries.names(list({task.organization_id for task in tasks}), list(owners))
    except SupabaseError:
        return None
