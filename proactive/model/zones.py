"""The time zones by name, as the database resolved them; one fallback for the whole product."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

#: The zone of an organisation whose own is none (`aurora_proactive_zone` in the database says the same).
DEFAULT_ZONE = "America/Sao_Paulo"


def zone_info(name: str) -> ZoneInfo:
    """The zone of an IANA name spelled as IANA does, which is how the database answers; else America/Sao_Paulo.

    A name that this Python lacks (a zone newer than its data) must not cost anybody a message.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # ValueError: no key; OSError: a folder, or a name too long
        return ZoneInfo(DEFAULT_ZONE)
