"""What the worker reads of the product's database: tables, columns and their types, as docs/your-schema.md has them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_ID, _TEXT, _FLAG, _MOMENT, _NUMBER = "uuid", "text", "boolean", "timestamp with time zone", "numeric"

#: As PostgREST names types. A test holds it to the document, which others hold to the SQL.
PRODUCT_COLUMNS: Mapping[str, Mapping[str, str]] = MappingProxyType({
    "organizations": {
        "id": _ID, "name": _TEXT, "is_active": _FLAG, "timezone": _TEXT, "business_hours": "jsonb",
        "created_at": _MOMENT,
    },
    "owner_numbers": {
        "id": _ID, "organization_id": _ID, "name": _TEXT, "phone": _TEXT, "aurora_enabled": _FLAG,
        "created_at": _MOMENT,
    },
    "whatsapp_instances": {
        "id": _ID, "organization_id": _ID, "instance_name": _TEXT, "phone_number": _TEXT, "status": _TEXT,
        "created_at": _MOMENT,
    },
    "services": {
        "id": _ID, "organization_id": _ID, "name": _TEXT, "price": _NUMBER, "duration_minutes": "integer",
    },
    "contacts": {
        "id": _ID, "organization_id": _ID, "name": _TEXT, "phone": _TEXT, "status": _TEXT,
        "last_contact_at": _MOMENT, "created_at": _MOMENT,
    },
    "pets": {
        "id": _ID, "organization_id": _ID, "contact_id": _ID, "name": _TEXT, "birthday": "date", "is_active": _FLAG,
    },
    "bookings": {
        "id": _ID, "organization_id": _ID, "contact_id": _ID, "pet_id": _ID, "service_id": _ID,
        "start_time": _MOMENT, "end_time": _MOMENT, "status": _TEXT, "price": _NUMBER, "created_at": _MOMENT,
    },
})  # fmt: skip


def fits(wanted: str, found: str) -> bool:
    """Whether a column of a type, as PostgREST names it, is what is wanted; a text may be bounded."""
    kind = found.partition("(")[0].strip()
    return kind == wanted or (wanted == _TEXT and kind == "character varying")
