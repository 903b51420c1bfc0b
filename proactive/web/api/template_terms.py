"""What the endpoints about a business's own words share: its own facts of now, and what refuses words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from proactive.templates.editor import TemplatesRefused, own_facts_of
from proactive.web.auth.callers import Caller
from proactive.web.problems import FieldProblem, Problem
from proactive.web.services import Services
from proactive.words.fault import WordsFault
from proactive.words.occasion import Occasion

_MOST_PROBLEMS = 20


def own_occasion(
    services: Services, caller: Caller, organization: UUID, type_: str, now: dt.datetime
) -> Occasion | None:
    """What the message would be written about now; None where there is no owner to write to."""
    whose = own_facts_of(organization, services.app.organizations.owners(organization), caller.owner)
    return services.templates.own_occasion(type_, whose, now)


@contextmanager
def words_refused_as_problem() -> Iterator[None]:
    """Turn what refuses words into a Problem (422): each fault once, with the field it is in."""
    try:
        yield
    except TemplatesRefused as refused:
        problems = dict.fromkeys((_field(fault), _detail(fault)) for fault in refused.faults)
        errors = [FieldProblem(field=field, detail=detail) for field, detail in list(problems)[:_MOST_PROBLEMS]]
        raise Problem(422, "These words cannot be used so; see errors.", errors) from None


def _field(fault: WordsFault) -> str:
    return f"wording.{fault.field}" if fault.field else "source"


def _detail(fault: WordsFault) -> str:
    where = f" in line {fault.line}" if fault.line else ""
    facts = f", with the facts {fault.fact_set}" if fault.fact_set else ""
    node = f" ({fault.node})" if fault.node else ""
    return f"{fault.code.replace('_', ' ').capitalize()}{node}{where}{facts}. POST .../preview shows it."
