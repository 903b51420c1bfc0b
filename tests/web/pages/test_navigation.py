"""The navigation: what there is for whom."""

from __future__ import annotations

from proactive.web.auth.callers import Caller
from proactive.web.auth.sessions import Session
from proactive.web.pages.navigation import QUEUE_PAGE, navigation


def test_the_queue_is_for_operators_and_nothing_for_strangers() -> None:
    operator = navigation(Session(Caller("service", "key:test"), "csrf"))
    user = navigation(Session(Caller("user", "user:test"), "csrf"))
    assert set(operator) - set(user) == {(QUEUE_PAGE, "Fila")}
    assert [address for address, _ in user][:2] == ["/painel", "/mensagens"]
    assert navigation(None) == []
