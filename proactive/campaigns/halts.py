"""The halts: marks in Redis after which nobody begins to write to a campaign's clients."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast
from uuid import UUID, uuid4

from redis import Redis

from proactive.campaigns.conversation_view import CampaignView
from proactive.campaigns.states import LIVE
from proactive.campaigns.store import CampaignStore, Step
from proactive.failpoints import Failpoint, failpoint
from proactive.model.author import Author
from proactive.storage.answers import Row
from proactive.storage.redis import campaign_halt_key, load_script, recipient_halt_key
from proactive.storage.supabase import Database

#: Longer than any campaign lasts.
_KEPT = dt.timedelta(days=30)
#: A mark on a campaign that goes on, this old, is a stop whose row could not be written.
_UNWRITTEN_AFTER = dt.timedelta(seconds=30)
_GOING = frozenset({"confirmed", "running"})
_NAMED: dict[object, Failpoint] = {"previewed": "frozen", "confirmed": "confirmed"}
_STOPS = frozenset({"paused", "stopped", "declined", "done", "expired", "previewed"})


class Halts:
    """Sets and lifts halts. Every method raises redis.RedisError where Redis is away."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._lift = load_script(redis, "campaigns", "lift")

    def set(self, campaign: UUID) -> str:
        """Halt a campaign; the mark, which its row keeps."""
        mark = uuid4().hex
        self._redis.set(campaign_halt_key(str(campaign)), mark, ex=_KEPT)
        return mark

    def keep(self, campaign: UUID, mark: str) -> None:
        """Halt a campaign whose row is halted by that mark, where Redis has forgotten it."""
        self._redis.set(campaign_halt_key(str(campaign)), mark, ex=_KEPT, nx=True)

    def lift(self, campaign: UUID, mark: str | None, instead: str | None = None) -> bool:
        """Lift a halt (or put another mark in its place), if it is still that mark; whether nothing halts now."""
        args: list[str | int] = [mark or "", instead or "", round(_KEPT.total_seconds())]
        return bool(self._lift(keys=[campaign_halt_key(str(campaign))], args=args))

    def unwritten(self, campaign: UUID) -> str | None:
        """The mark of a campaign that goes on by its row, where somebody set it a while ago; None where none did."""
        key = campaign_halt_key(str(campaign))
        with self._redis.pipeline() as pipe:
            pipe.get(key)
            pipe.ttl(key)
            mark, rest = cast("tuple[bytes | None, int]", pipe.execute())
        old = mark is not None and rest <= (_KEPT - _UNWRITTEN_AFTER).total_seconds()
        return mark.decode() if mark is not None and old else None

    def recipients(self, recipients: Iterable[UUID]) -> None:
        """Halt recipients alone: somebody opted out while being written to."""
        recipients = list(recipients)
        if not recipients:
            return
        with self._redis.pipeline() as pipe:
            for recipient in recipients:
                pipe.set(recipient_halt_key(recipient), "1", ex=_KEPT)
            pipe.execute()

    def release(self, recipients: Iterable[UUID]) -> None:
        """Let recipients be written to again who came back."""
        keys = [recipient_halt_key(recipient) for recipient in recipients]
        if keys:
            self._redis.delete(*keys)


class HaltingStore(CampaignStore):
    """The store whose steps halt first: after a step that stops was begun, nobody begins to write to a client."""

    def __init__(self, database: Database, halts: Halts) -> None:
        super().__init__(database)
        self.halts = halts

    def step(
        self,
        campaign: CampaignView,
        cause: str,
        change: Mapping[str, Any],
        recipients: Sequence[Row] | None = None,
        author: Author | None = None,
    ) -> Step:
        """Take a step as the store does. The halt is set before the row is written, and lifted after it goes on.

        Raises:
            SupabaseError: the row could not be written; a halt that was set holds all the same.
            redis.RedisError: Redis is away; nothing changed.
        """
        status, mark = change.get("status"), None
        if status in _STOPS and campaign.status in LIVE:
            mark = self.halts.set(campaign.id)
            change = {**change, "halt": mark}
            failpoint("halted")
        step = super().step(campaign, cause, change, recipients, author)
        if step.campaign is not None:
            self._settle(step, mark, goes_on=status in _GOING)
        if step.outcome == "stepped" and status in _NAMED:
            failpoint(_NAMED[status])
        return step

    def _settle(self, step: Step, mark: str | None, *, goes_on: bool) -> None:
        """Let Redis have the mark that the row has; a stop that came too late for its step holds until it is decided
        anew.
        """
        now = step.campaign
        if now is None:
            return
        if now.status in _GOING and mark is None and goes_on and step.outcome in ("stepped", "known"):
            self.halts.lift(now.id, now.halt)
        elif mark is not None and mark != now.halt:  # not by this step
            if now.status not in _GOING:
                self.halts.lift(now.id, mark, now.halt)
            elif step.outcome == "known":
                self.halts.lift(now.id, mark)
