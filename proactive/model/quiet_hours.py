"""Quiet hours: the times of a day at which nothing is sent unasked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local times between which nothing is sent unasked, `start` included, `end` not; may span midnight."""

    start: dt.time
    end: dt.time

    def contains(self, local: dt.time) -> bool:
        """Whether a local time is within quiet hours. Equal bounds mean that there are none."""
        if self.start <= self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end

    def over_at(self, moment: dt.datetime, zone: ZoneInfo) -> dt.datetime:
        """The first end of quiet hours after an aware instant."""
        local = moment.astimezone(zone)
        day = local.date() if local.time() < self.end else local.date() + dt.timedelta(days=1)
        # of a local time that happens twice, or never, the first reading is meant
        return dt.datetime.combine(day, self.end.replace(fold=0), zone).astimezone(dt.UTC)
