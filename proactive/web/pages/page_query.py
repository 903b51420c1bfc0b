"""The queries in the addresses of pages: forms leave fields empty, and unknown fields are refused."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field


def none_if_empty(value: object) -> object:
    """None for a field of a form that was left empty."""
    return None if value == "" else value


#: A date of a form, in years that every calendar calculation survives.
FormDate = Annotated[
    Annotated[dt.date, Field(ge=dt.date(2000, 1, 1), lt=dt.date(2100, 1, 1))] | None, BeforeValidator(none_if_empty)
]
FormOrganization = Annotated[UUID | None, BeforeValidator(none_if_empty)]


def _in_years(moment: dt.datetime) -> dt.datetime:
    if not 2000 <= moment.year < 2100:
        raise ValueError("a year between 2000 and 2099")
    # PostgreSQL takes no offset of 16 hours or more
    return moment.astimezone(dt.UTC)


#: An instant with an offset, in the same years.
PageMoment = Annotated[AwareDatetime, AfterValidator(_in_years)]


class PageQuery(BaseModel):
    """Base of a page's query."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, str_strip_whitespace=True)
