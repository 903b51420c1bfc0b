"""The queries in the addresses of pages: forms leave fields empty, and unknown fields are refused."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from proactive.model.zones import zone_info


def none_if_empty(value: object) -> object:
    """None for a field of a form that was left empty."""
    return None if value == "" else value


#: A date of a form, in years that every calendar calculation survives.
FormDate = Annotated[
    Annotated[dt.date, Field(ge=dt.date(2000, 1, 1), lt=dt.date(2100, 1, 1))] | None, BeforeValidator(none_if_empty)
]
#: Words of a name that somebody searches for.
SearchText = Annotated[str, StringConstraints(min_length=1, max_length=100)]
#: What a form says of an organisation: its id, or words of its name.
FormOrganization = Annotated[
    UUID | SearchText | None, Field(union_mode="left_to_right"), BeforeValidator(none_if_empty)
]


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


class PeriodQuery(PageQuery):
    """Base of the query of what happened, newest first: from one local day to another, both included, after the last
    row of the page before (`antes`, `antes_id`)."""

    de: FormDate = None
    ate: FormDate = None
    antes: PageMoment | None = None
    antes_id: UUID | None = None

    @property
    def after(self) -> tuple[dt.datetime, UUID] | None:
        """The last row of the page before."""
        return (self.antes, self.antes_id) if self.antes and self.antes_id else None

    @property
    def fields(self) -> dict[str, Any]:
        """The filters that are set, as the addresses of pages have them."""
        return self.model_dump(mode="json", exclude_none=True, exclude={"antes", "antes_id"})

    def midnights(self, zone: str) -> tuple[dt.datetime | None, dt.datetime | None]:
        """The instant at which the first day begins in a zone, and the one at which the last has ended; aware."""
        return _midnight(self.de, zone, 0), _midnight(self.ate, zone, 1)


class PagedQuery(PageQuery):
    """Base of the query of a list in pages; `pagina` counts from 1."""

    pagina: Annotated[int, Field(ge=1, le=10_000)] = 1

    @property
    def on_a_page(self) -> int:
        """How many rows a page has."""
        return 50

    @property
    def offset(self) -> int:
        """How many rows stand before this page."""
        return (self.pagina - 1) * self.on_a_page

    def address(self, path: str, page: int) -> str:
        """The address of another page of the same list."""
        fields = self.model_dump(mode="json", exclude_none=True, exclude={"pagina"})
        return f"{path}?{urlencode(fields | {'pagina': page})}"


def _midnight(day: dt.date | None, zone: str, days: int) -> dt.datetime | None:
    if day is None:
        return None
    return dt.datetime.combine(day + dt.timedelta(days=days), dt.time(), zone_info(zone))
