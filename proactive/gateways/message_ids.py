"""Message ids of our own making, in the form that WhatsApp Web's clients give theirs."""

from __future__ import annotations

import secrets


def new_message_id() -> str:
    """A new id: `3EB0` and 18 upper-case hexadecimal digits.

    One is made for every lease, kept with it before the message is handed over, and sent along. A gateway that honours
    it can be asked for exactly that message; whether WhatsApp drops a second one with the same id is not known.
    """
    return f"3EB0{secrets.token_hex(9).upper()}"
