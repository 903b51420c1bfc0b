"""An answer of Aurora about send times."""

from __future__ import annotations

from typing import Any

from rq import Retry

from proactive.jobs.attempt import perform


def run(**payload: Any) -> str | Retry:
    """RQ's job of this type; `payload` and answer as `proactive.jobs.attempt.perform` has them."""
    return perform("choice_answer", payload)
