"""Hears what webhooks tell: it is kept, opt-outs take effect, and a job has everything else to do.

Nothing is answered before what was heard is in the database; then it is foreseen, without doing anything, what will
come of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from redis import RedisError

from proactive.app import Application
from proactive.campaigns.conversation import OwnerConversation
from proactive.campaigns.conversation_view import ConversationView
from proactive.campaigns.foresight import Foreseen, confirmed_by, foresee, still_approves, weakened
from proactive.campaigns.hearing_store import HearingStore
from proactive.campaigns.leaving import Leaving, leaving_of
from proactive.campaigns.understanding import InboundMessage
from proactive.choosing.understanding import choice_of
from proactive.failpoints import failpoint
from proactive.gateways.evolution.events import ConnectionEvent, ReplyEvent
from proactive.jobs.hear import HearJob, enqueue_hear
from proactive.jobs.reconnection import enqueue_reconnection
from proactive.records.inbound import Heard, Inbound, Talk
from proactive.replies.client import OptOut
from proactive.storage.answers import Row
from proactive.web.webhook_answer import WebhookAnswer


@dataclass(frozen=True, slots=True)
class _Listened:
    answer: WebhookAnswer
    leaving: Leaving
    job: HearJob


class WebhookHearing:
    """Keeps what webhooks tell, many at once; one thread at a time."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._inbound, self._store = Inbound(app.database), HearingStore(app.database)
        self._conversation = OwnerConversation(app.campaigns, app.campaign_options, _utc_now)

    def keep(self, heard: Sequence[Heard]) -> dict[int, WebhookAnswer]:
        """Keep events; what becomes of the messages that people wrote, by their places.

        The breakers hear it even while Supabase is away.

        Raises:
            SupabaseError, redis.RedisError: one of them is away; the same is to be told again.
        """
        app = self._app
        app.breakers.heard(heard)
        talks = self._inbound.keep(heard)
        states = {each.instance: each.event.state for each in heard if isinstance(each.event, ConnectionEvent)}
        opened = [name for name, state in states.items() if state == "open" and app.settings.resend_on_reconnect]
        with suppress(RedisError):  # the maintenance looks as well
            for instance in opened:
                enqueue_reconnection(app.redis, app.queue, instance)
        answers = {talk.place: _before(talk.known) for talk in talks if talk.known is not None}
        return answers | self._heard(heard, [talk for talk in talks if talk.known is None and talk.view is not None])

    def _heard(self, heard: Sequence[Heard], talks: Sequence[Talk]) -> dict[int, WebhookAnswer]:
        if not talks:
            return {}
        failpoint("reply_kept")
        listened = {talk.place: self._listen(heard[talk.place], talk) for talk in talks}
        leaving = [each.leaving for each in listened.values() if each.leaving.opt_out in (OptOut.SURE, OptOut.MOURNING)]
        # nobody begins to write to them from here on, whatever becomes of the row
        self._app.campaigns.halts.recipients(id_ for each in leaving for id_ in each.halted)
        self._store.hear_opt_outs([change for each in leaving for change in each.changes])
        within = self._app.campaign_options.joined_within
        enqueue_hear(self._app.queue, [each.job for each in listened.values()], within, _utc_now())
        return {place: each.answer for place, each in listened.items()}

    def _listen(self, heard: Heard, talk: Talk) -> _Listened:
        view, now = ConversationView.model_validate(talk.view), _utc_now()
        message = inbound_message(heard, talk, view)
        leaving = leaving_of(message, view, now)
        seen = self._foreseen(message, talk, view, now)
        opt_out = leaving.opt_out
        answer = WebhookAnswer(
            handled=seen.handled or leaving.answered or (opt_out is OptOut.SURE and bool(view.organizations)),
            opt_out="sure" if opt_out is OptOut.SURE else "probable" if opt_out is OptOut.PROBABLE else None,
            luto=opt_out is OptOut.MOURNING,
        )
        waits = seen.waits and bool(view.organizations) and opt_out is OptOut.NONE
        return _Listened(answer, leaving, HearJob(heard.instance, message.id, waits))

    def _foreseen(self, message: InboundMessage, talk: Talk, view: ConversationView, now: dt.datetime) -> Foreseen:
        if not talk.earlier or still_approves(message.text):
            changed = weakened(message) if message.kind == "edit" else message
            seen = self._foreseen_of(changed, view, now)
            return replace(seen, waits=seen.waits and message.kind != "edit")
        if confirmed_by(view, talk.earlier):
            return Foreseen(handled=True, waits=False)
        if not message.text:
            return Foreseen(waits=False)
        return replace(self._foreseen_of(weakened(message), view, now), waits=False)

    def _foreseen_of(self, message: InboundMessage, view: ConversationView, now: dt.datetime) -> Foreseen:
        seen = foresee(self._conversation, message, view, now)
        chosen = choice_of(message, view, now, self._conversation.options.late_after)
        return replace(seen, handled=seen.handled or chosen is not None)


def inbound_message(heard: Heard, talk: Talk, view: ConversationView) -> InboundMessage:
    """The message of a reply that was heard."""
    event = heard.event
    assert isinstance(event, ReplyEvent)  # noqa: S101  only these are talked about
    return InboundMessage(
        heard.instance, event.gateway_message_id, view.sender, event.lid, talk.quoted, event.kind, event.text,
        event.at if event.timed else None, event.kind in ("audio", "caption", "edit"),
    )  # fmt: skip


def _before(known: Row) -> WebhookAnswer:
    level = known.get("opt_out")
    return WebhookAnswer(
        handled=bool(known.get("handled")),
        opt_out="sure" if level == "sure" else "probable" if level == "probable" else None,
        luto=bool(known.get("luto")),
    )


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
