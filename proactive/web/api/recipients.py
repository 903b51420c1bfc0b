"""The recipient of a requested message: the organisation and owner that the request names, or its session's own."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from proactive.facts.organizations import OrganizationOwners, Organizations
from proactive.model.recipient import Recipient
from proactive.model.zones import zone_info
from proactive.web.api.request_model import RequestModel
from proactive.web.auth.callers import Caller
from proactive.web.problems import Problem, invalid


class RecipientFields(RequestModel):
    """The part of a body that names the recipient: a service key names both, a session neither (its own are taken)."""

    organization_id: UUID | None = None
    owner_number_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class RequestRecipient:
    """A recipient of an organisation, and the IANA zone in which the organisation's days begin."""

    organization: UUID
    identity: Recipient
    timezone: str

    @property
    def zone(self) -> ZoneInfo:
        """The zone as a tzinfo."""
        return zone_info(self.timezone)


def recipient_of(named: RecipientFields, caller: Caller, organizations: Organizations) -> RequestRecipient:
    """The recipient that a request is about.

    Raises:
        Problem: 403 where a session names somebody else's; 422 where a service key names nobody or nobody who
            exists; 409 where a session does not say which of several owners it is.
        SupabaseError: Supabase is away.
    """
    organization = caller.confined(named.organization_id)
    if organization is None:
        raise invalid("organizationId", "With a service key, say which organisation: its id (UUID).")
    found = organizations.owners(organization)
    if found is None and caller.kind == "user":
        raise Problem(403, "The organisation of this session does not exist any more.")
    if found is None:
        raise invalid("organizationId", "There is no organisation of that id.")
    owner = _session_owner(named, caller, found) if caller.kind == "user" else _named_owner(named, found)
    return RequestRecipient(organization, Recipient.owner(owner), found.timezone)


def _named_owner(named: RecipientFields, found: OrganizationOwners) -> UUID:
    if named.owner_number_id is None:
        raise invalid("ownerNumberId", "With a service key, say which owner: the id of a row of owner_numbers.")
    if named.owner_number_id not in found.owners:
        raise invalid("ownerNumberId", "That organisation has no owner of that id (a row of owner_numbers).")
    return named.owner_number_id


def _session_owner(named: RecipientFields, caller: Caller, found: OrganizationOwners) -> UUID:
    owner = caller.owner
    if owner is None and len(found.enabled) == 1:
        owner = found.enabled[0]
    if named.owner_number_id is not None and named.owner_number_id != owner:
        raise Problem(403, "A session acts for its own owner only: leave ownerNumberId out.")
    if owner is None:
        raise Problem(
            409, "It is not clear whose session this is: its app_metadata.owner_number_id must name an owner."
        )
    if owner not in found.owners:
        raise Problem(403, "The owner of this session does not belong to its organisation.")
    return owner
