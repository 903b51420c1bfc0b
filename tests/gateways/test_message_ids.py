"""Message ids of our own making have the form of WhatsApp Web's, and are new each time."""

from __future__ import annotations

import re

from proactive.gateways.message_ids import new_message_id


def test_an_id_has_the_form_of_whatsapp_webs_and_is_new() -> None:
    made = {new_message_id() for _ in range(1000)}
    assert len(made) == 1000
    assert all(re.fullmatch(r"3EB0[0-9A-F]{18}", each) for each in made)
