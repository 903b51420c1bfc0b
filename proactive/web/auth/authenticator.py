"""The authenticator: a credential becomes a caller, and a caller's requests are counted."""

from __future__ import annotations

import hashlib
import hmac

from proactive.app import Application
from proactive.web.auth.callers import Caller, user_of
from proactive.web.auth.keys import ServiceKeys, parse_keys
from proactive.web.auth.request_limit import RequestLimit
from proactive.web.auth.tokens import SessionTokens
from proactive.web.problems import Problem

_MISSING = "Send the header Authorization: Bearer with a service key or with a user's Supabase session token."
_UNKNOWN = "The key is not accepted: it was mistyped, or is not in API_KEYS any more."
_NOT_A_SCRAPER = "Send the header Authorization: Bearer with the token in METRICS_TOKEN."
_NOT_THE_GATEWAY = "Send the header Authorization: Bearer with one of the secrets in WEBHOOK_SECRET."


class Authenticator:
    """Accepts credentials, of the API's requests and of the pages' sign-in."""

    def __init__(self, application: Application) -> None:
        settings = application.settings
        secret, jwks = settings.supabase_jwt_secret, settings.supabase_jwks_url
        self._keys = ServiceKeys(parse_keys(settings.api_keys))
        self._tokens = SessionTokens(
            secret.get_secret_value() if secret else None, str(jwks) if jwks else None, settings.supabase_jwt_issuer
        )
        self._limit = RequestLimit(application.redis, settings.api_rate_limit)
        webhook = settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
        token = settings.metrics_token
        self._metrics = _digest(token.get_secret_value()) if token else None
        self._webhook = [_digest(part.strip()) for part in webhook.split(",") if part.strip()]

    def identify(self, credential: str) -> Caller:
        """The caller that a service key or a session token stands for.

        Raises:
            Problem: 401, 403 or 503; see `SessionTokens.claims` and `user_of`.
        """
        if credential.count(".") == 2:
            return user_of(self._tokens.claims(credential))
        name = self._keys.name_of(credential)
        if name is None:
            raise Problem(401, _UNKNOWN, headers={"WWW-Authenticate": "Bearer"})
        return Caller("service", f"key:{name}")

    def admit(self, authorization: str | None) -> Caller:
        """The caller of a request with that Authorization header, counted. Raises like `identify`, and 429."""
        caller = self.identify(_bearer(authorization, _MISSING))
        self._limit.count(caller.id)
        return caller

    def admit_gateway(self, authorization: str | None) -> None:
        """Accept a webhook of the WhatsApp gateway.

        Raises:
            Problem: 401; the gateway does not repeat what was refused so.
        """
        given = _digest(_bearer(authorization, _NOT_THE_GATEWAY))
        matches = [hmac.compare_digest(given, known) for known in self._webhook]
        if not any(matches):
            raise Problem(401, _NOT_THE_GATEWAY, headers={"WWW-Authenticate": "Bearer"})

    def admit_scraper(self, authorization: str | None) -> None:
        """Accept who reads the metrics: anybody, where METRICS_TOKEN is not set.

        Raises:
            Problem: 401.
        """
        if self._metrics is None:
            return
        if not hmac.compare_digest(_digest(_bearer(authorization, _NOT_A_SCRAPER)), self._metrics):
            raise Problem(401, _NOT_A_SCRAPER, headers={"WWW-Authenticate": "Bearer"})


def _bearer(authorization: str | None, detail: str) -> str:
    scheme, _, credential = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not credential.strip():
        raise Problem(401, detail, headers={"WWW-Authenticate": "Bearer"})
    return credential.strip()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
