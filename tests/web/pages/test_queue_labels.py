"""The words of the queue's page."""

from __future__ import annotations

import pytest

from proactive.queue.job_view import JobView
from proactive.web.pages.queue_labels import WORKER_STATES, WORKER_TONES, campaign_of, job_name, job_reason, job_result


def view(function: str = "os.getcwd", result: str | None = None, reason: str | None = None) -> JobView:
    return JobView("id", "failed", function, "", None, None, None, None, 0, result, reason)


@pytest.mark.parametrize(
    ("result", "words"),
    [("sent", "aceita pelo gateway"), ("1 enqueued", "1 job na fila"), ("1200 enqueued", "1.200 jobs na fila"),
     ("something", "something"), (None, "–"), ("", "–")],
)  # fmt: skip
def test_how_a_job_ended_is_said_in_portuguese(result: str | None, words: str) -> None:
    assert job_result(view(result=result)) == words


@pytest.mark.parametrize(
    ("reason", "words"),
    [("proactive.errors.GatewayError: the gateway cannot be reached", "o gateway não pode ser alcançado"),
     ("proactive.errors.SupabaseError: away", "away"), ("builtins.KeyError: 'a secret'", "KeyError"),
     (None, "sem motivo registrado")],
)  # fmt: skip
def test_why_a_job_failed_is_said_in_portuguese_where_it_is_ours(reason: str | None, words: str) -> None:
    assert job_reason(view(reason=reason)) == words


def test_a_job_that_is_no_messages_has_a_name() -> None:
    assert job_name(view("proactive.jobs.tick.run")) == "Disparo do agendamento"
    assert job_name(view("somebody.elses.job")) == "somebody.elses.job"
    assert campaign_of(view()) is None


def test_every_state_of_a_worker_has_its_word_and_tone() -> None:
    assert set(WORKER_STATES) == set(WORKER_TONES) == {"idle", "busy", "suspended", "silent"}
