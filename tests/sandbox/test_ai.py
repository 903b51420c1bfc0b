"""The AI stand-in, as the demo and the tests share it."""

from __future__ import annotations

import requests

from sandbox.ai import AuroraSandbox
from tests.text.ai.conftest import sandbox

__all__ = ["sandbox"]  # fixture


def test_the_sandbox_is_told_over_http_how_to_answer(sandbox: AuroraSandbox) -> None:
    root = sandbox.url.removesuffix("/v1")
    assert requests.post(f"{root}/sandbox/mode", json={"mode": "lie"}, timeout=5).json() == {"mode": "lie"}
    assert requests.get(f"{root}/sandbox/mode", timeout=5).json() == {"mode": "lie"}
    assert requests.post(f"{root}/sandbox/mode", data="nonsense", timeout=5).status_code == 422
    assert requests.get(f"{root}/sandbox/requests", timeout=5).json() == {"requests": []}
