"""How WhatsApp names the account of a number."""

from __future__ import annotations

import re

_MOBILE = re.compile(r"55(\d{2})9([7-9]\d{7})")
_FIRST_AREA_WITHOUT_NINE = 31


def jid_of(number: str) -> str:
    """The account's JID: Brazilian mobiles with area code 31 or above lose their ninth digit."""
    mobile = _MOBILE.fullmatch(number)
    if mobile and int(mobile[1]) >= _FIRST_AREA_WITHOUT_NINE:
        number = f"55{mobile[1]}{mobile[2]}"
    return f"{number}@s.whatsapp.net"
