"""API keys and user tokens, signed (HS256) and claimed as Supabase's are."""

from __future__ import annotations

import time
from typing import Any

import jwt

_TEN_YEARS = 10 * 365 * 24 * 3600
_HOUR = 3600


def api_key(secret: str, role: str, issued: int) -> str:
    """The key of a role (`anon` or `service_role`), valid for ten years from `issued` (Unix seconds)."""
    claims = {"iss": "supabase", "ref": "local", "role": role, "iat": issued, "exp": issued + _TEN_YEARS}
    return jwt.encode(claims, secret, "HS256")


def user_token(secret: str, claims: dict[str, Any]) -> str:
    """What a signed-in user of the product would carry for the next hour; `claims` add or replace."""
    now = int(time.time())
    usual = {"iss": "supabase", "aud": "authenticated", "role": "authenticated", "iat": now, "exp": now + _HOUR}
    return jwt.encode(usual | claims, secret, "HS256")
