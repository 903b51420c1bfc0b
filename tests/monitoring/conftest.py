"""A webhook that remembers, and settings that point at the stack."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from proactive.settings import Settings
from sandbox.stack import LocalStack
from tests.support.crew import Webhook, serving
from tests.support.world import World

SettingsFor = Callable[..., Settings]


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with serving() as found:
        yield found


@pytest.fixture(scope="module")
def world(stack: LocalStack) -> World:
    return World(stack)


@pytest.fixture
def settings_for(environment: Mapping[str, str]) -> SettingsFor:
    """Settings that point at the stack, with changes."""

    def settings(**changes: Any) -> Settings:
        values = {name.lower(): value for name, value in environment.items()}
        return Settings(_env_file=None, **values | changes)

    return settings
