"""The raw content: what is dropped before anything is read, how much may be left, and files that are none."""

from __future__ import annotations

import datetime as dt

import pytest

from proactive.feeds.faults import FeedFault
from proactive.feeds.reading.content import LARGEST, MOST_COMPONENTS, components

NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)


def calendar(*events: str) -> bytes:
    return f"BEGIN:VCALENDAR\r\n{''.join(events)}END:VCALENDAR\r\n".encode()


def event(*lines: str) -> str:
    return "".join(f"{line}\r\n" for line in ("BEGIN:VEVENT", *lines, "END:VEVENT"))


def kept(*lines: str) -> bool:
    return bool(components(calendar(event(*lines)), NOW))


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART:20260101T100000Z",), ("DTSTART:20260101T100000Z", "DTEND:20260530T115959Z"),
        ("DTSTART;VALUE=DATE:20260528",), ("DTSTART:20260529T100000",), ("DTSTART:20260101T100000Z", "DURATION:PT1H"),
        ("DTSTART;TZID=America/Sao_Paulo:20260101T100000", "DTEND;TZID=America/Sao_Paulo:20260529T110000", "EXDATE:x"),
    ],
)  # fmt: skip
def test_what_ended_two_days_ago_is_dropped_as_it_stands(lines: tuple[str, ...]) -> None:
    assert not kept(*lines)
    for repeats in ("RRULE:x", "RDATE:x", "RECURRENCE-ID:x", "rrule;X=1:x"):
        assert kept(*lines, repeats)


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART:20260101T100000Z", "DTEND:20260530T120000Z"), ("DTSTART;VALUE=DATE:20260530",),
        ("DTSTART:20260601T100000Z", "DTEND:20260101T100000Z", "DTEND:20260101T100000Z"), ("DTSTART:x",), (),
        ("DTSTART:20260101T100000Z", "DURATION:P150D"), ("DTSTART:20260101T100000Z", "DURATION:x"),
        ("DTSTART:20260101T100000Z", "DTSTART:20260101T100000Z"), ("DTSTART:20261399T000000",),
        ("DTSTART:99991231T235959",),
    ],
)  # fmt: skip
def test_what_may_not_be_over_is_kept(lines: tuple[str, ...]) -> None:
    assert kept(*lines)


def test_ten_years_of_old_events_are_no_hindrance_and_five_thousand_new_ones_are_the_most() -> None:
    old = event("DTSTART:20160101T100000Z", "DTEND:20160101T110000Z", "DESCRIPTION:" + "x" * 2000) * 6000
    new = event("DTSTART:20260604T100000Z")
    zone = "BEGIN:VTIMEZONE\r\nTZID:x\r\nEND:VTIMEZONE\r\n"
    assert len(components(calendar(old, zone, new * (MOST_COMPONENTS - 1)), NOW)) == MOST_COMPONENTS
    with pytest.raises(FeedFault, match="too_many_components"):
        components(calendar(zone, new * MOST_COMPONENTS), NOW)


def test_four_megabytes_of_new_events_are_the_most_whatever_they_are_of() -> None:
    long = event("DTSTART:20260604T100000Z", "DESCRIPTION:" + "x" * (LARGEST // 4))
    assert len(components(calendar(long * 3), NOW)) == 3
    with pytest.raises(FeedFault, match="too_large"):
        components(calendar(long * 4), NOW)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not_a_calendar"), (b"\r\n\r\n", "not_a_calendar"), (b"<html>", "not_a_calendar"),
        (b"BEGIN:VEVENT\nEND:VEVENT\n", "not_a_calendar"), (b"\xff\xfeB\x00E\x00G\x00", "not_a_calendar"),
        (b"{}", "not_a_calendar"), (b"BEGIN:VCALENDAR", "cut"), (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:2026", "cut"),
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR\nBEGIN:VCALENDAR\n", "cut"), (b"BEGIN:VCALENDAR\nEND:VCALENDA", "cut"),
    ],
)  # fmt: skip
def test_what_is_no_whole_file_is_a_fault(body: bytes, code: str) -> None:
    with pytest.raises(FeedFault) as fault:
        components(body, NOW)
    assert fault.value.code == code


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b"\n\n"])
def test_lines_end_as_programs_end_them(end: bytes, start: bytes) -> None:
    body = start + calendar(event("SUMMARY:Ol", " á", "DTSTART;VALUE=DATE:20260604")).replace(b"\r\n", end)
    (found,) = components(body, NOW)
    assert found.lines == ["SUMMARY:Olá", "DTSTART;VALUE=DATE:20260604"]


def test_a_letter_may_be_folded_in_its_middle_and_other_alphabets_are_read() -> None:
    body = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:\xc3\n \xa1\nLOCATION:x\nEND:VEVENT\nEND:VCALENDAR"
    assert components(body, NOW)[0].lines == ["SUMMARY:á"]
    assert components(body.replace(b"\xc3\n \xa1", b"\xe1"), NOW)[0].lines == ["SUMMARY:á"]


def test_components_that_do_not_end_as_they_began_are_broken_and_the_next_is_whole() -> None:
    good = event("DTSTART:20260604T100000Z")
    for bad in (
        "BEGIN:VEVENT\r\nDTSTART:x\r\n", "BEGIN:VEVENT\r\nBEGIN:VALARM\r\nDTSTART:x\r\nEND:VEVENT\r\n",
        "BEGIN:VEVENT\r\nEND:VALARM\r\nEND:VEVENT\r\n",
    ):  # fmt: skip
        assert [each.broken for each in components(calendar(bad, good), NOW)] == [True, False]
    assert [each.broken for each in components(calendar(good, "BEGIN:VEVENT\r\n"), NOW)] == [False, True]
    assert components(calendar("BEGIN:VTODO\r\nDTSTART:x\r\n", "END:X\r\n", good), NOW)[0].broken is False
