"""The checklist of an installation that has sent nothing yet."""

from __future__ import annotations

import pytest

from proactive.doctor.finding import finding
from proactive.doctor.words import WORDS
from proactive.web.pages.checklist import checklist, title_of


def test_it_says_what_is_there_what_is_missing_and_what_to_do() -> None:
    found = [finding("redis_persistence.off"), finding("scheduler.ok"), finding("workers.away"),
             finding("migrations.hidden")]  # fmt: skip
    steps = checklist(found)
    assert [(step.title, step.state) for step in steps] == [
        ("Redis", "warn"), ("Agendador", "met"), ("Workers", "unmet"), ("Banco de dados", "unknown"),
    ]  # fmt: skip
    assert [bool(step.advice) for step in steps[:3]] == [True, False, True]
    assert steps[2].label == "nenhum worker no ar: nada é enviado"


@pytest.mark.parametrize("check", sorted({code.partition(".")[0] for code in WORDS} - {"test_message"}))
def test_whatever_the_doctor_looks_at_has_a_title(check: str) -> None:
    assert title_of(check)
