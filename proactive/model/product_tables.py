"""The product's tables that are read (docs/your-schema.md); PRODUCT_SCHEMA says in which schema they stand."""

from __future__ import annotations

PRODUCT_TABLES = ("organizations", "owner_numbers", "whatsapp_instances", "services", "contacts", "pets", "bookings")
