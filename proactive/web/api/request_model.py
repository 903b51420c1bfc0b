"""The base of the API's bodies and queries: camelCase, nothing unknown, and instants that can be stored."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic.alias_generators import to_camel

from proactive.message_types.registry import texts_in
from proactive.model.moments import within_years

JobId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,200}$")]
#: The most items of a page.
Limit = Annotated[int, Field(ge=1, le=200)]


class RequestModel(BaseModel):
    """Base of bodies and queries: camelCase only, unknown fields are refused, and so is the character NUL,
    which PostgreSQL cannot keep."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nul(cls, given: Any) -> Any:
        if any("\x00" in text for text in texts_in(given)):
            raise ValueError("Texts must not contain the character NUL (\\u0000)")
        return given


class NoQuery(RequestModel):
    """An endpoint without query parameters."""


def _stored(moment: dt.date) -> dt.date:
    """A day as it is, an instant in UTC: PostgreSQL takes no offset of 16 hours or more."""
    within_years(moment)
    return moment.astimezone(dt.UTC) if isinstance(moment, dt.datetime) else moment


#: An instant with its offset, in years that every calendar calculation survives.
Moment = Annotated[AwareDatetime, AfterValidator(_stored)]


def _day_or_moment(text: object) -> dt.date:
    try:
        moment = dt.date.fromisoformat(str(text)) if len(str(text)) == 10 else dt.datetime.fromisoformat(str(text))
    except ValueError:
        moment = None
    if moment is None or (isinstance(moment, dt.datetime) and moment.tzinfo is None):
        raise ValueError("It should look like 2026-11-22, or with an offset like 2026-11-22T18:00:00Z")
    return _stored(moment)


#: A whole day of the organisation, or an instant.
DayOrMoment = Annotated[
    dt.date,
    PlainValidator(_day_or_moment),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}),
]
