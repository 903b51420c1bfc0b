"""Session tokens of the product's users, as Supabase signs them."""

from __future__ import annotations

from typing import Any

import jwt
from jwt import PyJWKClientConnectionError, PyJWKClientError

from proactive.web.auth.published_keys import PublishedKeys
from proactive.web.problems import Problem, away

_AUDIENCE = "authenticated"
#: Each key takes its own algorithms only: a public key is never tried as a secret.
_SYMMETRIC = ("HS256",)
_ASYMMETRIC = ("ES256", "RS256")
_REQUIRED = ("exp", "aud")
#: Seconds by which our clock and Supabase's may differ.
_LEEWAY = 5
#: What the library raises of tokens that nobody would write by accident: endless numbers, thousands of brackets.
_ODD = (ValueError, TypeError, ArithmeticError, RecursionError, LookupError, AttributeError)

_REFUSED = "The session token is not valid, or has expired: sign in again and send the new one."


class SessionTokens:
    """Verifies tokens with the project's secret (HS256), its published keys (ES256, RS256), or either."""

    def __init__(self, secret: str | None, jwks_url: str | None, issuer: str | None = None) -> None:
        """`issuer` is what a token's `iss` must be; None: it is not looked at."""
        self._secret, self._issuer = secret, issuer
        self._published = PublishedKeys(jwks_url) if jwks_url else None
        self._required = [*_REQUIRED, "iss"] if issuer else list(_REQUIRED)

    def claims(self, token: str) -> dict[str, Any]:
        """The claims of a signed-in user's token.

        Raises:
            Problem: 401 where it is forged, expired, for somebody else or unsigned; 503 where Supabase's keys
                cannot be fetched.
        """
        try:
            key, algorithms = self._key_for(token)
            claims = jwt.decode(
                token, key, algorithms=list(algorithms), audience=_AUDIENCE, issuer=self._issuer, leeway=_LEEWAY,
                options={"require": self._required},
            )  # fmt: skip
        except PyJWKClientConnectionError:
            raise away("Supabase (its signing keys)") from None
        except (jwt.PyJWTError, PyJWKClientError, *_ODD):
            raise refused() from None
        if claims.get("role") != _AUDIENCE:
            raise refused()
        return claims

    def _key_for(self, token: str) -> tuple[Any, tuple[str, ...]]:
        algorithm = jwt.get_unverified_header(token).get("alg")
        if not isinstance(algorithm, str):
            raise jwt.InvalidAlgorithmError
        if algorithm in _SYMMETRIC and self._secret is not None:
            return self._secret, _SYMMETRIC
        if algorithm in _ASYMMETRIC and self._published is not None:
            return self._published.get_signing_key_from_jwt(token), _ASYMMETRIC
        raise jwt.InvalidAlgorithmError


def refused() -> Problem:
    """The problem of a token that is not accepted."""
    return Problem(401, _REFUSED, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
