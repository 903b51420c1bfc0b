"""The acceptance tests' fixtures: the world on the session's stack, and a folder for processes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.stack import LocalStack
from tests.support.world import World


@pytest.fixture(scope="module")
def world(stack: LocalStack) -> World:
    return World(stack)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="aurora-run-") as name:
        yield Path(name)
