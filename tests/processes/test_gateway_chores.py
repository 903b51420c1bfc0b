"""The chores at the gateway: learned at start, and never in the way of the others."""

from __future__ import annotations

from proactive.processes.gateway_chores import GatewayChores
from proactive.storage.redis import GATEWAY_MEMORY
from sandbox.stack import LocalStack
from tests.processes.conftest import BuildApp
from tests.support.dripping import dripping


def test_the_gateway_is_probed_at_start(build_app: BuildApp, stack: LocalStack) -> None:
    app = build_app()
    app.redis.delete(GATEWAY_MEMORY)
    GatewayChores(app).run_due()
    known = app.gateway_memory.known()
    assert known is not None
    assert known.version


def test_it_is_probed_again_after_ten_minutes(build_app: BuildApp) -> None:
    app, now = build_app(), [0.0]
    chores = GatewayChores(app, lambda: now[0])
    chores.run_due()
    app.redis.delete(GATEWAY_MEMORY)
    now[0] = 599.0
    chores.run_due()
    assert app.gateway_memory.known() is None
    now[0] = 600.0
    chores.run_due()
    assert app.gateway_memory.known() is not None


def test_a_gateway_that_does_not_answer_holds_up_nobody(build_app: BuildApp) -> None:
    with dripping(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n") as silent:
        app = build_app(whatsapp_url=silent.url, gateway_timeout=0.5)
        app.redis.delete(GATEWAY_MEMORY)
        chores = GatewayChores(app)
        chores.begin()
        thread = chores._thread
        assert thread is not None
        assert thread.is_alive()
        chores.begin()
        assert chores._thread is thread
        thread.join(10)
    assert not thread.is_alive()
    assert app.gateway_memory.known() is None
