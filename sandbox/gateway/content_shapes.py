"""What is in a message that people write, as Evolution's webhooks tell it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.gateway.incoming import NewReply
from sandbox.gateway.records import SandboxInstance
from sandbox.gateway.shapes import picture
from sandbox.gateway.whatsapp_ids import jid_of, lid_of, own_jid

Content = tuple[str, dict[str, Any], dict[str, Any]]

_MEDIA_URL = "https://mmg.example.invalid/x"
_MEDIA = {"url": _MEDIA_URL, "fileLength": {"low": 3000, "high": 0, "unsigned": True}}
_DAY = 86400
_LISTS: dict[str, Any] = {"mentionedJid": [], "groupMentions": [], "statusAttributions": []}
_MIMETYPES = {
    "audio": "audio/ogg; codecs=opus",
    "image": "image/jpeg",
    "video": "video/mp4",
    "document": "application/pdf",
    "sticker": "image/webp",
}


@dataclass(frozen=True, slots=True)
class About:
    """The message that a reply is about: its text, and whether our side wrote it."""

    text: str = ""
    ours: bool = True


@dataclass(frozen=True, slots=True)
class Written:
    """A reply with what the sandbox adds: its id, its time (Unix seconds), what it is about, the server's settings.

    `name` is how the person calls themselves; `numbers` says that protocol messages have a number for their type.
    """

    reply: NewReply
    id: str
    at: float
    about: About
    instance: SandboxInstance
    addressing: str
    swaps_ids: bool
    row: int
    name: str = "Cliente"
    numbers: bool = False
    deleted_too: bool = False

    @property
    def jid(self) -> str:
        """The id under which the person is kept."""
        return lid_of(self.reply.number) if self.addressing == "lid_without_alt" else jid_of(self.reply.number)


def content_of(written: Written) -> Content:
    """The message's type, the message, and what stands beside it."""
    reply = written.reply
    kind, message, beside = _plain(written)
    if reply.view_once and reply.kind in ("image", "video", "audio"):
        return "viewOnceMessageV2", {"viewOnceMessageV2": {"message": message}}, {}
    if reply.disappearing != "wrapper":
        return kind, message, beside
    if kind == "conversation":
        message = {"extendedTextMessage": {"endCardTiles": [], "text": reply.text} | beside}
    return "ephemeralMessage", {"ephemeralMessage": {"message": message}}, {}


def _plain(written: Written) -> Content:
    reply, context = written.reply, _context(written)
    beside = {"contextInfo": context} if context else {}
    match reply.kind:
        case "audio":
            heard = {"speechToText": f"[audio] {reply.text}"} if reply.text else {}
            audio = _media(reply) | {"seconds": reply.seconds, "ptt": True}
            return "audioMessage", {"audioMessage": audio | beside} | heard, beside
        case "image":
            return "imageMessage", {"imageMessage": _image(reply) | beside}, {"contextInfo": context}
        case "video":
            video = _media(reply) | {"seconds": reply.seconds, "height": 10, "width": 10} | _caption(reply)
            return "videoMessage", {"videoMessage": video | beside}, {"contextInfo": context}
        case "document":
            document = _media(reply) | {"title": "tabela.pdf", "fileName": "tabela.pdf"} | _caption(reply)
            return "documentMessage", {"documentMessage": document | beside}, {"contextInfo": context}
        case "sticker":
            sticker = _media(reply) | {"height": 64, "width": 64, "isAnimated": False}
            return "stickerMessage", {"stickerMessage": sticker | beside}, beside
        case "location":
            place = {"degreesLatitude": -23.5505, "degreesLongitude": -46.6333}
            return "locationMessage", {"locationMessage": place | beside}, beside
        case "contact":
            card = "BEGIN:VCARD\nVERSION:3.0\nFN:Alguém\nEND:VCARD"
            return "contactMessage", {"contactMessage": {"displayName": "Alguém", "vcard": card} | beside}, beside
        case "reaction" | "reaction_removed":
            return "reactionMessage", {"reactionMessage": _reaction(written)}, {}
        case _ if context and reply.disappearing == "chat":
            info = {"threadId": [], "deviceListMetadataVersion": 2}
            return "conversation", {"messageContextInfo": info, "conversation": reply.text}, beside
        case _:
            return "conversation", {"conversation": reply.text}, beside


def _context(written: Written) -> dict[str, Any] | None:
    reply = written.reply
    if not reply.quote:
        return None
    whose = own_jid(reply.instance) if written.about.ours else written.jid
    quoted = {"participant": whose, "quotedMessage": {"conversation": written.about.text}}
    expires = {"expiration": _DAY} if reply.disappearing else {}
    return _LISTS | {"stanzaId": reply.quote} | quoted | expires


def _media(reply: NewReply) -> dict[str, Any]:
    return _MEDIA | {"mimetype": _MIMETYPES[reply.kind]}


def _caption(reply: NewReply) -> dict[str, Any]:
    return {"caption": reply.text} if reply.text else {}


def _image(reply: NewReply) -> dict[str, Any]:
    thumbnail = {"jpegThumbnail": picture(reply.thumbnail)} if reply.thumbnail else {}
    lists: dict[str, Any] = {"interactiveAnnotations": [], "scanLengths": [], "annotations": []}
    return lists | _media(reply) | {"height": 10, "width": 10} | _caption(reply) | thumbnail


def _reaction(written: Written) -> dict[str, Any]:
    reply, millis = written.reply, int(written.at * 1000)
    key = {"remoteJid": written.jid, "fromMe": written.about.ours, "id": reply.target, "participant": ""}
    stamp = {"low": _signed(millis), "high": millis >> 32, "unsigned": False}
    text = "" if reply.kind == "reaction_removed" else reply.text or "👍"
    return {"key": key, "text": text, "senderTimestampMs": stamp}


def _signed(value: int) -> int:
    """The lower half of a long, as JavaScript keeps it."""
    low = value & 0xFFFFFFFF
    return low - 2**32 if low >= 2**31 else low
