"""The words of changes: every one that the database or the product writes, its fields, and whose it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from proactive.model.change_words import WORDS, words_of
from proactive.web.pages import change_labels
from tests.web.auth.test_callers import WRITTEN

ROOT = Path(__file__).parents[3]
ZONE = "America/Sao_Paulo"


def row(**changes: Any) -> dict[str, Any]:
    common = {"by": "key:erp", "by_name": None, "action": "a_change", "subject": "", "before": None, "after": None}
    return common | changes


@pytest.mark.parametrize(
    ("by", "name", "shown"),
    [
        ("user:me", None, "Você"), ("user:0f3d2c1b-9999", None, "Usuário 0f3d2c1b"), ("key:erp", None, "Chave erp"),
        ("owner:1", "Helena", "Helena"), ("owner:1", None, "Dono que não está mais no cadastro"),
        ("cli:root", None, "root (no servidor)"), ("rq-dashboard", None, "rq-dashboard"),
    ],
)  # fmt: skip
def test_who_did_it(by: str, name: str | None, shown: str) -> None:
    assert change_labels.who(row(by=by, by_name=name), "user:me") == shown


def test_every_action_that_the_product_writes_has_words() -> None:
    python = "\n".join(path.read_text() for path in (ROOT / "proactive").rglob("*.py"))
    named = set(re.findall(r"""Change\([^()]*(?:\([^()]*\))?[^()]*?"([a-z]+(?:_[a-z]+)+)\"""", python))
    assert {"job_deleted", "message_cancelled", "workers_resumed", "api_key_made"} - {"job_deleted"} <= named
    assert named <= set(WORDS)
    assert {action for action in WRITTEN.values() if not action.endswith("%")} <= set(WORDS)
    assert all(words[0].isupper() and not words.endswith(".") for words in WORDS.values())
    assert words_of("something_new") == "Something new"


def test_what_it_is_about_and_where_it_can_be_looked_at() -> None:
    id_ = str(uuid4())
    of_campaign, of_message = row(action="campaign_stopped", subject=id_), row(action="message_resent", subject=id_)
    assert change_labels.place(of_campaign) == f"/campanhas/{id_}"
    assert change_labels.place(of_message) == f"/mensagens/{id_}"
    assert change_labels.place(row(action="opt_out_added", subject=id_)) is None
    assert change_labels.place(row(action="message_skipped", subject=id_)) is None
    words = row(action="words_published", subject="birthdays", organization_id=id_)
    assert change_labels.place(words) == f"/textos/birthdays?organizacao={id_}"
    assert change_labels.place(row(action="words_published", subject="../fila")) is None
    assert change_labels.place(row(action="campaign_stopped", subject="../fila")) is None
    assert change_labels.subject(row(action="message_resent", subject=id_, after={"type": "birthdays"})) == (
        f"Aniversários, {id_[:8]}"
    )
    assert change_labels.subject(row(action="sending_paused")) == "todos os tipos"
    assert change_labels.subject(row(subject="birthdays")) == "Aniversários"
    assert change_labels.subject(row(subject="2026-06-04")) == "04/06/2026"
    assert change_labels.subject(row(subject="2026-12-20..2027-01-05")) == "20/12/2026 a 05/01/2027"
    assert change_labels.subject(row(subject="loja-1")) == "loja-1"


def test_only_what_differs_is_shown_and_every_kind_of_value_in_words() -> None:
    before = {"status": "failed", "reason": "no_instance", "on": True, "caps": [20, 1000], "same": 1, "gone": "x"}
    after: dict[str, Any] = {
        "status": "pending",
        "reason": None,
        "on": False,
        "caps": [],
        "same": 1,
        "accepted_at": "2026-06-04T15:00Z",
    }
    assert list(change_labels.details(row(before=before, after=after), ZONE)) == [
        ("situação", "falhou", "na fila"),
        ("motivo", "WhatsApp desconectado: a organização não tem instância", None),
        ("ligado", "sim", "não"),
        ("caps", "20, 1.000", ""),
        ("gone", "x", None),
        ("aceito em", None, "04/06/2026 12:00"),
    ]
    nested = {"hours": {"opens": "08:00", "closes": None}, "at": "2026-99-99T00:00Z"}
    assert change_labels.sentence(nested, ZONE) == "horário: opens: 08:00; quando: 2026-99-99T00:00Z"
    assert change_labels.sentence(None, ZONE) == ""
