"""The corpus: one file an issue of others, one file a rule; and files that are too much."""

from __future__ import annotations

import datetime as dt
from contextlib import nullcontext

import pytest

from proactive.feeds.faults import FeedFault
from proactive.feeds.limits import SeriesGuard
from proactive.feeds.reading.reader import MOST_NAMED, read_calendar
from tests.feeds.corpora import FILES, FOLDER, PURPOSES, case, reasons, told

NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
ZONE = "America/Sao_Paulo"


def calendar(*events: str) -> bytes:
    return f"BEGIN:VCALENDAR\r\n{''.join(events)}END:VCALENDAR\r\n".encode()


def event(*lines: str) -> str:
    return "".join(f"{line}\r\n" for line in ("BEGIN:VEVENT", *lines, "END:VEVENT"))


def test_every_issue_has_its_file() -> None:
    issues = {file.stem for file in (FOLDER / "issues").iterdir()}
    assert issues == {
        "calcom-14641", "calcom-14664", "calcom-17326", "calcom-19929", "node-ical-454", "node-ical-542",
        "dateutil-1094", "dateutil-1441", "home-assistant-142164", "home-assistant-145101", "nextcloud-4250",
        "nextcloud-8354", "vexa-1182",
    }  # fmt: skip


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_of_the_corpus_is_read_as_it_says(path: object, purpose: str) -> None:
    one = case(path)  # type: ignore[arg-type]
    assert one.why
    guard = SeriesGuard(0.2) if one.guarded else nullcontext
    if "FAULT" in one.expected:
        with pytest.raises(FeedFault) as fault:
            read_calendar(one.body, purpose, one.zone, one.now)
        assert [fault.value.code] == one.expected["FAULT"]
        return
    reading = read_calendar(one.body, purpose, one.zone, one.now, guard)
    events = one.events(purpose)
    if events is not None:
        assert sorted(map(told, reading.events)) == events
    assert reasons(reading.refused) == one.left_out("REFUSED", purpose)
    assert reasons(reading.ignored) == one.left_out("IGNORED", purpose)


def test_two_thousand_events_are_kept_and_one_more_refuses_the_file() -> None:
    day = ("DTSTART;VALUE=DATE:20260604",)
    most = [event(f"UID:{number}", *day) for number in range(2000)]
    outside = event("UID:o", "DTSTART;VALUE=DATE:20270604")
    cancelled = event("UID:c", "STATUS:CANCELLED", *day)
    assert len(read_calendar(calendar(*most, outside, cancelled), "closures", ZONE, NOW).events) == 2000
    with pytest.raises(FeedFault, match="too_many_instances"):
        read_calendar(calendar(*most, event("UID:x", *day)), "closures", ZONE, NOW)


def test_a_series_counts_with_every_event_of_it() -> None:
    busy = event("UID:1", "DTSTART:20260101T000000Z", "DURATION:PT5M", "RRULE:FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9")
    assert len(read_calendar(calendar(busy), "busy", ZONE, NOW).events) == 620
    with pytest.raises(FeedFault, match="too_many_instances"):
        read_calendar(calendar(*(busy.replace("UID:1", f"UID:{number}") for number in range(4))), "busy", ZONE, NOW)


def test_what_is_left_out_is_named_and_what_is_too_much_of_it_is_counted() -> None:
    bad = [event(f"UID:{number}", f"SUMMARY:Evento {number}", "DTSTART:x") for number in range(MOST_NAMED + 7)]
    ignored = read_calendar(calendar(*bad), "busy", ZONE, NOW).ignored
    assert len(ignored) == MOST_NAMED + 1
    assert ignored[0] == {"title": "Evento 0", "reason": "unreadable"}
    assert ignored[-1] == {"title": None, "reason": "unreadable", "number": 7}


def test_a_series_that_is_no_series_costs_itself_alone() -> None:
    far = event("UID:1", "SUMMARY:Longe", "DTSTART:00010101T000000Z", "DTEND:99991231T235959Z", "RRULE:FREQ=YEARLY")
    good = event("UID:2", "SUMMARY:Bom", "DTSTART;VALUE=DATE:20260604")
    reading = read_calendar(calendar(far, good), "closures", ZONE, NOW)
    assert [each["title"] for each in reading.events] == ["Bom"]
