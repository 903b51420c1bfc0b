"""Acting on what an owner chooses about Aurora's own messages; each choice is written before it is echoed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from proactive.app import Application
from proactive.campaigns.answers import ChoiceAnswerName
from proactive.campaigns.conversation import OwnerConversation
from proactive.campaigns.conversation_view import ConversationView, OrganizationView
from proactive.campaigns.manner import Manner
from proactive.campaigns.outgoing_answers import Reply
from proactive.campaigns.subject import candidates
from proactive.campaigns.understanding import InboundMessage, Outcome
from proactive.choosing import answers
from proactive.choosing.hours import said_time, usable_time
from proactive.choosing.understanding import UnderstoodChoice, choice_of, named_to_stop
from proactive.jobs.choosing import Chosen, choose
from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.author import Author
from proactive.replies.choices import ChoiceKind
from proactive.replies.readings import Kind, Reading
from proactive.send_times.overview import TypeTime, times_of
from proactive.send_times.store import SendTimes, TimeChange

_ANSWERED_WITHIN = dt.timedelta(hours=24)
#: What a campaign was stopped with.
_STOPPED = frozenset({"T3", "T5", "T10", "T13"})
_OFF, _ON = TimeChange(False, keeps_time=True), TimeChange(True, keeps_time=True)


@dataclass(frozen=True, slots=True)
class ChoiceHearing:
    """Acts on the choices of one owner. It raises SupabaseError and redis.RedisError: the message is heard again."""

    app: Application
    conversation: OwnerConversation

    def hear(self, inbound: InboundMessage, view: ConversationView, now: dt.datetime) -> Outcome | None:
        """Act on a message at `now` (aware); None where it is not about Aurora's own messages."""
        understood = choice_of(inbound, view, now, self.conversation.options.late_after)
        if understood is None:
            return None
        if understood.reading.kind is ChoiceKind.THEIRS:
            return self._for_clients(understood, inbound, view, now)
        turns = [_ChoiceTurn(self, each, understood, inbound, now) for each in understood.organizations]
        replies = [turn.taken() for turn in turns]  # whoever owns two businesses of a chat is told once
        return Outcome(handled=True, replies=replies[:1])

    def remind(self, outcome: Outcome, inbound: InboundMessage, view: ConversationView, now: dt.datetime) -> None:
        """After a text stopped a campaign and named messages of Aurora's own, say how these are switched off (H8)."""
        stopped = next((reply for reply in outcome.replies if reply.name in _STOPPED), None)
        types = named_to_stop(inbound, view, now) if stopped is not None else ()
        organization = next(
            (each for each in view.organizations if stopped and each.id == stopped.organization_id), None
        )
        if types and organization is not None:
            text = answers.how_to_switch_off([MESSAGE_TYPES[each] for each in types])
            outcome.replies.append(_reply(organization, inbound, "H8", text, now))

    def _for_clients(
        self, understood: UnderstoodChoice, inbound: InboundMessage, view: ConversationView, now: dt.datetime
    ) -> Outcome | None:
        """The hour that was asked about is the clients': the campaign's own page takes it, which previews it."""
        wants = _wants(understood)
        offer = next(
            (each for each in candidates(understood.organizations, now) if each.source in wants["types"]), None
        )
        if offer is None or offer.asked is None:
            return None
        quoted = offer.asked.gateway_message_id
        return self.conversation.hear(replace(inbound, text=f"hoje às {wants['time']}", quoted=quoted), view)


@dataclass(frozen=True, slots=True)
class _ChoiceTurn:
    """What one organisation's owner chooses with a message."""

    hearing: ChoiceHearing
    organization: OrganizationView
    understood: UnderstoodChoice
    inbound: InboundMessage
    now: dt.datetime

    def taken(self) -> Reply:
        """Take the turn; what is answered."""
        reading, kind = self.understood.reading, self.understood.reading.kind
        if kind in (ChoiceKind.HOUR, ChoiceKind.HOUR_ALONE, ChoiceKind.MINE):
            return self._hour()
        if kind in (ChoiceKind.OFF, ChoiceKind.PICKS, ChoiceKind.EVERYTHING):
            return self._off()
        if kind is ChoiceKind.ON:
            return self._on(reading.types)
        if kind is ChoiceKind.UNCLEAR:
            return self._say("H7", answers.not_understood())
        on = [time.type for time in self._times() if time.is_on]
        if kind is ChoiceKind.STOP_WHAT and on:
            return self._say("H4", answers.stop_what(on), {"types": [type_.name for type_ in on]})
        return self._state()

    def _hour(self) -> Reply:
        reading, times = self.understood.reading, self._times()
        wants = _wants(self.understood)
        named = [time for time in times if time.type.name in (reading.types or wants.get("types", ()))]
        hour = said_time(wants["time"]) if reading.kind is ChoiceKind.MINE else reading.hour
        found = [(time, usable_time(time, hour)) for time in named]
        if self.understood.others_hour and hour is not None and hour.times:
            meant = next((each for _, each in found if each is not None), hour.times[-1])
            wanted = {"types": [time.type.name for time in named], "time": f"{meant:%H:%M}"}
            return self._say("H9", answers.clients_or_own(meant), wanted)
        at = next((at for _, at in found), None)
        unfit = [time for time, each in found if each is None or each != at]
        if unfit or at is None:
            return self._no_such_hour(unfit, named)
        chosen = self._choose([time.type.name for time in named], TimeChange(True, at))
        if not _stands(chosen):
            return self._state()
        before = [time.at if time.at != at else time.type.usual_time or time.at for time in named]
        today = all(each.from_today for each in chosen)
        text = answers.hour_chosen([time.type for time in named], at, before, from_today=today)
        return self._say("H1", text)

    def _no_such_hour(self, unfit: Sequence[TypeTime], named: Sequence[TypeTime]) -> Reply:
        if not unfit:
            return self._say("H7", answers.not_understood())
        asks = [time.type.name for time in named] if unfit[0].window is not None else []
        return self._say("H5", answers.no_such_hour(unfit[0]), {"types": asks})

    def _off(self) -> Reply:
        reading, listed = self.understood.reading, list(_wants(self.understood).get("types", ()))
        if any(not 1 <= number <= len(listed) for number in reading.numbers):
            return self._say("H7", answers.not_understood())
        named = [*(listed[number - 1] for number in reading.numbers), *reading.types]
        if reading.kind is ChoiceKind.EVERYTHING:
            named = [time.type.name for time in self._times()]
        types = list(dict.fromkeys(named))
        if not _stands(self._choose(types, _OFF)):
            return self._state()
        for offer in self.understood.offers:
            if offer.organization.id == self.organization.id:
                said_no = Outcome(reading=Reading(Kind.NO))  # the echo says it all
                hearing = self.hearing.conversation
                hearing.act(offer, Reading(Kind.NO), Manner(), self.inbound, self.now, said_no, {})
        if reading.kind is ChoiceKind.EVERYTHING:
            return self._say("H2", answers.all_switched_off(MESSAGE_TYPES["daily_summary"]))
        return self._say("H2", answers.switched_off([MESSAGE_TYPES[each] for each in types]))

    def _on(self, types: Sequence[str]) -> Reply:
        if not _stands(self._choose(types, _ON)):
            return self._state()
        times = {time.type.name: time for time in self._times()}
        return self._say("H3", answers.switched_on([times[each] for each in types]))

    def _state(self) -> Reply:
        return self._say("H6", answers.what_is_sent(self._times()))

    def _choose(self, types: Sequence[str], change: TimeChange) -> list[Chosen]:
        owner, at = self.organization.owner.id, self.inbound.at or self.now
        app = self.hearing.app
        return choose(
            app, self.organization.id, owner, types, change, Author.owner(owner), at, self.now, self.inbound.id
        )

    def _times(self) -> tuple[TypeTime, ...]:
        app = self.hearing.app
        chosen = SendTimes(app.database).of(self.organization.id)
        return times_of(self.organization.owner.id, chosen, app.pipeline.quiet)

    def _say(self, name: ChoiceAnswerName, text: str, wants: dict[str, Any] | None = None) -> Reply:
        return _reply(self.organization, self.inbound, name, text, self.now, wants)


def _stands(chosen: Sequence[Chosen]) -> bool:
    return any(each.made.stands for each in chosen)


def _wants(understood: UnderstoodChoice) -> dict[str, Any]:
    """What the question that is answered was about."""
    asked = understood.asked
    return (asked.data.get("wants") or {}) if asked is not None else {}


def _reply(
    organization: OrganizationView, inbound: InboundMessage, name: ChoiceAnswerName, text: str, now: dt.datetime,
    wants: dict[str, Any] | None = None,
) -> Reply:  # fmt: skip
    return Reply(
        organization_id=organization.id, owner_id=organization.owner.id, timezone=organization.timezone,
        key=f"{inbound.id}:{name}", name=name, text=text, campaign_ids=(), revision=0, at=now,
        valid_until=now + _ANSWERED_WITHIN, wants=wants,
    )  # fmt: skip
