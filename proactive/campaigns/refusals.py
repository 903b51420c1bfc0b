"""Who of a campaign's owners said no to it: a no closes the question of its owner, and no other's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from proactive.text.formats import joined
from proactive.text.names import Names


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class OwnerRefusal(_Answer):
    """An owner (id in `owner_numbers`) who said no, and when that was answered (aware)."""

    id: UUID
    name: str | None = None
    at: dt.datetime


class Refusals(_Answer):
    """The owners who were asked about a campaign, and those of them whose last word was a no."""

    said_no: tuple[OwnerRefusal, ...] = ()
    asked: tuple[UUID, ...] = ()

    def of_others(self, owner: UUID, since: dt.datetime | None = None) -> tuple[OwnerRefusal, ...]:
        """The refusals of everybody but this owner, since an instant (aware; None: ever)."""
        return tuple(each for each in self.said_no if each.id != owner and (since is None or each.at > since))

    def left(self, owner: UUID) -> bool:
        """Whether somebody who was asked has not said no yet, once this owner has."""
        return bool(set(self.asked) - {each.id for each in self.said_no} - {owner})


def refused_by(refusals: Sequence[OwnerRefusal]) -> str | None:
    """`Paula tinha dito que não`, `Paula e Bruno tinham dito que não`; None where nobody did."""
    if not refusals:
        return None
    names = [person_in_words(each.name) for each in refusals]
    return f"{joined(names)} {'tinha' if len(names) == 1 else 'tinham'} dito que não."


def person_in_words(name: str | None) -> str:
    """What Aurora calls another owner: `Paula`; `outra pessoa` where no name is known."""
    return Names().first_name(name) or "outra pessoa"
