"""The events by which Evolution's webhooks tell what people write."""

from __future__ import annotations

from typing import Any

from sandbox.gateway import shapes
from sandbox.gateway.content_shapes import Written, content_of
from sandbox.gateway.records import SandboxMessage
from sandbox.gateway.whatsapp_ids import lid_of, own_jid

_GROUP = "120363000000000001@g.us"
_DAY = 86400
#: What a protocol message is, by name, with the number that some versions tell instead.
_TYPES = {"REVOKE": 0, "EPHEMERAL_SETTING": 3, "MESSAGE_EDIT": 14}


def events(written: Written) -> list[tuple[str, dict[str, Any]]]:
    """The events, by name, that tell of it."""
    match written.reply.kind:
        case "edit":
            edit = {"editedMessage": {"conversation": written.reply.text}, "timestampMs": f"{int(written.at)}000"}
            protocol = _protocol(written, "MESSAGE_EDIT") | edit
            return [("messages.edited", protocol), ("messages.update", _edit(written))]
        case "delete":
            return [("messages.edited", _protocol(written, "REVOKE")), ("messages.delete", _deletion(written))]
        case "timer":
            setting = _protocol(written, "EPHEMERAL_SETTING") | {"ephemeralExpiration": _DAY}
            return [("messages.edited", setting)]
        case "bot":
            return [("send.message", shapes.sent(_bots(written), written.instance))]
        case _:
            return [("messages.upsert", _upsert(written))]


def record_of(written: Written) -> dict[str, Any]:
    """The same as `findMessages` lists it, empty where it is no message of its own."""
    if written.reply.kind in ("edit", "delete", "timer"):
        return {}
    if written.reply.kind == "bot":
        listed = shapes.found(_bots(written), written.instance, [], "WHATSAPP-BAILEYS")
        return listed | {"id": shapes.row_id(written.row, "r")}
    record = {"contextInfo": None} | _upsert(written)
    del record["status"]
    return {"id": shapes.row_id(written.row, "r")} | record | {"MessageUpdate": []}


def _bots(written: Written) -> SandboxMessage:
    """What the product's bot had sent through the same server."""
    reply = written.reply
    return SandboxMessage(0, reply.instance, reply.number, reply.text, written.at, written.id, written.jid)


def _upsert(written: Written) -> dict[str, Any]:
    from_me = written.reply.kind == "typed_on_the_phone"
    kind, message, context = content_of(written)
    return {
        "key": _key(written, from_me),
        "pushName": written.name,
        "status": "SERVER_ACK" if from_me else "DELIVERY_ACK",
        "message": message,
        **context,
        "messageType": kind,
        "messageTimestamp": int(written.at),
        "instanceId": written.instance.id,
        "source": "ios",
    }


def _key(written: Written, from_me: bool) -> dict[str, Any]:
    key: dict[str, Any] = {"remoteJid": written.jid, "fromMe": from_me, "id": written.id, "addressingMode": "pn"}
    if written.reply.kind == "group":
        return key | {"remoteJid": _GROUP, "participant": written.jid}
    if written.addressing == "lid_without_alt":
        key["addressingMode"] = "lid"
    elif written.addressing == "lid_with_alt" and written.swaps_ids:
        key["remoteJidAlt"] = lid_of(written.reply.number)
    elif written.addressing == "lid_with_alt":
        key |= {"addressingMode": "lid", "remoteJidAlt": written.jid}
    return key | {"participant": ""}


def _protocol(written: Written, name: str) -> dict[str, Any]:
    key = {"remoteJid": own_jid(written.reply.instance), "fromMe": True, "id": written.reply.target}
    return {"key": key, "type": _TYPES[name] if written.numbers else name}


def _edit(written: Written) -> dict[str, Any]:
    return {
        "keyId": written.reply.target,
        "remoteJid": written.jid,
        "fromMe": False,
        "participant": "",
        "status": "DELETED" if written.deleted_too else "SERVER_ACK",
        "instanceId": written.instance.id,
        "message": {"editedMessage": {"message": {"conversation": written.reply.text}}},
        "messageId": shapes.row_id(written.row, "r"),
    }


def _deletion(written: Written) -> dict[str, Any]:
    mode = "lid" if written.jid.endswith("@lid") else "pn"
    key = {"remoteJid": written.jid, "fromMe": False, "id": written.reply.target, "addressingMode": mode}
    return key | {"participant": "", "status": "DELETED"}
