"""Every state of the model of a worker's hand: what its death leaves in doubt is what was at the gateway."""

from __future__ import annotations

import pytest

from tests.properties.lanes_model import AT_GATEWAY, BACK, RESERVED, WAITS, Lanes

WORLDS = [
    pytest.param(Lanes(("a", "a", "b", "b", "c"), 2), id="two flights for three instances"),
    pytest.param(Lanes(("a", "b", "c", "d"), 3), id="an instance each"),
    pytest.param(Lanes(("a", "a", "a", "b", "a"), 4), id="more flights than lanes"),
    pytest.param(Lanes(("a", "b", "c", "a"), 1), id="one flight"),
]


@pytest.mark.parametrize("lanes", WORLDS)
def test_a_death_leaves_in_doubt_at_most_the_flights_and_one_an_instance(lanes: Lanes) -> None:
    most = 0
    for hand in lanes.explore():
        doubt = lanes.in_doubt(hand)
        assert len(doubt) <= lanes.flights
        assert len({lanes.instances[n] for n in doubt}) == len(doubt)
        most = max(most, len(doubt))
    assert most == min(lanes.flights, len(set(lanes.instances)))


@pytest.mark.parametrize("lanes", WORLDS)
def test_what_only_waited_was_never_sent_and_what_went_back_may_go_to_another_at_once(lanes: Lanes) -> None:
    for hand in lanes.explore():
        unsent = {n for n, at in enumerate(hand.at) if at in (WAITS, RESERVED, BACK)}
        assert not unsent & set(hand.sent)
        assert all(hand.at[n] >= AT_GATEWAY for n in hand.sent)
        assert len(set(hand.sent)) == len(hand.sent)


@pytest.mark.parametrize("lanes", WORLDS)
def test_messages_of_an_instance_leave_in_the_order_in_which_they_were_taken(lanes: Lanes) -> None:
    for hand in lanes.explore():
        for instance in set(lanes.instances):
            mine = [n for n in hand.sent if lanes.instances[n] == instance]
            assert mine == sorted(mine)


@pytest.mark.parametrize("lanes", WORLDS)
def test_from_every_state_the_hand_can_be_emptied(lanes: Lanes) -> None:
    for hand in lanes.explore():
        settled = all(at in (BACK, BACK - 1) for at in hand.at)
        assert settled or any(after != hand._replace(stopping=True) for after in lanes.steps(hand))
