"""The list of pauses: all of them, each with its button; a user sees the own ones and those of everybody."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from proactive.app import Application
from tests.support.shops import Shop

Visitor = Callable[..., httpx.Client]


def test_whoever_may_end_a_pause_has_a_button_for_it(
    visitor: Visitor, application: Application, ours: Shop, theirs: Shop
) -> None:
    for organization in (ours.organization, theirs.organization, None):
        application.pauses.pause(organization, None, f"motivo de {organization}")
    try:
        page = visitor().get("/pausas").text
        assert page.count("<button>Retomar") == 3
        page = visitor(ours).get("/pausas").text
        assert page.count("<button>Retomar") == 1
        assert "motivo de None" in page and str(theirs.organization) not in page
    finally:
        for organization in (ours.organization, theirs.organization, None):
            application.pauses.resume(organization, None)
    assert "Nada está pausado" in visitor().get("/pausas").text
