"""The entries of the schedule: which ones zones need, and ids that RQ takes."""

from __future__ import annotations

import re
from zoneinfo import available_timezones

import pytest

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.schedule.entries import CronEntry, entries_for

SCHEDULED = sorted(type_.name for type_ in MESSAGE_TYPES.values() if type_.cron)


def test_a_zone_gets_an_entry_for_every_scheduled_type_however_often_it_is_named() -> None:
    entries = list(entries_for(["America/Manaus", "America/Manaus"]))
    assert sorted(entry.type for entry in entries) == SCHEDULED
    assert {entry.timezone for entry in entries} == {"America/Manaus"}
    assert all(entry.zone.key == "America/Manaus" for entry in entries)


@pytest.mark.parametrize("name", ["", "Nowhere/At all", "/etc/passwd", "../UTC", "America", "a\x00b"])
def test_what_is_no_zone_gets_none(name: str) -> None:
    assert list(entries_for([name])) == []


def test_every_zone_of_the_world_has_an_id_of_its_own_that_rq_takes() -> None:
    ids = [CronEntry("birthdays", zone, "0 9 * * *").id for zone in available_timezones()]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"cron-birthdays-[A-Za-z0-9_-]+", entry_id) for entry_id in ids)


def test_ids_are_what_they_were_when_the_first_schedules_were_written() -> None:
    assert CronEntry("birthdays", "America/Sao_Paulo", "0 9 * * *").id == "cron-birthdays-America--Sao_Paulo"
    assert CronEntry("birthdays", "Etc/GMT+3", "0 9 * * *").id == "cron-birthdays-Etc--GMT_plus_3"
