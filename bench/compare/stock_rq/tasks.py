"""The job of the stock RQ system. The clients are made once a process and stay warm."""

from __future__ import annotations

import datetime as dt
import os
import re
from typing import Any
from urllib.parse import quote

import httpx
from summary import daily_summary
from supabase import create_client

_supabase = create_client(os.environ["SUPABASE_URL"], os.environ["SUPABASE_SERVICE_ROLE_KEY"])
_gateway = httpx.Client(base_url=os.environ["WHATSAPP_URL"], headers={"apikey": os.environ["WHATSAPP_API_KEY"]})


def send(type: str, organization_id: str, owner_number_id: str, timezone: str) -> str:
    """Write the message of one owner, send it, and say so in its row; answers the row's status."""
    content, metadata = daily_summary(_supabase, organization_id, timezone)
    row = {
        "organization_id": organization_id, "owner_number_id": owner_number_id, "message_type": type,
        "content": content, "scheduled_for": _now(), "status": "pending", "metadata": metadata,
    }  # fmt: skip
    inserted: Any = _messages().insert(row).execute().data
    owner: Any = _supabase.table("owner_numbers").select("phone").eq("id", owner_number_id).single().execute().data
    instances: Any = (
        _supabase.table("whatsapp_instances").select("instance_name")
        .eq("organization_id", organization_id).eq("status", "connected").limit(1).execute().data
    )  # fmt: skip
    if not instances:
        failed = {"status": "failed", "error_message": "no instance is connected"}
        _messages().update(failed).eq("id", inserted[0]["id"]).execute()
        return "failed"
    address = f"/message/sendText/{quote(instances[0]['instance_name'], safe='')}"
    _gateway.post(address, json={"number": _digits(owner["phone"]), "text": content}).raise_for_status()
    _messages().update({"status": "sent", "sent_at": _now()}).eq("id", inserted[0]["id"]).execute()
    return "sent"


def _messages() -> Any:
    return _supabase.table("aurora_proactive_messages")


def _digits(phone: str) -> str:
    found = re.sub(r"\D", "", phone)
    return found if found.startswith("55") and len(found) > 11 else f"55{found}"


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat()
