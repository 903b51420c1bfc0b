"""Messages that belong together: what one person writes within some seconds is read as one. Pure.

People write `sim`, and `menos a Ana` two seconds later. Read apart, the first would send what the second takes back.
A stop waits for nothing, and takes with it what was written before it: a yes older than a stop is void.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from proactive.campaigns.understanding import InboundMessage
from proactive.replies.owner import read_reply
from proactive.replies.readings import Kind, ReadingContext

_STOPS = frozenset({Kind.STOP, Kind.PAUSE, Kind.CANCEL})
#: What stops a live campaign too; to a question `não` waits, because `amanhã às 9` may follow.
_STOPS_WHAT_IS_LIVE = _STOPS | {Kind.LATER, Kind.NO}
#: The kinds of messages whose words are joined.
WITH_WORDS = frozenset({"text", "caption", "audio"})


@dataclass(frozen=True, slots=True)
class JoinedMessage:
    """Messages read as one: what is read, and the gateway's ids of all that are settled by it, oldest first."""

    read: InboundMessage
    ids: tuple[str, ...]


def waits(message: InboundMessage, *, live: bool) -> bool:
    """Whether a message waits for more of the same person: stops do not.

    `live`: a campaign of theirs is confirmed, running or paused, and stops at more words. Where that is not known yet,
    True is the careful answer.
    """
    reading = read_reply(message.text, ReadingContext(live=live)) if message.text else None
    return reading is None or reading.kind not in (_STOPS_WHAT_IS_LIVE if live else _STOPS)


def joined(messages: Sequence[InboundMessage], within: dt.timedelta, *, live: bool) -> list[JoinedMessage]:
    """One person's messages on one instance, those that belong together as one, oldest first.

    Messages belong together while each is at most `within` after the one before it. Words become one text, with commas
    between, in the order of their times (of one second: in the order given); they quote what one of them quotes, and
    where two quote different messages they stay apart. Reactions, and audio without words, stay apart too. A stop is
    read alone, and settles what belongs to it and is not newer. A message without a time is read alone.

    What is joined has the newest id, so that it is another reply than a part of it, and the oldest time, so that it is
    as late, and as easily void, as its oldest part. The same id twice is one message.
    """
    once = {message.id: message for message in messages}.values()
    timed = sorted((each for each in once if each.at is not None), key=_written_at)
    found = [JoinedMessage(each, (each.id,)) for each in once if each.at is None]
    for together in _runs(timed, within):
        found += _read(together, live)
    return found


def _written_at(message: InboundMessage) -> dt.datetime:
    return message.at or dt.datetime.max.replace(tzinfo=dt.UTC)


def _runs(messages: Iterable[InboundMessage], within: dt.timedelta) -> list[list[InboundMessage]]:
    """The messages (in order) cut where more than `within` lies between two."""
    runs: list[list[InboundMessage]] = []
    for message in messages:
        if runs and _written_at(message) - _written_at(runs[-1][-1]) <= within:
            runs[-1].append(message)
        else:
            runs.append([message])
    return runs


def _read(together: Sequence[InboundMessage], live: bool) -> list[JoinedMessage]:
    stops = [message for message in together if not waits(message, live=live)]
    if not stops:
        return _with_words_joined(together)
    last = stops[-1]
    older = [each for each in together if _written_at(each) <= _written_at(last) and each not in stops]
    newer = [each for each in together if _written_at(each) > _written_at(last)]
    settled = tuple(each.id for each in older)
    # each stop is acted on (two may quote two campaigns); what stood before them is settled by the last
    first = [JoinedMessage(each, (each.id,)) for each in stops[:-1]]
    return [*first, JoinedMessage(last, (*settled, last.id)), *_with_words_joined(newer)]


def _with_words_joined(messages: Sequence[InboundMessage]) -> list[JoinedMessage]:
    words = [each for each in messages if each.text and each.kind in WITH_WORDS]
    quoted = {each.quoted for each in words if each.quoted is not None}
    if len(words) < 2 or len(quoted) > 1:
        return [JoinedMessage(each, (each.id,)) for each in messages]
    kinds = [each.kind for each in words if each.kind != "text"]
    whole = replace(
        words[-1],
        quoted=next(iter(quoted), None),
        kind=kinds[0] if kinds else "text",
        text=", ".join(each.text.strip(" ,") for each in words),
        at=words[0].at,
        weakened=any(each.weakened for each in words),
    )
    joined_words = JoinedMessage(whole, tuple(each.id for each in words))
    alone = [JoinedMessage(each, (each.id,)) for each in messages if each not in words]
    return sorted([*alone, joined_words], key=lambda each: _written_at(each.read))
