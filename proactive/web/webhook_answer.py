"""The answer to a webhook about what somebody wrote: who forwards it keeps the product's own bot quiet by it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

OptOutLevel = Literal["sure", "probable"]


class WebhookAnswer(BaseModel):
    """What Aurora makes of a message."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    handled: bool = Field(False, description="Aurora answers or acts: the product's own bot keeps quiet.")
    opt_out: OptOutLevel | None = Field(
        None,
        alias="optOut",
        description="Whether it asks to receive no campaigns. The conversation goes on, without marketing.",
    )
    luto: bool = Field(False, description="It tells that a pet has died.")

    @classmethod
    def of(cls, answers: Iterable[WebhookAnswer]) -> WebhookAnswer:
        """One answer to several messages: what is said of any of them."""
        found = list(answers)
        levels = {answer.opt_out for answer in found}
        return cls(
            handled=any(answer.handled for answer in found),
            opt_out="sure" if "sure" in levels else "probable" if "probable" in levels else None,
            luto=any(answer.luto for answer in found),
        )
