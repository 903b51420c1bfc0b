"""How Evolution API, or the proxy before it, refuses."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, Response

_DOCS = "https://docs.evolutionfoundation.com.br/licensing"
_PRISMA = (
    "PrismaClientKnownRequestError: \nInvalid `this.prismaRepository.message.create()` invocation in\n"
    "/evolution/src/api/integrations/channel/whatsapp/whatsapp.baileys.service.ts:2459:57\n\n\n"
    "Foreign key constraint violated on the constraint: `Message_instanceId_fkey`"
)
_PROXY = (
    "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n"
    "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
_PROXY_WORDS = {502: "502 Bad Gateway", 503: "503 Service Temporarily Unavailable", 504: "504 Gateway Time-out"}
_MANAGER = (
    '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Evolution Manager</title></head>\n'
    '<body><div id="root"></div></body>\n</html>\n'
)


class PlainJSON(JSONResponse):
    """JSON in ASCII alone, so that half an emoji in a gateway's words can be told as well."""

    def render(self, content: Any) -> bytes:
        """The bytes."""
        return json.dumps(content, separators=(",", ":")).encode("ascii")


class Refusal(Exception):
    """An answer other than success; `message` is what Evolution API puts in `response.message`.

    `outcome` is what the attempt's record says, `recorded` whether it says so already.
    """

    def __init__(self, status: int, message: Any, outcome: str, *, recorded: bool = False) -> None:
        super().__init__(outcome)
        self.status = status
        self.message = message
        self.outcome = outcome
        self.recorded = recorded

    def response(self) -> Response:
        """The refusal on the wire."""
        error = HTTPStatus(self.status).phrase if self.status in set(HTTPStatus) else "Error"
        body = {"status": self.status, "error": error, "response": {"message": self.message}}
        return PlainJSON(body, status_code=self.status)


class Page(Refusal):
    """A page where JSON was asked for; `message` is its HTML."""

    def response(self) -> Response:
        """The page."""
        return HTMLResponse(self.message, status_code=self.status)


class Unlicensed(Refusal):
    """2.4 before anybody has activated it; `message` is the address under which it was asked."""

    def response(self) -> Response:
        """Another shape than all others."""
        manager = f"{self.message}/manager/login"
        words = (
            f"This Evolution API instance is not activated. Open {manager} to activate, or set"
            f" AUTHENTICATION_API_KEY in your .env with a valid licensing key. Docs: {_DOCS}"
        )
        body = {
            "error": "service not activated",
            "code": "LICENSE_REQUIRED",
            "register_url": manager,
            "instance_id": "00000000-0000-4000-8000-000000000010",
            "docs_url": _DOCS,
            "message": words,
        }
        return JSONResponse(body, status_code=self.status)


def unauthorized() -> Refusal:
    """Neither the global key nor the instance's token."""
    return Refusal(401, "Unauthorized", "unauthorized")


def no_instance(name: str) -> Refusal:
    """No instance of that name."""
    return Refusal(404, [f'The "{name}" instance does not exist'], "no_instance")


def bad_request(*problems: str) -> Refusal:
    """The body is not what the endpoint takes."""
    return Refusal(400, [list(problems)], "bad_request")


def not_on_whatsapp(number: str, jid: str) -> Refusal:
    """The number has no account."""
    return Refusal(400, [{"jid": jid, "exists": False, "number": number}], "not_on_whatsapp")


def never_connected(status: int = 500) -> Refusal:
    """What the vendor's server trips over without a socket: asking for the number (500), or sending (400)."""
    if status == 400:
        words = ["TypeError: Cannot read properties of undefined (reading 'sendMessage')"]
        return Refusal(400, words, "never_connected")
    return Refusal(500, "Cannot read properties of undefined (reading 'onWhatsApp')", "never_connected")


def disconnected(status: int = 500) -> Refusal:
    """The socket is closed: found so asking for the number (500), or sending (400)."""
    words: str | list[str] = ["Error: Connection Closed"] if status == 400 else "Connection Closed"
    return Refusal(status, words, "disconnected")


def throttled(status: int = 500) -> Refusal:
    """WhatsApp says that this number sends too much: asking for the number (500), or sending (400)."""
    return Refusal(status, ["Error: rate-overlimit"] if status == 400 else "rate-overlimit", "throttle")


def number_timed_out() -> Refusal:
    """WhatsApp did not say in time whether the number has an account."""
    return Refusal(500, "Timed Out", "number_timed_out")


def timed_out(outcome: str, *, recorded: bool = False) -> Refusal:
    """WhatsApp did not answer in time: the same words whether or not the message has gone out."""
    return Refusal(400, ["Error: Timed Out"], outcome, recorded=recorded)


def database_failed() -> Refusal:
    """The message has gone out, and could not be kept."""
    return Refusal(400, [_PRISMA], "database_after_accept", recorded=True)


def database_away() -> Refusal:
    """The database takes no connections."""
    return Refusal(500, 'database "evo237" is not currently accepting connections', "database_away")


def starting_up() -> Refusal:
    """The server listens and has not finished its start."""
    return Refusal(500, "Cannot read properties of undefined (reading 'textMessage')", "starting_up")


def license_required(server_url: str) -> Refusal:
    """Nobody has activated this server."""
    return Unlicensed(503, server_url, "license_required")


def proxy_page(status: int, outcome: str, *, recorded: bool = False) -> Refusal:
    """What nginx shows while the server behind it is away or slow."""
    return Page(status, _PROXY.format(_PROXY_WORDS.get(status, str(status))), outcome, recorded=recorded)


def html_page(outcome: str, *, recorded: bool = False) -> Refusal:
    """A page with status 200: an address that leads elsewhere."""
    return Page(200, _MANAGER, outcome, recorded=recorded)
