"""Sessions end with the keys that opened them."""

from __future__ import annotations

from proactive.app import Application
from proactive.web.auth.callers import Caller
from proactive.web.auth.sessions import LONGEST, Sessions


def test_taking_a_key_out_of_the_settings_ends_what_it_opened(application: Application) -> None:
    cookie = Sessions(application.redis, application.settings).open(Caller("service", "key:x"), LONGEST)
    rotated = application.settings.model_copy(update={"api_keys": "sha256:" + "0" * 64})
    assert Sessions(application.redis, application.settings).find(cookie) is not None
    assert Sessions(application.redis, rotated).find(cookie) is None
