"""A conversation, played to its report: an offer, a change, a yes, clients who get it, one who wants out, a stop.

Everything goes over the wire as it does in real life: what people write comes by the gateway's webhooks, what the
product answers is read from the gateway's log.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.demo.six import DemoFailed
from sandbox.gateway.client import Sandbox

#: Seconds for an answer; how many of the clients have got the campaign when one of them wants out.
_ANSWERS_WITHIN, _STARTS_WITHIN = 30.0, 60.0
_BEFORE_SAIR = 2

#: How every campaign's message to a client ends.
FOOTER = "Não quer receber promoções? Responda SAIR."

#: What a campaign's pace is in the demo: nobody wants to look on for as long as real clients are spared.
PACE = {
    "CAMPAIGN_DELAY": "2",
    "CAMPAIGN_GAP_LEAST": "1",
    "CAMPAIGN_GAP_MOST": "2",
    "CAMPAIGN_JOINED_WITHIN": "2",
}


@dataclass(frozen=True, slots=True)
class Line:
    """What was written: by `who`, to `to` (both by name), the text, and whether it answers another message."""

    who: str
    to: str
    text: str
    quotes: bool = False


@dataclass(slots=True)
class Play:
    """The owner of an instance and its clients at their phones; `told` is what the gateway has accepted so far."""

    sandbox: Sandbox
    instance: str
    owner: str
    names: dict[str, str]
    log: str
    _last: int = 0

    def conversation(self, offer: str) -> Iterator[Line]:
        """Play it, line by line, beginning with the answer to the message whose gateway's id is `offer`.

        Raises:
            DemoFailed: an answer did not come, or was another one.
        """
        self._last = max((each["id"] for each in self.sandbox.messages(instance=self.instance)), default=0)
        yield self._writes(self.owner, "manda só pros 10 primeiros", quote=offer)
        preview = self._answer("📣 Prévia")
        yield self._line(preview)
        yield self._writes(self.owner, "ENVIAR", quote=preview["gateway_message_id"])
        yield self._line(self._answer("✅ Combinado"))
        clients = []
        for _ in range(_BEFORE_SAIR):
            got = self._next(lambda each: each["number"] != self.owner, _STARTS_WITHIN, "the campaign goes out")
            clients.append(got)
            yield self._line(got)
        wants_out = clients[-1]
        yield self._writes(wants_out["number"], "SAIR", quote=wants_out["gateway_message_id"])
        yield self._writes(self.owner, "PARE")
        yield from self._until("Pronto!", "Parei a campanha")
        yield self._writes(self.owner, "CANCELAR")
        for said in self._until("⏹️ Campanha encerrada"):
            yield said
            if said.text.endswith(FOOTER):
                raise DemoFailed(f"{said.to} got it after the campaign had stopped. See {self.log}")

    def _writes(self, number: str, text: str, quote: str | None = None) -> Line:
        self.sandbox.write(self.instance, number, text, quote=quote)
        return Line(self.names[number], "", text, quote is not None)

    def _answer(self, begins: str) -> dict[str, Any]:
        got = self._next(lambda each: each["number"] == self.owner, _ANSWERS_WITHIN, f"the answer “{begins}…”")
        if not got["text"].startswith(begins):
            raise DemoFailed(f"“{begins}…” was expected, and this came:\n{got['text']}\nSee {self.log}")
        return got

    def _until(self, *begins: str) -> Iterator[Line]:
        """Everything that goes out until a message that begins with each of these has, in any order."""
        missing = set(begins)
        while missing:
            wanted = ", ".join(f"“{each}…”" for each in sorted(missing))
            got = self._next(lambda each: True, _ANSWERS_WITHIN, wanted)
            yield self._line(got)
            missing -= {each for each in missing if got["text"].startswith(each)}

    def _next(self, wanted: Callable[[dict[str, Any]], bool], within: float, what: str) -> dict[str, Any]:
        """The next message that the gateway accepts and that is wanted."""
        deadline = time.monotonic() + within
        while True:
            for got in self.sandbox.messages(instance=self.instance, since_id=self._last):
                self._last = got["id"]
                if wanted(got):
                    return got
            if time.monotonic() > deadline:
                raise DemoFailed(f"Not within {within:.0f} s: {what}. See {self.log}")
            time.sleep(0.1)

    def _line(self, got: dict[str, Any]) -> Line:
        return Line("Aurora" if got["number"] == self.owner else "", self._name(got), got["text"])

    def _name(self, got: dict[str, Any]) -> str:
        number = str(got["number"])
        return self.names.get(number, number)
