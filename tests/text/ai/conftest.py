"""The AI service: a stand-in that speaks its format over a real socket."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from proactive.text.ai.client import AuroraService
from sandbox.ai import AuroraSandbox
from sandbox.ai_answers import Mode

KEY = "sk-secret-key"


@pytest.fixture
def sandbox() -> Iterator[AuroraSandbox]:
    server = AuroraSandbox()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.mode = Mode.TRUTH
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def aurora(sandbox: AuroraSandbox) -> AuroraService:
    return AuroraService(sandbox.url, KEY, "a-model", timeout=5)
