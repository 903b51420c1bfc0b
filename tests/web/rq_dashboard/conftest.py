"""rq-dashboard stands behind the pages' sign-in: the same application, visitors and browser."""

from __future__ import annotations

from tests.web.pages.conftest import address, app, application, look, queue, sign_in, visitor

__all__ = ["address", "app", "application", "look", "queue", "sign_in", "visitor"]
