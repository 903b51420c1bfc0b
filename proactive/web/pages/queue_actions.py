"""What operators do on /fila: let workers go on, requeue, delete, run an entry of the schedule now."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse

from proactive.errors import InvalidInput
from proactive.jobs.resend import MOST_AT_ONCE, change_of_job, requeue
from proactive.jobs.run_now import QuietNow, run_now
from proactive.queue.changes import delete_job, resume_workers
from proactive.queue.rq_classes import JsonJob
from proactive.records.changes import Change
from proactive.text.formats import integer
from proactive.web.pages.page_route import PrivateRoute, Refusal
from proactive.web.pages.queue_page import PATH, Operator
from proactive.web.services import CurrentServices, Services

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)

Name = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,200}$")]
_STATES = ("waiting", "scheduled", "completed", "failed")


@router.post(f"{PATH}/retomar")
def resume(caller: Operator, services: CurrentServices) -> Response:
    """Let suspended workers go on."""
    if resume_workers(services.app.queue):
        services.app.changes.record(Change(caller.author("page"), "workers_resumed"))
    return RedirectResponse(f"{PATH}?feito=retomar", 303)


@router.post(f"{PATH}/reenviar-todos")
def requeue_all(request: Request, caller: Operator, services: CurrentServices) -> Response:
    """Put failed jobs back on the queue, the newest first, if they are no more than were seen."""
    seen = str(request.state.form.get("vistos", ""))
    ids = services.app.inspection.failed_ids()
    if not seen.isdecimal() or len(ids) > int(seen):
        raise Refusal(409, f"Agora são {integer(len(ids))} jobs que falharam: volte, confira e confirme.")
    for job_id in ids[:MOST_AT_ONCE]:
        try:
            requeue(services.app, services.app.inspection.fetch(job_id), dt.datetime.now(dt.UTC), caller.author("page"))
        except InvalidInput:
            continue  # it is gone, or somebody else was faster
    return RedirectResponse(f"{PATH}?estado=failed&feito=reenviar", 303)


@router.post(f"{PATH}/jobs/{{job_id}}/reenviar")
def requeue_one(caller: Operator, services: CurrentServices, job_id: Name) -> Response:
    """Put a failed job back on the queue, its message to be sent once more."""
    try:
        requeue(services.app, _job(services, job_id), dt.datetime.now(dt.UTC), caller.author("page"))
    except InvalidInput:
        raise Refusal(409, "Só um job que falhou pode voltar à fila, e este já não está assim.") from None
    return RedirectResponse(f"{PATH}?estado=failed&feito=reenviar", 303)


@router.post(f"{PATH}/jobs/{{job_id}}/apagar")
def delete(request: Request, caller: Operator, services: CurrentServices, job_id: Name) -> Response:
    """Delete a job that no worker has."""
    state = str(request.state.form.get("estado", ""))
    job = _job(services, job_id)
    change = change_of_job(job, "job_deleted", caller.author("page"))
    try:
        delete_job(services.app.queue, job)
    except InvalidInput:
        raise Refusal(409, "Um worker está com este job: ele só pode ser apagado depois de terminar.") from None
    services.app.changes.record(change)
    return RedirectResponse(f"{PATH}?estado={state if state in _STATES else 'failed'}&feito=apagar", 303)


@router.post(f"{PATH}/agenda/{{entry_id}}/executar")
def run_entry(caller: Operator, services: CurrentServices, entry_id: Name) -> Response:
    """Run an entry of the schedule now."""
    try:
        run_now(services.app, entry_id, dt.datetime.now(dt.UTC), caller.author("page"))
    except QuietNow:
        raise Refusal(
            409, "É horário de silêncio lá: as mensagens falhariam, e as de hoje não sairiam mais. Execute depois dele."
        ) from None
    except InvalidInput:
        raise Refusal(404, "Esta entrada não está mais no agendamento.") from None
    return RedirectResponse(f"{PATH}?estado=waiting&feito=executar", 303)


def _job(services: Services, job_id: str) -> JsonJob:
    try:
        return services.app.inspection.fetch(job_id)
    except InvalidInput:
        raise Refusal(404, "Este job não existe mais. O que foi da mensagem está em Mensagens.") from None
