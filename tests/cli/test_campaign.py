"""scripts/campaign.py: which campaigns there are, how one stands, and stopping one."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest

from sandbox.stack import LocalStack
from tests.cli.conftest import Call, Run, refused
from tests.support.promoting import Promotion, make_promotion

NOBODY = str(UUID(int=7))


@pytest.fixture(scope="module")
def made(stack: LocalStack) -> Iterator[Promotion]:
    promotion = make_promotion(stack, "Patas & Cia", clients=4)
    promotion.sent(promotion.campaign("running", 4), range(3))
    promotion.campaign("done", 2, ended_by="finished")
    promotion.campaign("paused", 2, pause_cause="disconnected")
    yield promotion
    promotion.connection.close()


def test_those_on_their_way_are_listed_with_names_beside_ids(run: Run, made: Promotion) -> None:
    listed = run("campaign", "list")
    assert listed.status == 0
    for shown in (made.campaigns["running"], made.organization, "clientes inativos", "Patas & Cia", "3 of 4"):
        assert str(shown) in listed.out
    assert "paused (disconnected)" in listed.out and str(made.campaigns["done"]) not in listed.out
    over = run("campaign", "list", "--state", "over", "--organization", str(made.organization)).out
    assert str(made.campaigns["done"]) in over and str(made.campaigns["running"]) not in over
    assert run("campaign", "list", "--state", "waiting").out == "There is no such campaign.\n"
    assert run("campaign", "list", "--state", "all").out.count(str(made.organization)) == 3


def test_one_is_shown_without_any_client(run: Run, made: Promotion) -> None:
    shown = run("campaign", "show", str(made.campaigns["running"]))
    assert shown.status == 0
    for words in ("3 of 4, 1 waiting", "9 never_talked", "3 opted_out", "Helena (whatsapp)", "Patas & Cia"):
        assert words in shown.out
    for place in range(4):
        assert made.key(place) not in shown.out and made.key(place)[2:] not in shown.out
    assert "Maria" not in shown.out


def test_one_is_stopped_for_good(run: Run, made: Promotion, stack: LocalStack) -> None:
    another = make_promotion(stack, "Bicho Feliz", clients=3)  # the lists of the first one stay as they are
    campaign = str(another.campaign("running", 3))
    another.connection.close()
    stopped = run("campaign", "stop", campaign)
    assert (stopped.status, stopped.out.split(":")[0]) in ((0, "stopped"), (0, "declined"))
    assert run("campaign", "stop", campaign).status == 0  # as it is
    assert "scripts/campaign.py" in run("campaign", "show", campaign).out
    refused(run("campaign", "stop", str(made.campaigns["done"])), "it is done already")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("show",), "say which"), (("stop",), "say which"), (("show", "x"), "CAMPAIGN is not an id"),
        (("show", NOBODY), "there is no campaign"), (("stop", NOBODY), "--state all"),
        (("list", NOBODY), "unexpected extra argument"), (("list", "--organization", "x"), "--organization"),
        (("list", "--organization", NOBODY), "there is no organisation"), (("list", "--state", "x"), "is not one of"),
        (("begin",), "No such command"), ((), "Commands:"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_refused(run: Run, made: Promotion, given: Call, says: str) -> None:
    refused(run("campaign", *given), says)
