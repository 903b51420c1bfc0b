"""Evolution API's bodies of success: messages as it answers and lists them, instances, itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sandbox.gateway.records import SandboxInstance, SandboxMessage, SandboxReceipt

#: Seconds between a chat's last change of settings and a message of it, as in the captured answers.
_SETTINGS_BEFORE = 172_800
_PREVIEW_TITLE = "Página"


def sent(message: SandboxMessage, instance: SandboxInstance, integration: str = "WHATSAPP-BAILEYS") -> dict[str, Any]:
    """An accepted message as `sendText` answers it."""
    timestamp = int(message.accepted_at)
    if integration == "EVOLUTION":
        return {
            "key": {"fromMe": True, "id": message.gateway_message_id, "remoteJid": message.remote_jid},
            "message": {"conversation": message.text},
            "messageType": "conversation",
            "messageTimestamp": timestamp,
            "source": "unknown",
            "instanceId": instance.id,
        }
    settings_at = {"low": timestamp - _SETTINGS_BEFORE, "high": 0, "unsigned": False}
    return {
        "key": key_of(message),
        "pushName": "Você",
        "status": "PENDING",
        "message": _content(message),
        "contextInfo": {
            "mentionedJid": [],
            "groupMentions": [],
            "ephemeralSettingTimestamp": settings_at,
            "disappearingMode": {"initiator": 0},
        },
        "messageType": "conversation" if message.preview is None else "extendedTextMessage",
        "messageTimestamp": timestamp,
        "instanceId": instance.id,
        "source": "web",
    }


def key_of(message: SandboxMessage) -> dict[str, Any]:
    """The key of an accepted message."""
    key: dict[str, Any] = {"remoteJid": message.remote_jid, "fromMe": True, "id": message.gateway_message_id}
    if message.remote_jid.endswith("@lid"):
        key["addressingMode"] = "lid"
    if message.remote_jid_alt:
        key["remoteJidAlt"] = message.remote_jid_alt
    return key


def _content(message: SandboxMessage) -> dict[str, Any]:
    if message.preview is None:
        return {"conversation": message.text}
    thumbnail = {"jpegThumbnail": picture(message.preview)} if message.preview else {}
    return {"extendedTextMessage": {"text": message.text, "title": _PREVIEW_TITLE, "previewType": 0} | thumbnail}


def picture(size: int) -> dict[str, int]:
    """Bytes as Evolution's JSON has them: an object with a number for each."""
    return {str(place): (place * 7 + 255) % 256 for place in range(size)}


def found(
    message: SandboxMessage, instance: SandboxInstance, receipts: list[SandboxReceipt], integration: str
) -> dict[str, Any]:
    """The same message as `findMessages` lists it."""
    record: dict[str, Any] = {"contextInfo": None, "pushName": None} | sent(message, instance, integration)
    record.pop("status", None)
    return {"id": row_id(message.id)} | record | {"MessageUpdate": [{"status": each.status} for each in receipts]}


def row_id(number: int, kind: str = "m") -> str:
    """A row's id as Evolution's database makes them: 25 characters, beginning with c."""
    return f"c{kind}sandbox{number:016d}"


def update_of(message: SandboxMessage, instance: SandboxInstance, status: str) -> dict[str, Any]:
    """A receipt as `messages.update` tells it."""
    return {
        "keyId": message.gateway_message_id,
        "remoteJid": message.remote_jid,
        "fromMe": True,
        "status": status,
        "instanceId": instance.id,
        "messageId": row_id(message.id),
    }


def described(instance: SandboxInstance, messages: int, integration: str) -> dict[str, Any]:
    """An instance as `fetchInstances` lists it."""
    created = dt.datetime.fromtimestamp(instance.created_at, dt.UTC).isoformat(timespec="milliseconds")
    return {
        "id": instance.id,
        "name": instance.name,
        "connectionStatus": instance.state,
        "ownerJid": None,
        "profileName": instance.name,
        "profilePicUrl": None,
        "integration": integration,
        "number": None,
        "token": instance.token,
        "createdAt": created,
        "updatedAt": created,
        "_count": {"Message": messages},
    }


def welcome(version: str, server_url: str) -> dict[str, Any]:
    """What the server says of itself at `/`."""
    return {
        "status": 200,
        "message": "Welcome to the Evolution API, it is working!",
        "version": version,
        "clientName": "evolution_exchange",
        "manager": f"{server_url}/manager",
        "documentation": "https://doc.evolution-api.com",
        "whatsappWebVersion": "2.3000.1030000000",
    }
