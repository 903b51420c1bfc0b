"""The entries of the schedule: one for each message type and time zone in use, under fixed ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.zones import zone_info

PREFIX = "cron-"


@dataclass(frozen=True, slots=True)
class CronEntry:
    """A cron entry of one type in one IANA time zone."""

    type: str
    timezone: str
    cron: str

    @property
    def id(self) -> str:
        """The id of its job: letters, digits, `_` and `-` are all that RQ takes."""
        zone = self.timezone.replace("+", "_plus_").replace("/", "--")
        return f"{PREFIX}{self.type}-{re.sub(r'[^A-Za-z0-9_-]', '_', zone)}"

    @property
    def zone(self) -> ZoneInfo:
        """The zone in whose local time `cron` is read, America/Sao_Paulo where it is none."""
        return zone_info(self.timezone)


def entries_for(zones: Iterable[str]) -> Iterator[CronEntry]:
    """The entries that the zones need, each zone once; a name that is no zone gets none.

    The database names zones as IANA does, and America/Sao_Paulo for what is none: nobody is left out here.
    """
    for zone in sorted(set(zones)):
        if zone_info(zone).key != zone:
            continue
        for type_ in MESSAGE_TYPES.values():
            if type_.cron is not None:
                yield CronEntry(type_.name, zone, type_.cron)
