"""What people write, as Evolution's webhooks tell it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.gateway.incoming import NewReply
from sandbox.gateway.shapes import picture, row_id
from sandbox.gateway.whatsapp_ids import jid_of, lid_of, own_jid

_MEDIA_URL = "https://mmg.example.invalid/x"
_GROUP = "120363000000000001@g.us"
_MEDIA = {"url": _MEDIA_URL, "fileLength": {"low": 3000, "high": 0, "unsigned": True}}
_DAY = 86400
_LISTS: dict[str, Any] = {"mentionedJid": [], "groupMentions": [], "statusAttributions": []}


@dataclass(frozen=True, slots=True)
class Written:
    """A reply with what the sandbox adds: its id, its time (Unix seconds), the quoted text, the server's settings."""

    reply: NewReply
    id: str
    at: float
    quoted: str
    instance_id: str
    addressing: str
    swaps_ids: bool
    row: int

    @property
    def jid(self) -> str:
        """The id under which the person is kept."""
        return lid_of(self.reply.number) if self.addressing == "lid_without_alt" else jid_of(self.reply.number)


def events(written: Written) -> list[tuple[str, dict[str, Any]]]:
    """The events, by name, that tell of it."""
    match written.reply.kind:
        case "edit":
            return [("messages.edited", _edited(written)), ("messages.update", _edit(written))]
        case "delete":
            return [("messages.edited", _revoked(written)), ("messages.delete", _deletion(written))]
        case _:
            return [("messages.upsert", _upsert(written))]


def record_of(written: Written) -> dict[str, Any]:
    """The same as `findMessages` lists it, empty where it is no message of its own."""
    if written.reply.kind in ("edit", "delete"):
        return {}
    record = {"contextInfo": None} | _upsert(written)
    del record["status"]
    return {"id": row_id(written.row, "r")} | record | {"MessageUpdate": []}


def _upsert(written: Written) -> dict[str, Any]:
    from_me = written.reply.kind == "typed_on_the_phone"
    kind, message, context = _content(written)
    return {
        "key": _key(written, from_me),
        "pushName": "Cliente",
        "status": "SERVER_ACK" if from_me else "DELIVERY_ACK",
        "message": message,
        **context,
        "messageType": kind,
        "messageTimestamp": int(written.at),
        "instanceId": written.instance_id,
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


def _content(written: Written) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """The message's type, the message, and what stands beside it."""
    reply, context = written.reply, _context(written)
    beside = {"contextInfo": context} if context else {}
    match reply.kind:
        case "audio":
            audio = _MEDIA | {"mimetype": "audio/ogg; codecs=opus", "seconds": 3, "ptt": True}
            return "audioMessage", {"audioMessage": audio | beside}, beside
        case "image":
            return "imageMessage", {"imageMessage": _image(reply) | beside}, {"contextInfo": context}
        case "reaction" | "reaction_removed":
            return "reactionMessage", {"reactionMessage": _reaction(written)}, {}
        case _ if context and reply.disappearing == "wrapper":
            extended = {"endCardTiles": [], "text": reply.text, "contextInfo": context}
            inner = {"message": {"extendedTextMessage": extended}}
            return "ephemeralMessage", {"ephemeralMessage": inner}, {}
        case _ if context and reply.disappearing == "chat":
            info = {"threadId": [], "deviceListMetadataVersion": 2}
            return "conversation", {"messageContextInfo": info, "conversation": reply.text}, beside
        case _:
            return "conversation", {"conversation": reply.text}, beside


def _context(written: Written) -> dict[str, Any] | None:
    reply = written.reply
    if not reply.quote:
        return None
    quoted = {"participant": own_jid(reply.instance), "quotedMessage": {"conversation": written.quoted}}
    expires = {"expiration": _DAY} if reply.disappearing else {}
    return _LISTS | {"stanzaId": reply.quote} | quoted | expires


def _image(reply: NewReply) -> dict[str, Any]:
    caption = {"caption": reply.text} if reply.text else {}
    thumbnail = {"jpegThumbnail": picture(reply.thumbnail)} if reply.thumbnail else {}
    lists: dict[str, Any] = {"interactiveAnnotations": [], "scanLengths": [], "annotations": []}
    return lists | _MEDIA | {"mimetype": "image/jpeg", "height": 10, "width": 10} | caption | thumbnail


def _reaction(written: Written) -> dict[str, Any]:
    reply, millis = written.reply, int(written.at * 1000)
    key = {"remoteJid": jid_of(reply.number), "fromMe": True, "id": reply.target, "participant": ""}
    stamp = {"low": _signed(millis), "high": millis >> 32, "unsigned": False}
    text = "" if reply.kind == "reaction_removed" else reply.text or "👍"
    return {"key": key, "text": text, "senderTimestampMs": stamp}


def _signed(value: int) -> int:
    """The lower half of a long, as JavaScript keeps it."""
    low = value & 0xFFFFFFFF
    return low - 2**32 if low >= 2**31 else low


def _edited(written: Written) -> dict[str, Any]:
    edit = {"type": "MESSAGE_EDIT", "editedMessage": {"conversation": written.reply.text}}
    return _protocol_key(written) | edit | {"timestampMs": f"{int(written.at)}000"}


def _revoked(written: Written) -> dict[str, Any]:
    return _protocol_key(written) | {"type": "REVOKE"}


def _protocol_key(written: Written) -> dict[str, Any]:
    return {"key": {"remoteJid": own_jid(written.reply.instance), "fromMe": True, "id": written.reply.target}}


def _edit(written: Written) -> dict[str, Any]:
    return {
        "keyId": written.reply.target,
        "remoteJid": written.jid,
        "fromMe": False,
        "participant": "",
        "status": "SERVER_ACK",
        "instanceId": written.instance_id,
        "message": {"editedMessage": {"message": {"conversation": written.reply.text}}},
        "messageId": row_id(written.row, "r"),
    }


def _deletion(written: Written) -> dict[str, Any]:
    mode = "lid" if written.jid.endswith("@lid") else "pn"
    key = {"remoteJid": written.jid, "fromMe": False, "id": written.reply.target, "addressingMode": mode}
    return key | {"participant": "", "status": "DELETED"}
