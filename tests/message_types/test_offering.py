"""What a message offers: the text that it shows for clients, which may be the business's own."""

from __future__ import annotations

from typing import Any

import pytest

from proactive.message_types.offering import quoted
from proactive.message_types.registry import MESSAGE_TYPES

OWN = "{nome}, que saudade de {pet}!"
FIGURES: dict[str, Any] = {"birthdays": 2, "inactive": 2, "reach": 2, "listed": ["a"], "date": "2026-11-25"}
CONTENT = '💡 Sugestão:\n"Que saudade!"\n\nEnvio?'


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('Oi\n"Venha nos ver"\nEnvio?', "Venha nos ver"),
        ('"Venha\nnos ver"', "Venha\nnos ver"),
        ('O "Rei" do banho diz oi\n"Venha nos ver"\nEnvio?', "Venha nos ver"),
        ('Oi\n"Venha nos ver"\nPosso enviar ao "Rei"?', "Venha nos ver"),
        ('Oi\n"O "Rei" do banho"\nEnvio?', 'O "Rei" do banho'),
        ('Oi, "venha nos ver", sim?', "venha nos ver"),
        ("Oi", ""),
        ('Oi "', ""),
        ('"', ""),
    ],
)
def test_the_text_for_clients_stands_between_lines_that_begin_and_end_with_a_mark(content: str, text: str) -> None:
    assert quoted(content) == text


@pytest.mark.parametrize("type_", ["birthdays", "inactive_clients", "low_occupancy", "custom_campaign"])
def test_a_business_s_own_text_is_the_campaign_s(type_: str) -> None:
    offering = MESSAGE_TYPES[type_].offering
    assert offering is not None
    (house,) = offering.offers(FIGURES, {"message": "Que saudade!"}, CONTENT)
    (own,) = offering.offers(FIGURES | {"client_text": OWN}, {"message": "Que saudade!"}, CONTENT)
    assert own.text == OWN and house.text != OWN
    assert own.rule == house.rule


@pytest.mark.parametrize("type_", ["birthdays", "inactive_clients", "custom_campaign"])
def test_what_reaches_nobody_offers_nothing_whoever_wrote_it(type_: str) -> None:
    offering = MESSAGE_TYPES[type_].offering
    assert offering is not None
    none = FIGURES | {"birthdays": 0, "inactive": 0, "reach": 0, "client_text": OWN}
    assert list(offering.offers(none, {}, CONTENT)) == []


def test_the_texts_for_each_number_of_hours_go_with_the_rule() -> None:
    offering = MESSAGE_TYPES["low_occupancy"].offering
    assert offering is not None
    texts = ["{horarios}", "{horarios}!", "{horarios}!!"]
    (offer,) = offering.offers(FIGURES | {"client_text": OWN, "client_texts": texts}, {}, CONTENT)
    assert offer.rule == {"clients": ["a"], "free_hours": True, "hour_texts": texts}
