"""Session tokens: forged, expired, signed with the wrong key, and with published keys."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from proactive.app import Application
from proactive.web.app import create_app
from sandbox.stack import LocalStack
from tests.support.world import Business
from tests.web.conftest import BASE, assert_problem, served

EC_KEY = ec.generate_private_key(ec.SECP256R1())
RSA_KEY = rsa.generate_private_key(65537, 2048)
STRANGER = ec.generate_private_key(ec.SECP256R1())


def claims(business: Business, **changes: Any) -> dict[str, Any]:
    now = int(time.time())
    usual = {"aud": "authenticated", "role": "authenticated", "sub": str(uuid4()), "iat": now, "exp": now + 600}
    usual["app_metadata"] = {"organization_id": str(business.organization), "owner_number_id": str(business.owner)}
    return {name: value for name, value in (usual | changes).items() if value is not None}


def encoded(part: object) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def by_hand(header: dict[str, Any], payload: dict[str, Any], secret: bytes) -> str:
    """A token that no library would sign: HMAC over whatever the header says."""
    signed = f"{encoded(header)}.{encoded(payload)}"
    return f"{signed}.{encoded(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


def signed(payload: bytes, secret: str) -> str:
    """A token of the project's secret over bytes that no library would sign."""
    return by_hand({"alg": "HS256", "typ": "JWT"}, payload, secret.encode())  # type: ignore[arg-type]


def ask(url: str, token: str) -> httpx.Response:
    return httpx.get(f"{url}{BASE}/pauses", headers={"Authorization": f"Bearer {token}"}, trust_env=False)


def test_a_token_of_the_projects_secret_is_accepted(address: str, stack: LocalStack, ours: Business) -> None:
    assert ask(address, jwt.encode(claims(ours), stack.state.jwt_secret, "HS256")).status_code == 200


FORGERIES: dict[str, Callable[[str, Business], str]] = {
    "wrong secret": lambda secret, b: jwt.encode(claims(b), "x" * 64, "HS256"),
    "empty secret": lambda secret, b: by_hand({"alg": "HS256", "typ": "JWT"}, claims(b), b""),
    "none": lambda secret, b: f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{encoded(claims(b))}.",
    "None": lambda secret, b: f"{encoded({'alg': 'None'})}.{encoded(claims(b))}.",
    "no algorithm": lambda secret, b: by_hand({"typ": "JWT"}, claims(b), secret.encode()),
    "another algorithm": lambda secret, b: jwt.encode(claims(b), secret, "HS512"),
    "signature left out": lambda secret, b: jwt.encode(claims(b), secret, "HS256").rpartition(".")[0] + ".",
    "payload of another": lambda secret, b: ".".join(
        [*jwt.encode(claims(b), "x" * 64, "HS256").split(".")[:2], jwt.encode({"a": 1}, secret, "HS256").split(".")[2]]
    ),
    "expired": lambda secret, b: jwt.encode(claims(b, exp=int(time.time()) - 60), secret, "HS256"),
    "never expires": lambda secret, b: jwt.encode(claims(b, exp=None), secret, "HS256"),
    "not yet valid": lambda secret, b: jwt.encode(claims(b, nbf=int(time.time()) + 600), secret, "HS256"),
    "for somebody else": lambda secret, b: jwt.encode(claims(b, aud="other"), secret, "HS256"),
    "for nobody": lambda secret, b: jwt.encode(claims(b, aud=None), secret, "HS256"),
    "anonymous": lambda secret, b: jwt.encode(claims(b, role="anon"), secret, "HS256"),
    "service role": lambda secret, b: jwt.encode(claims(b, role="service_role"), secret, "HS256"),
    "stranger's key": lambda secret, b: jwt.encode(claims(b), STRANGER, "ES256"),
    "not JSON": lambda secret, b: "a.b.c",
    "not base64": lambda secret, b: "!!.!!.!!",
    "a list as algorithm": lambda secret, b: by_hand({"alg": ["HS256"]}, claims(b), secret.encode()),
    "a number as key id": lambda secret, b: by_hand({"alg": "HS256", "kid": 7}, claims(b), secret.encode()),
    "critical header": lambda secret, b: by_hand({"alg": "HS256", "crit": ["x"], "x": 1}, claims(b), secret.encode()),
    "detached payload": lambda secret, b: by_hand({"alg": "HS256", "b64": False}, claims(b), secret.encode()),
    "header of brackets": lambda secret, b: f"{encoded(b'[' * 5000)}.{encoded(claims(b))}.AA",
    "payload of brackets": lambda secret, b: signed(b"[" * 5000, secret),
    "payload is a list": lambda secret, b: signed(b"[1]", secret),
    "payload is not UTF-8": lambda secret, b: signed(b"{\xff}", secret),
    "a list": lambda secret, b: by_hand([1], claims(b), secret.encode()),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("how", FORGERIES)
def test_a_forged_token_is_refused(address: str, stack: LocalStack, ours: Business, how: str) -> None:
    assert_problem(ask(address, FORGERIES[how](stack.state.jwt_secret, ours)), 401)


NUMBERS = ["Infinity", "-Infinity", "NaN", "1e400", "9" * 5000, "null", "[]", "{}", '""', '"soon"', "[9999999999]"]


@pytest.mark.parametrize("value", NUMBERS)
@pytest.mark.parametrize("claim", ["exp", "nbf", "iat", "aud", "sub", "role"])
def test_a_claim_of_an_odd_type_is_never_our_fault(
    address: str, stack: LocalStack, ours: Business, claim: str, value: str
) -> None:
    payload = json.dumps(claims(ours, nbf=1) | {claim: "HERE"}).replace('"HERE"', value)
    answer = ask(address, signed(payload.encode(), stack.state.jwt_secret))
    # a subject or a date of issue that means nothing lets nobody in who would not get in
    assert answer.status_code in ((200, 401) if claim in ("nbf", "iat", "sub") else (401,))


@pytest.mark.parametrize("exp", [10**12, 10**18, 10**300, 253402300800.5])
def test_a_token_that_ends_after_every_calendar_signs_in_for_a_session(
    http: httpx.Client, stack: LocalStack, ours: Business, exp: float
) -> None:
    token = jwt.encode(claims(ours, exp=exp), stack.state.jwt_secret, "HS256")
    answer = http.post("/entrar", data={"credencial": token})
    assert answer.status_code == 303
    assert "Max-Age=43200" in answer.headers["set-cookie"]


ISSUER = "https://project.supabase.co/auth/v1"


@pytest.fixture(scope="module")
def issued(configure: Callable[..., Application]) -> Iterator[str]:
    """An API that knows who issues its tokens."""
    with served(create_app(configure(SUPABASE_JWT_ISSUER=ISSUER))) as url:
        yield url


@pytest.mark.parametrize(
    ("issuer", "status"),
    [(ISSUER, 200), (ISSUER + "/", 401), (ISSUER.upper(), 401), ("supabase", 401), ("", 401), (None, 401),
     (["x", ISSUER], 401), ([ISSUER], 401), ({"a": ISSUER}, 401), (7, 401), (True, 401), (ISSUER + " ", 401)],
)  # fmt: skip
def test_a_token_of_another_issuer_is_refused_where_one_is_set(
    issued: str, stack: LocalStack, ours: Business, issuer: Any, status: int
) -> None:
    payload = json.dumps(claims(ours, iss=issuer)).encode()
    assert ask(issued, signed(payload, stack.state.jwt_secret)).status_code == status


class KeyServer:
    """Publishes keys as Supabase does, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.app = Starlette(routes=[Route("/jwks.json", self.publish)])

    def publish(self, _: Request) -> Response:
        self.asked += 1
        keys = [
            json.loads(jwt.algorithms.ECAlgorithm.to_jwk(EC_KEY.public_key())) | {"kid": "ec", "alg": "ES256"},
            json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(RSA_KEY.public_key())) | {"kid": "rsa", "alg": "RS256"},
        ]
        return JSONResponse({"keys": [key | {"use": "sig"} for key in keys]})


@pytest.fixture(scope="module")
def key_server() -> KeyServer:
    return KeyServer()


@pytest.fixture(scope="module")
def published(key_server: KeyServer, configure: Callable[..., Application]) -> Iterator[str]:
    """An API that knows published keys only."""
    with served(key_server.app) as keys:
        settings = {"SUPABASE_JWKS_URL": f"{keys}/jwks.json", "SUPABASE_JWT_SECRET": ""}
        with served(create_app(configure(**settings))) as url:
            yield url


def test_tokens_of_published_keys_are_accepted_and_the_keys_fetched_once(
    published: str, key_server: KeyServer, ours: Business
) -> None:
    for key, algorithm, kid in ((EC_KEY, "ES256", "ec"), (RSA_KEY, "RS256", "rsa")):
        token = jwt.encode(claims(ours), key, algorithm, headers={"kid": kid})
        assert ask(published, token).status_code == 200
    for number in range(10):
        assert_problem(ask(published, jwt.encode(claims(ours), EC_KEY, "ES256", headers={"kid": f"no-{number}"})), 401)
    assert key_server.asked <= 2


def test_a_public_key_is_no_secret(published: str, stack: LocalStack, ours: Business) -> None:
    for public in (EC_KEY.public_key(), RSA_KEY.public_key()):
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        for kid in ("ec", "rsa"):
            assert_problem(ask(published, by_hand({"alg": "HS256", "kid": kid}, claims(ours), pem)), 401)
    assert_problem(ask(published, jwt.encode(claims(ours), STRANGER, "ES256", headers={"kid": "ec"})), 401)
    assert_problem(ask(published, jwt.encode(claims(ours), RSA_KEY, "RS256", headers={"kid": "ec"})), 401)
    assert_problem(ask(published, jwt.encode(claims(ours), stack.state.jwt_secret, "HS256")), 401)


def test_keys_that_cannot_be_fetched_are_said_to_be_away(configure: Callable[..., Application], ours: Business) -> None:
    with served(create_app(configure(SUPABASE_JWKS_URL="http://127.0.0.1:9/jwks.json"))) as url:
        answer = ask(url, jwt.encode(claims(ours), EC_KEY, "ES256", headers={"kid": "ec"}))
        assert "signing keys" in assert_problem(answer, 503)["detail"]
