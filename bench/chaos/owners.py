"""The owners at their phones: each answers the offer, some stop and resume. It all comes by webhook."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Generator
from typing import Any, TypeVar

import psycopg
from redis import Redis

from bench.chaos.shops import Shop
from bench.chaos.talk import BEGINS, BEGINS_AGAIN, Talk
from proactive.storage.redis import campaign_halt_key
from sandbox.gateway.client import Sandbox

_LOOK, _LOOKS_FOR_LOST, _ANSWERS_WITHIN = 0.3, 10.0, 600.0
#: After so long without another client's message nobody waits for one more of those that a cap allows.
_COUNTS_AS_GOT = 120.0
_HALT_KEPT = 30 * 86_400.0
#: So many clients have it when an owner stops; a pause lasts so long that a message after it would be one too late.
_STOPS_AFTER, _PAUSED_FOR = 2, 9.0
#: Before a window closes, the yes; after it, nothing more is told of a yes that came too late.
_BEFORE_DUSK, _AFTER_DUSK = 100.0, 60.0
#: The cap of a day that is set once a campaign is confirmed.
LOWERED = 8
_T2, _T3 = "📣 Prévia", "Tudo bem"
_T10, _T11, _T13 = "Parei a campanha", "Pausei a campanha", ("✅ Campanha concluída", "⏹️ Campanha encerrada")

Message = dict[str, Any]
T = TypeVar("T")
#: What takes until something has come: it yields until then.
Waiting = Generator[str, None, T]


class Owners:
    """All owners, in a thread of its own: `with` begins it."""

    def __init__(
        self, sandbox: Sandbox, redis: Redis, connection: psycopg.Connection[Any], shops: list[Shop],
        dusk: dt.datetime,
    ) -> None:  # fmt: skip
        """`dusk` (aware) is when the window of the shops whose fate it is closes."""
        self.talks = [Talk(shop) for shop in shops]
        self._sandbox, self._redis, self._connection, self._dusk = sandbox, redis, connection, dusk
        self._by_instance = {talk.shop.instance: talk for talk in self.talks}
        self._last = 0
        self._broken: Exception | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._live, daemon=True)

    def __enter__(self) -> Owners:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        if self._broken is not None:
            raise self._broken

    @property
    def all_over(self) -> bool:
        """Whether nobody has anything more to say, or the thread has failed, which leaving `with` raises."""
        return self._broken is not None or all(talk.over for talk in self.talks)

    def _live(self) -> None:
        try:
            self._live_on()
        except Exception as error:  # raised in the thread that waits for this one
            self._broken = error

    def _live_on(self) -> None:
        alive = [(talk, self._life(talk)) for talk in self.talks]
        while not self._over.wait(_LOOK):
            self._hear()
            for talk, life in alive:
                if not talk.over:
                    talk.over = next(life, "over") == "over"

    def _hear(self) -> None:
        for message in self._sandbox.messages(since_id=self._last):
            talk = self._by_instance[message["instance"]]
            self._last = max(self._last, message["id"])
            if message["number"] == talk.shop.number:
                talk.got.append(message)
                if message["text"].startswith(_T11) and "CONTINUAR" in message["text"]:  # it has to be asked for
                    self._writes(talk, "CONTINUAR")
            else:
                talk.clients_got += 1
                talk.client_got_at = time.time()

    def _life(self, talk: Talk) -> Waiting[None]:
        """What an owner does, from the offer on; ends early where no answer came."""
        try:
            yield from self._says_yes(talk)
            if talk.began:
                yield from self._lives_with_it(talk)
        except TimeoutError as error:
            talk.unanswered = str(error)

    def _says_yes(self, talk: Talk) -> Waiting[None]:
        shop = talk.shop
        offer = yield from self._gets(talk, "🎂")
        while shop.fate == "dusk" and time.time() < self._dusk.timestamp() - _BEFORE_DUSK:
            yield "waits"
        quote = {"quote": offer["gateway_message_id"]} if shop.way == "quoted" else {}
        words = {"direct": "sim", "preview": "ok", "quoted": "pode mandar", "less": "sim, menos a Zuleica", "no": "não"}
        if shop.way in ("direct", "quoted"):
            talk.yes_at = time.time()
        self._writes(talk, words[shop.way], **quote)
        if shop.way == "no":
            yield from self._gets(talk, _T3)
            return
        if shop.way in ("preview", "less"):
            yield from self._gets(talk, _T2)
            talk.yes_at = time.time()
            self._writes(talk, "ENVIAR")
        if shop.fate == "dusk":
            while not talk.began and time.time() < self._dusk.timestamp() + _AFTER_DUSK:
                yield "waits"
        else:
            yield from self._gets(talk, BEGINS, BEGINS_AGAIN)

    def _lives_with_it(self, talk: Talk) -> Waiting[None]:
        shop = talk.shop
        if shop.fate == "capped":
            query = "update aurora_proactive_campaign_settings set daily_caps = %s where organization_id = %s"
            self._connection.execute(query, [[LOWERED] * 7, shop.organization])
            while talk.clients_got < LOWERED and time.time() < talk.client_got_at + _COUNTS_AS_GOT:
                yield "waits"  # one that nobody knows of counts as well
            until = time.time() + 2 * _PAUSED_FOR
            while time.time() < until:
                yield "waits"
        if shop.fate in ("resumed", "ended", "cancelled", "capped"):
            while talk.clients_got < _STOPS_AFTER:
                yield "waits"
        if shop.fate in ("resumed", "ended"):
            said = yield from self._stops(talk, "PARE", _T10, *_T13)
            if not said["text"].startswith(_T10):
                return
            until = time.time() + _PAUSED_FOR
            while time.time() < until:
                yield "waits"
        if shop.fate == "resumed":
            talk.halts[-1] = (talk.halts[-1][0], time.time())
            self._writes(talk, "CONTINUAR")
            yield from self._gets(talk, BEGINS_AGAIN)
        elif shop.fate == "ended":
            self._writes(talk, "CANCELAR")
        elif shop.fate in ("cancelled", "capped"):
            yield from self._stops(talk, "CANCELAR", *_T13)
        yield from self._gets(talk, *_T13)

    def _stops(self, talk: Talk, words: str, *begins: str) -> Waiting[Message]:
        """Write it, see when Redis was told, and wait for an answer; where it was over by then, there is no halt."""
        self._writes(talk, words)
        key, seen = campaign_halt_key(str(talk.shop.campaign)), False
        answer = self._gets(talk, *begins)
        while True:
            rest = int(self._redis.pttl(key))
            if rest > 0 and not seen:
                talk.halts.append((time.time() - (_HALT_KEPT - rest / 1000), float("inf")))
                seen = True
            try:
                yield next(answer)
            except StopIteration as found:
                if not seen and found.value["text"].startswith(_T10):
                    raise TimeoutError("said to be stopped, and Redis knows no halt") from None
                said: Message = found.value
                return said

    def _gets(self, talk: Talk, *begins: str) -> Waiting[Message]:
        """The message of ours that begins so, once it is there; TimeoutError where it is not in time.

        What ends a campaign may take until all clients have it: it is waited for without a bound.
        """
        endless = begins in (_T13, ("🎂",))
        looked = began = time.monotonic()
        while not (found := [each for each in talk.got if each["text"].startswith(begins)]):
            if not endless and time.monotonic() - began > _ANSWERS_WITHIN:
                raise TimeoutError(f"no “{begins[0]}…”, but {[each['text'][:40] for each in talk.got]}")
            if time.monotonic() - looked > _LOOKS_FOR_LOST:
                looked = time.monotonic()
                lost = talk.is_lost(self._connection, begins)
                if lost and endless:
                    raise TimeoutError(f"“{begins[0]}…” is lost")
                if lost or talk.is_unheard(self._connection):
                    self._writes(talk, talk.words)
            yield "waits"
        return found[-1]

    def _writes(self, talk: Talk, text: str, **more: Any) -> None:
        written = self._sandbox.write(talk.shop.instance, talk.shop.number, text, **more)
        talk.words, talk.wrote = text, (written["gateway_message_id"], time.time())
