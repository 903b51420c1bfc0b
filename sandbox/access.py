"""How a stack is reached: its addresses, its keys, the environment that points a worker at it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from pathlib import Path
from typing import Any

from sandbox.keys import api_key, user_token
from sandbox.postgres import dsn_of
from sandbox.probe import HOST
from sandbox.state import State


class Access:
    """Of the stack in `folder`; `state` is known from its first start on."""

    folder: Path
    state: State

    @property
    def dsn(self) -> str:
        """For psycopg, as `postgres`: owner of the tables, not bound by row level security, no superuser."""
        return dsn_of(self.folder)

    @property
    def supabase_url(self) -> str:
        """Supabase's address, without /rest/v1."""
        return self._url("front")

    @property
    def gateway_url(self) -> str:
        """The sandbox gateway's address."""
        return self._url("gateway")

    @property
    def redis_url(self) -> str:
        """Valkey's address, database 0."""
        return f"redis://{HOST}:{self.state.ports['redis']}/0"

    @property
    def service_role_key(self) -> str:
        """Supabase's key that passes row level security."""
        return self._key("service_role")

    @property
    def anon_key(self) -> str:
        """Supabase's key that anybody may know."""
        return self._key("anon")

    @property
    def service_key(self) -> str:
        """A service key of the worker's own API."""
        return f"aurora_{self._derived('service key')}"

    @property
    def webhook_secret(self) -> str:
        """What the gateway's webhooks have to bring."""
        return self._derived("webhook secret")

    def user_token(self, **claims: Any) -> str:
        """A signed-in user's token (role `authenticated`, one hour) with these claims (`sub`, `email`...)."""
        return user_token(self.state.jwt_secret, claims)

    def environment(self) -> dict[str, str]:
        """What the worker has to find in its environment to use this stack."""
        return {
            "REDIS_URL": self.redis_url,
            "RQ_REDIS_URL": self.redis_url,
            "SUPABASE_URL": self.supabase_url,
            "SUPABASE_SERVICE_ROLE_KEY": self.service_role_key,
            "SUPABASE_ANON_KEY": self.anon_key,
            "WHATSAPP_GATEWAY": "evolution",
            "WHATSAPP_URL": self.gateway_url,
            "WHATSAPP_API_KEY": self.state.gateway_key,
            "API_KEYS": f"local:sha256:{hashlib.sha256(self.service_key.encode()).hexdigest()}",
            "SUPABASE_JWT_SECRET": self.state.jwt_secret,
            "WEBHOOK_SECRET": self.webhook_secret,
            "CALENDAR_KEY": base64.b64encode(bytes.fromhex(self._derived("calendar key"))).decode(),
        }

    def _key(self, role: str) -> str:
        return api_key(self.state.jwt_secret, role, self.state.created)

    def _derived(self, purpose: str) -> str:
        return hmac.new(self.state.jwt_secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()

    def _url(self, part: str) -> str:
        return f"http://{HOST}:{self.state.ports[part]}"
