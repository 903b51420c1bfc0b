"""The requests about campaigns, and what becomes of them: whose they are, who asks, what refuses them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from proactive.campaigns.by_hand_turns import Person, StepRefused
from proactive.campaigns.drafts import AudienceName, CampaignDraft, DraftChange, UnusableDraft
from proactive.web.api.request_model import Moment, RequestModel
from proactive.web.auth.callers import Caller
from proactive.web.problems import Problem, invalid
from proactive.web.services import Services

#: What PostgreSQL's integers hold.
Revision = Annotated[int, Field(ge=0, le=2**31 - 1)]
First = Annotated[int, Field(ge=1, le=100_000)]
Without = Annotated[list[UUID], Field(max_length=1000)]
#: Longer than any usable text: the campaign's own check says how long it may be.
Text = Annotated[str, StringConstraints(max_length=5000)]
_REFUSED = {
    "revision": "Somebody changed it meanwhile: read it again, and send its revision.",
    "expired": "Its preview is older than a day: PATCH it to make a new one.",
    "hindered": "Nothing may be sent to clients: GET .../campaign-settings says what is missing.",
    "nobody": "Nobody of this audience can receive it now: POST .../campaign-preview says why.",
    "no_owner": "The organisation has no owner with Aurora enabled who could be told how to stop it.",
    "key_used": "This key was used for another campaign: use a new one.",
}
_UNUSABLE = {
    "text_length": "It has 10 to 700 characters.",
    "text_braces": "Only {nome} and {pet} are filled: leave other braces out.",
    "audience_named": "A message named these clients: they cannot become others.",
    "start_too_far": "It can be at most 30 days ahead.",
    "start_after_end": "What this campaign offers will be over by then.",
}


class OrganizationQuery(RequestModel):
    """Whose; a session's organisation is always its own."""

    organization_id: UUID | None = None


class DraftFields(OrganizationQuery):
    """A campaign. `name` is what it is called, `text` what clients read (`{nome}` and `{pet}` are filled). `startsAt`
    null: as soon as it may. `first` keeps the best ranked so many, `without` leaves clients (ids of contacts) out."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    text: Text
    audience: AudienceName = "inactive"
    starts_at: Moment | None = None
    first: First | None = None
    without: Annotated[Without, Field(default_factory=list)]

    def draft(self, key: UUID | None = None) -> CampaignDraft:
        """The draft."""
        return CampaignDraft(self.name, self.text, self.audience, self.starts_at, self.first, tuple(self.without), key)


class CreateRequest(DraftFields):
    """A campaign to make; the same `key` again is the same campaign."""

    key: UUID | None = None


class ChangeFields(RequestModel):
    """What changes; what is left out stays. `startsAt` null: as soon as it may."""

    text: Text | None = None
    audience: AudienceName | None = None
    starts_at: Moment | None = None
    first: First | None = None
    without: Without | None = None

    def change(self) -> DraftChange:
        """The change."""
        at_once = "starts_at" in self.model_fields_set and self.starts_at is None
        without = None if self.without is None else tuple(self.without)
        return DraftChange(self.text, self.audience, self.starts_at, at_once, self.first, without)


class ChangeRequest(ChangeFields):
    """A change of what was seen at `revision`."""

    revision: Revision


class ConfirmRequest(RequestModel):
    """A yes to what was seen at `revision`."""

    revision: Revision


def organization_of(named: UUID | None, caller: Caller, services: Services) -> UUID:
    """The organisation that a request is about.

    Raises:
        Problem: 403 where a session names another one, 422 where a service key names none, or none that exists.
    """
    organization = caller.confined(named)
    if organization is None:
        raise invalid("organizationId", "With a service key, say which organisation: its id (UUID).")
    if services.app.organizations.owners(organization) is None:
        if caller.kind == "user":
            raise Problem(403, "The organisation of this session does not exist any more.")
        raise invalid("organizationId", "There is no organisation of that id.")
    return organization


def person_of(caller: Caller) -> Person:
    """Who asks."""
    return Person("api", caller.id, caller.owner)


@contextmanager
def refused_as_problems() -> Iterator[None]:
    """Turn what refuses a draft or a step into a Problem (422, 409)."""
    try:
        yield
    except UnusableDraft as error:
        raise invalid(error.field, _UNUSABLE[error.code]) from None
    except StepRefused as error:
        status = error.campaign.status if error.campaign else "gone"
        raise Problem(409, _REFUSED.get(error.code, f"It is {status}, which does not allow this.")) from None
