"""The API's answers about feeds: what was read, refused, and what is wrong, never the address."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from uuid import UUID

from proactive.feeds.subscriptions import Purpose
from proactive.feeds.words import fault_words, reason_words
from proactive.storage.answers import Row
from proactive.web.api.schemas import ResponseModel


class FeedFaultView(ResponseModel):
    """What was wrong with the last read: `code`, and in Portuguese `text` and `advice`; `times` in a row."""

    code: str
    text: str
    advice: str
    since: dt.datetime
    times: int


class LeftOut(ResponseModel):
    """Why something of the file does not count: `code`, in Portuguese `text`, and how many there are."""

    code: str
    text: str
    number: int


class FeedView(ResponseModel):
    """A feed. `host` is the site of its address, which itself is never shown. `goodAt` is when it was last read well,
    null: never, and then it closes and takes nothing; `old` where that is more than a day ago. `events` are those that
    count from yesterday to 60 days ahead. `refused` are series that are not expanded, `ignored` what else was left out.
    `unconfirmed`: it came empty once, and what it said before stays until it is read a second time."""

    id: UUID
    organization_id: UUID
    purpose: Purpose
    label: str | None
    host: str
    added_at: dt.datetime
    added_by: str | None
    reading: bool
    read_at: dt.datetime | None
    good_at: dt.datetime | None
    next_read_at: dt.datetime
    old: bool
    unconfirmed: bool
    events: int
    refused: list[LeftOut]
    ignored: list[LeftOut]
    fault: FeedFaultView | None


class FeedList(ResponseModel):
    """The feeds of an organisation, oldest first. `possible` is false where the installation has no CALENDAR_KEY: then
    none can be added or read. At most `most` may be there."""

    feeds: list[FeedView]
    possible: bool
    most: int


def feed_view(row: Row) -> FeedView:
    """A feed as the API shows it."""
    fault, left_out = None, {name: _left_out(row[name]) for name in ("refused", "ignored")}
    if row["fault"]:
        words = fault_words(row["fault"])
        fault = FeedFaultView(
            code=row["fault"], text=words.label, advice=words.advice, since=row["fault_at"], times=row["faults"]
        )
    return FeedView.model_validate(row | left_out | {"fault": fault})


def _left_out(found: list[Row]) -> list[LeftOut]:
    """By reason alone: the titles are for the business's own page."""
    counted = Counter[str]()
    for each in found:
        counted[each["reason"]] += each.get("number", 1)
    return [LeftOut(code=code, text=reason_words(code), number=number) for code, number in counted.most_common()]
