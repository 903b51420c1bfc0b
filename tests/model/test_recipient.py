"""Who receives: an owner by the bare id of old, a client apart from every owner."""

from __future__ import annotations

from uuid import UUID

from proactive.model.recipient import Recipient

ID = UUID(int=7)


def test_an_owner_is_named_in_an_occurrence_as_before_there_were_clients() -> None:
    assert Recipient.owner(ID).key == str(ID)
    assert Recipient.owner(ID).field == "owner_number_id"


def test_a_client_of_the_same_id_is_somebody_else() -> None:
    assert Recipient.client(ID) != Recipient.owner(ID)
    assert Recipient.client(ID).key == f"client:{ID}"
    assert Recipient.client(ID).field == "client_id"
