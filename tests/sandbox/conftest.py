"""A sandbox gateway over real HTTP, with one connected instance."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.gateway.client import Sandbox, running


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running(tmp_path_factory.mktemp("gateway"), "global-key") as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(served: Sandbox) -> Sandbox:
    """It behaves and remembers no message and nobody's name; `shop` is connected."""
    served.behave()
    served.instance("shop")
    served.forget()
    served.forget_people()
    return served
