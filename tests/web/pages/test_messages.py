"""Finding messages by the beginning of their number, however short it is."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest

from sandbox.stack import LocalStack
from tests.web.pages.conftest import Shop, make_shop


@pytest.fixture(scope="module")
def mine(stack: LocalStack) -> Shop:
    """A shop that no other module's processes have emptied."""
    return make_shop(stack, "Achados & Perdidos")


@pytest.mark.parametrize("digits", [1, 2, 3, 9, 36])
def test_a_beginning_finds_every_message_of_ones_own_that_begins_so(
    visitor: Callable[..., httpx.Client], mine: Shop, theirs: Shop, digits: int
) -> None:
    everything = [str(message) for message in mine.messages["sent"] + mine.messages["failed"]]
    beginning = everything[0][:digits]
    page = visitor(mine).get("/mensagens", params={"id": beginning.upper()}).text
    found = re.findall(r'href="/mensagens/([0-9a-f-]{36})"', page)
    assert sorted(found) == sorted(message for message in everything if message.startswith(beginning))


def test_a_gateways_number_finds_its_message(visitor: Callable[..., httpx.Client], mine: Shop) -> None:
    message = mine.messages["sent"][0]
    page = visitor(mine).get("/mensagens", params={"id": f"3EB0{message.hex[:16].upper()}"}).text
    assert re.findall(r'href="/mensagens/([0-9a-f-]{36})"', page) == [str(message)]
