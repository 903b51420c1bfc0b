"""Whose messages a user sees on the pages: the own organisation's only."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest

from tests.support.shops import Shop

Visitor = Callable[..., httpx.Client]


def csrf_of(page: httpx.Response) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found
    return found[1]


@pytest.mark.parametrize("path", ["/painel", "/painel/agora", "/mensagens"])
def test_a_user_cannot_name_another_organisation(visitor: Visitor, ours: Shop, theirs: Shop, path: str) -> None:
    client = visitor(ours)
    assert client.get(path).status_code == 200
    assert client.get(path, params={"organizacao": str(theirs.organization)}).status_code == 403


def test_a_user_neither_sees_nor_resends_anothers_message(visitor: Visitor, ours: Shop, theirs: Shop) -> None:
    client, failed = visitor(ours), theirs.messages["failed"][0]
    form = {"csrf": csrf_of(client.get("/painel"))}
    assert client.get(f"/mensagens/{ours.messages['failed'][0]}").status_code == 200
    assert client.get(f"/mensagens/{failed}").status_code == 404
    assert client.post(f"/mensagens/{failed}/reenviar", data=form).status_code == 404


def test_a_user_sees_nothing_of_the_machinery(visitor: Visitor, ours: Shop) -> None:
    assert "Quem trabalha" in visitor().get("/painel").text
    page = visitor(ours).get("/painel").text
    assert not any(words in page for words in ("Quem trabalha", "/rq/", "Organizações mais ativas"))
