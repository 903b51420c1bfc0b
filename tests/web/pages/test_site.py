"""What a visitor gets where there is no page."""

from __future__ import annotations

from collections.abc import Callable

import httpx

Visitor = Callable[..., httpx.Client]


def test_a_browser_that_is_lost_gets_a_page_and_a_program_a_problem(visitor: Visitor) -> None:
    client = visitor(anonymous=True)
    lost = client.get("/paineis", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (lost.status_code, lost.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "Não há nada neste endereço." in lost.text and "content-security-policy" in lost.headers
    for path, accept in (("/paineis", "*/*"), ("/api/aurora/nowhere", "text/html")):
        answer = client.get(path, headers={"Accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
