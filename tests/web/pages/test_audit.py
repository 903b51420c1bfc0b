"""/auditoria: who did what, for whom it is; buttons of pages write down who pressed them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
import redis
from rq.suspension import suspend

from proactive.app import Application
from proactive.web.pages.audit import grouped
from sandbox.stack import LocalStack
from tests.support.audit import changed, changes_of
from tests.support.browsing import Looker, findings
from tests.support.shops import Shop
from tests.web.pages.test_scope import csrf_of

Visitor = Callable[..., httpx.Client]


def row(second: int, **changes: Any) -> dict[str, Any]:
    common = {"action": "message_resent", "by": "user:1", "via": "page", "organization_id": "o"}
    return {**common, "at": f"2026-11-26T12:{second // 60:02}:{second % 60:02}+00:00", **changes}


def test_what_one_click_did_stands_together() -> None:
    deleted = [row(second, action="job_deleted") for second in (197, 196)]
    rows = [row(300), row(200), row(199, by="user:2"), row(198), *deleted]
    assert [len(group.rows) for group in grouped(rows)] == [2, 1, 1, 2]
    assert [len(group.rows) for group in grouped([row(300), row(100)])] == [1, 1]
    assert grouped([]) == []


def test_an_owner_sees_who_did_what_in_the_own_organisation_in_words(
    visitor: Visitor, stack: LocalStack, ours: Shop, theirs: Shop
) -> None:
    message, own = uuid4(), ours.organization
    changed(stack, own, "sending_paused", by="user:test", via="page", after={"reason": "<férias>"})
    changed(
        stack,
        own,
        "message_resent",
        by="key:erp",
        subject=str(message),
        before={"status": "failed", "reason": "no_instance"},
        after={"status": "pending", "type": "birthdays"},
    )
    changed(stack, own, "campaign_confirmed", by=f"owner:{ours.owner}", via="whatsapp", subject=str(message))
    changed(stack, theirs.organization, "api_key_made", by="cli:root", via="cli", subject="secret-of-one")
    page = visitor(ours).get("/auditoria").text
    for words in (
        "Você",
        "pela página",
        "Pausou os envios",
        "&lt;férias&gt;",
        "Chave erp",
        "pela API",
        "Helena",
        "pelo WhatsApp",
        "Confirmou uma campanha",
        f'href="/mensagens/{message}"',
        "Aniversários",
    ):
        assert words in page, words
    assert "secret-of-one" not in page and "root (no servidor)" not in page
    everything = visitor().get("/auditoria").text
    assert "root (no servidor)" in everything and theirs.name in everything
    assert visitor(ours).get(f"/auditoria?organizacao={theirs.organization}").status_code == 403
    assert "Você" not in visitor(ours).get("/auditoria?quem=key:erp").text.partition("<tbody>")[2]
    assert "Nada com estes filtros" in visitor(ours).get("/auditoria?de=2020-01-01&ate=2020-01-02").text


def test_its_table_has_all_of_it_and_no_formula(visitor: Visitor, stack: LocalStack, theirs: Shop) -> None:
    changed(stack, theirs.organization, "sending_paused", subject="birthdays", after={"reason": "=1+1"})
    answer = visitor(theirs).get("/auditoria.csv?o_que=sending_paused")
    assert answer.headers["content-disposition"] == 'attachment; filename="auditoria.csv"'
    heading, line = answer.text.lstrip("\ufeff").splitlines()
    assert heading.startswith("Quando;Quem;Como;O quê;Sobre;Antes;Depois")
    assert ";Chave a;pela API;Pausou os envios;Aniversários;;motivo: =1+1;" in line


def test_a_bulk_of_many_is_one_line_that_opens(visitor: Visitor, stack: LocalStack, theirs: Shop) -> None:
    for _ in range(3):
        changed(stack, theirs.organization, "message_resent", subject=str(uuid4()), by="user:bulk")
    page = visitor(theirs).get("/auditoria?quem=user:bulk").text
    assert "3 vezes" in page and page.count("<tr>") == 2 and page.count('href="/mensagens/') == 3


def test_the_buttons_of_pages_write_down_who_pressed_them(
    visitor: Visitor, application: Application, queue: redis.Redis, stack: LocalStack, ours: Shop
) -> None:
    user, operator, own = visitor(ours), visitor(), ours.organization
    application.pauses.pause(own, "birthdays", "x")
    application.breakers.stop(f"page-{own}", "refused")
    suspend(application.redis)
    seen = len(changes_of(stack, own))
    form = {"csrf": csrf_of(user.get("/painel")), "organizacao": str(own), "tipo": "birthdays"}
    assert user.post("/painel/pausas/retomar", data=form).status_code == 303
    assert user.post("/painel/instancias/liberar", data=form | {"instancia": f"page-{own}"}).status_code == 303
    failed = ours.messages["failed"][0]
    assert user.post(f"/mensagens/{failed}/reenviar", data=form).status_code == 303
    assert operator.post("/fila/retomar", data={"csrf": csrf_of(operator.get("/painel"))}).status_code == 303
    done = changes_of(stack, own)[seen:]
    assert [(each["by"], each["via"], each["action"]) for each in done] == [
        ("user:test", "page", action) for action in ("sending_resumed", "instance_released", "message_resent")
    ]
    (resumed,) = (each for each in changes_of(stack, None) if each["action"] == "workers_resumed")
    assert (resumed["by"], resumed["via"]) == ("key:test", "page")


@pytest.mark.parametrize(("width", "dark"), [(390, True)])
def test_it_is_for_everybody_on_a_phone(
    look: Callable[..., Looker], stack: LocalStack, ours: Shop, width: int, dark: bool
) -> None:
    before = {"daily_caps": [20, 40], "legal_basis": "consent"}
    changed(
        stack, ours.organization, "campaign_settings_changed", by="user:test", via="page", before=before,
        after=before | {"daily_caps": None},
    )  # fmt: skip
    looker = look(ours, width=width, dark=dark)
    looker.go("/painel")
    looker.page.get_by_role("link", name="Quem fez o quê").click()
    assert looker.page.get_by_role("heading", level=1).inner_text() == "Quem fez o quê"
    assert looker.page.locator("tbody tr").first.inner_text().count("Você") == 1
    assert looker.page.evaluate("document.documentElement.scrollWidth") <= width
    assert findings(looker) == [] and looker.complaints == []
