"""The words of the queue's page: jobs, their results, workers."""

from __future__ import annotations

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.failure import Failure
from proactive.queue.job_view import JobView
from proactive.web.pages import labels

#: What a job is that sends no message, by its function.
_JOBS = {
    "proactive.jobs.tick.run": "Disparo do agendamento", "proactive.jobs.hear.run": "Ler uma resposta",
    "proactive.jobs.pump.run": "Conduzir campanhas de uma instância",
    "proactive.jobs.reconnection.run": "Reenviar depois da reconexão",
}  # fmt: skip
_RESULTS = {
    "sent": "aceita pelo gateway", "failed": "não pôde ser enviada", "skipped": "ninguém pode recebê-la",
    "nothing_to_say": "não havia o que dizer", "not_now": "fica para depois", "already_sent": "já tinha sido enviada",
    "already_failed": "já tinha falhado",
}  # fmt: skip
WORKER_STATES = {"idle": "Livre", "busy": "Trabalhando", "suspended": "Suspenso", "silent": "Sem sinal"}
WORKER_TONES = {"idle": "good", "busy": "good", "suspended": "warn", "silent": "bad"}
#: What an action on the page has done.
DONE = {
    "retomar": "Os workers voltam a trabalhar em até 5 segundos.", "reenviar": "O job voltou à fila.",
    "apagar": "O job foi apagado.", "executar": "O disparo está na fila: as mensagens vêm em seguida.",
}  # fmt: skip


def job_name(job: JobView) -> str:
    """What a job does: the message type, or another of our jobs; a function's name as it is."""
    if job.task is not None:
        return labels.type_name(job.task.type)
    return _JOBS.get(job.function, job.function)


def job_result(job: JobView) -> str:
    """How a completed job ended."""
    result = job.result or ""
    number, _, rest = result.partition(" ")
    if rest == "enqueued" and number.isdigit():
        return f"{labels.number(int(number))} job{'s' * (number != '1')} na fila"
    return _RESULTS.get(result, result) or labels.NONE


def job_reason(job: JobView) -> str:
    """Why a job failed, in Portuguese where the reason is one of ours."""
    reason = job.public_reason or ""
    failure = Failure.of_text(reason)
    return failure.label if failure else reason or "sem motivo registrado"


def campaign_of(job: JobView) -> str | None:
    """The campaign whose message to a client a job sends; None where it is none."""
    task = job.task
    return task.key if task is not None and task.recipient.kind == "client" and task.type in MESSAGE_TYPES else None
