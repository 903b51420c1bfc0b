"""Evolution API's bodies: what it answers, and how it refuses."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse

from sandbox.gateway.records import SandboxInstance, SandboxMessage


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

    def response(self) -> JSONResponse:
        """The refusal on the wire."""
        error = HTTPStatus(self.status).phrase if self.status in set(HTTPStatus) else "Error"
        body = {"status": self.status, "error": error, "response": {"message": self.message}}
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


def never_connected() -> Refusal:
    """What the vendor's server trips over when an instance has no socket yet."""
    return Refusal(500, "Cannot read properties of undefined (reading 'onWhatsApp')", "never_connected")


def disconnected(status: int = 500) -> Refusal:
    """The socket is closed: found so before sending (500), or while sending (400)."""
    words: str | list[str] = ["Error: Connection Closed"] if status == 400 else "Connection Closed"
    return Refusal(status, words, "disconnected")


def throttled() -> Refusal:
    """WhatsApp says that this number sends too much."""
    return Refusal(500, "rate-overlimit", "throttled")


def sent(message: SandboxMessage, instance: SandboxInstance) -> dict[str, Any]:
    """An accepted message as `sendText` answers it."""
    return {
        "key": {"remoteJid": message.remote_jid, "fromMe": True, "id": message.gateway_message_id},
        "pushName": "Você",
        "status": "PENDING",
        "message": {"conversation": message.text},
        "contextInfo": {"mentionedJid": [], "groupMentions": []},
        "messageType": "conversation",
        "messageTimestamp": int(message.accepted_at),
        "instanceId": instance.id,
        "source": "web",
    }


def found(message: SandboxMessage, instance: SandboxInstance) -> dict[str, Any]:
    """The same message as `findMessages` lists it."""
    record = sent(message, instance)
    del record["status"]
    return {"id": f"sandbox{message.id:018d}"} | record | {"MessageUpdate": []}


def described(instance: SandboxInstance, messages: int) -> dict[str, Any]:
    """An instance as `fetchInstances` lists it."""
    created = dt.datetime.fromtimestamp(instance.created_at, dt.UTC).isoformat(timespec="milliseconds")
    return {
        "id": instance.id,
        "name": instance.name,
        "connectionStatus": instance.state,
        "ownerJid": None,
        "profileName": instance.name,
        "profilePicUrl": None,
        "integration": "WHATSAPP-BAILEYS",
        "number": None,
        "token": instance.token,
        "createdAt": created,
        "updatedAt": created,
        "_count": {"Message": messages},
    }
