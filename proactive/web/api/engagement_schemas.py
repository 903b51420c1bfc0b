"""The answers about what came of messages."""

from __future__ import annotations

import datetime as dt
from typing import Literal
from uuid import UUID

from pydantic import Field

from proactive.campaigns.effect import CampaignEffect
from proactive.message_types.registry import TypeName
from proactive.records.engagement import BookedAfter, Engagement, EngagementCounts
from proactive.records.engagement_figures import AnswerTime, EngagementFigure, Why, answer_time, figures_of
from proactive.web.api.effect_schemas import EffectView, effect_view
from proactive.web.api.schemas import ResponseModel


class EngagementFigureView(ResponseModel):
    """`count` of the `n` messages whose window has closed; null, with `why`, where nothing can be said."""

    n: int
    count: int | None
    share: float | None
    why: Why | None

    @classmethod
    def of(cls, figure: EngagementFigure) -> EngagementFigureView:
        """The figure as an answer has it."""
        return cls(n=figure.n, count=figure.count, share=figure.share, why=figure.why)


class AnswerTimeView(ResponseModel):
    """Seconds until half of `n` messages had been answered, or a quarter (`share` says which); null, with `why`, where
    fewer were within 48 hours."""

    n: int
    seconds: float | None
    share: Literal["half", "quarter"] | None
    why: Why | None

    @classmethod
    def of(cls, time: AnswerTime) -> AnswerTimeView:
        """The time as an answer has it."""
        return cls(n=time.n, seconds=time.seconds, share=time.share, why=time.why)


class EngagementCountsView(ResponseModel):
    """What came of the messages of a type (null: of all types). `delivered`, `onItsWay`, `refused` and `silent` add up
    to their `n`. `read` is of owners whose reads were visible in the 90 days before; `toHiddenReaders` went to owners
    who answer and hide theirs. `yes`, `no`, `stop`, `other` are of the answers that were read (`unread` were not)."""

    type: TypeName | None
    sent: int
    delivered: EngagementFigureView
    on_its_way: EngagementFigureView
    refused: EngagementFigureView
    silent: EngagementFigureView
    read: EngagementFigureView
    to_hidden_readers: int
    answered: EngagementFigureView
    yes: EngagementFigureView
    no: EngagementFigureView
    stop: EngagementFigureView
    other: EngagementFigureView
    unread: int
    time_to_answer: AnswerTimeView

    @classmethod
    def of(cls, counts: EngagementCounts) -> EngagementCountsView:
        """The counts as an answer has them."""
        figures = {name: EngagementFigureView.of(figure) for name, figure in figures_of(counts).items()}
        return cls.model_validate({
            **figures, "type": counts.type, "sent": counts.sent, "to_hidden_readers": counts.to_hidden,
            "unread": counts.unread, "time_to_answer": AnswerTimeView.of(answer_time(counts)),
        })  # fmt: skip


class AwayWeekView(ResponseModel):
    """A local week (its Monday) in which nothing was heard from the gateway for so many hours after a sending."""

    week: dt.date
    hours: float


class BookedAfterView(ResponseModel):
    """What the clients booked whom campaigns wrote to, within `days` of 24 hours: after, not because. `n` are those
    whose window has closed, `open` the others; `value` (reais) is what the `booked` ones' bookings are worth, `done`
    what was done 30 days after the window, of `doneN` clients. The windows of `inTwo` overlap another campaign's."""

    days: int
    n: int
    booked: int
    share: float | None
    value: float
    done_n: int
    done: float
    open: int
    in_two: int


class EngagementView(ResponseModel):
    """What came of an organisation's messages that were sent on the local days from `from` to `to`."""

    organization_id: UUID
    first: dt.date = Field(alias="from")
    last: dt.date = Field(alias="to")
    timezone: str
    total: EngagementCountsView
    types: list[EngagementCountsView]
    hidden_readers: int
    weeks_without_webhooks: list[AwayWeekView]
    booked_after: BookedAfterView
    because_of_campaigns: EffectView


def engagement_view(
    organization: UUID,
    timezone: str,
    first: dt.date,
    last: dt.date,
    found: Engagement,
    booked: BookedAfter,
    effect: CampaignEffect,
) -> EngagementView:
    """The whole answer."""
    return EngagementView(
        organization_id=organization, first=first, last=last, timezone=timezone,
        total=EngagementCountsView.of(found.total), types=[EngagementCountsView.of(each) for each in found.types],
        hidden_readers=found.hidden_readers,
        weeks_without_webhooks=[AwayWeekView(week=each.week, hours=each.hours) for each in found.away],
        because_of_campaigns=effect_view(effect),
        booked_after=BookedAfterView(
            **booked.model_dump(), share=booked.booked / booked.n if booked.n else None
        ),
    )  # fmt: skip
