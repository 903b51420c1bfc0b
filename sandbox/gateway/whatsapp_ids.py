"""How WhatsApp names accounts and messages."""

from __future__ import annotations

import re
import secrets
import zlib

_MOBILE = re.compile(r"55(\d{2})9([7-9]\d{7})")
_FIRST_AREA_WITHOUT_NINE = 31


def jid_of(number: str) -> str:
    """The account's JID: Brazilian mobiles with area code 31 or above lose their ninth digit."""
    mobile = _MOBILE.fullmatch(number)
    if mobile and int(mobile[1]) >= _FIRST_AREA_WITHOUT_NINE:
        number = f"55{mobile[1]}{mobile[2]}"
    return f"{number}@s.whatsapp.net"


def lid_of(number: str) -> str:
    """The id that stands for the number without showing it, always the same."""
    return f"199{zlib.crc32(number.encode()):012d}@lid"


def own_jid(instance: str) -> str:
    """The account of an instance itself: a made-up mobile of its own."""
    return f"55119{zlib.crc32(instance.encode()) % 10**8:08d}@s.whatsapp.net"


def web_message_id() -> str:
    """The id of a message that a program sent: 3EB0 and 18 hexadecimal digits."""
    return f"3EB0{secrets.token_hex(9).upper()}"


def phone_message_id() -> str:
    """The id of a message that was written on a phone: 3A and 18 hexadecimal digits."""
    return f"3A{secrets.token_hex(9).upper()}"
