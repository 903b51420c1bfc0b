"""Applications on the stack, with changed settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
import redis

from proactive.app import Application, build
from proactive.settings import Settings

BuildApp = Callable[..., Application]


@pytest.fixture
def build_app(environment: Mapping[str, str], redis_client: redis.Redis) -> BuildApp:
    """Builds an application on the stack, whose Redis is empty."""

    def build_app(**changes: Any) -> Application:
        values = {name.lower(): value for name, value in environment.items()}
        return build(Settings(_env_file=None, **values | changes))

    return build_app
