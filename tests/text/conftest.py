"""The facts of the product's own examples, as fixtures."""

from __future__ import annotations

import pytest

from proactive.message_types.registry import BY_HAND
from proactive.model.facts import Facts
from tests.support.examples import Examples


@pytest.fixture(scope="session")
def examples() -> type[Examples]:
    """`examples.birthdays(birthdays=1, ...)`: a type's example facts with changes."""
    return Examples


@pytest.fixture(params=list(BY_HAND))
def facts(request: pytest.FixtureRequest) -> Facts:
    """The facts of each type's example in turn."""
    return Examples.of(request.param)
