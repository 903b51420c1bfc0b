"""Lists of strangers, who wrote from the product's rules alone: what comes of each line, not only how it is read.

Of owners: situation, class, clear or edge, note, text. Of clients: class, clear or edge, text (who writes quotes a
campaign or was just written one, has no booking ahead and no menu before them).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from proactive.campaigns.manner import Manner
from proactive.campaigns.states import Action, Decision, Standing, Status, decide
from proactive.replies.client import ClientContext, OptOut, read_client
from proactive.replies.owner import read_reply
from proactive.replies.readings import Kind, Reading, ReadingContext

CORPORA = Path(__file__).with_name("corpora")
SENDING = {Action.CONFIRM, Action.CONFIRM_OR_PREVIEW, Action.RESUME}
PLACES = {
    "send": (ReadingContext(asks="send"), Standing(Status.OFFERED, "send"), Manner()),
    "create": (ReadingContext(asks="create"), Standing(Status.OFFERED, "create"), Manner()),
    "options": (ReadingContext(asks="create", options=3), Standing(Status.OFFERED, "create"), Manner()),
    "preview": (ReadingContext(asks="preview"), Standing(Status.PREVIEWED, "send"), Manner(bound=True)),
    "quoted": (ReadingContext(asks="preview", quoted=True), Standing(Status.PREVIEWED, "send"), Manner(bound=True)),
    "running": (ReadingContext(live=True), Standing(Status.RUNNING, "send", began=True), Manner()),
    "paused": (ReadingContext(live=True), Standing(Status.PAUSED, "send", by_owner=True, began=True), Manner()),
}
#: What a stranger calls a change, by the first word of the note.
CHANGES = {
    "time": Kind.TIME, "except": Kind.EXCEPT, "new_text": Kind.NEW_TEXT, "percent": Kind.PERCENT, "first_n": Kind.FIRST,
    "option,": Kind.OPTIONS, "text_wanted": Kind.TEXT_WANTED, "only": Kind.ONLY, "vip": Kind.ONLY_VIP,
}  # fmt: skip
#: What is answered to a question that asks, by class.
ANSWERS = {"no": {"T3"}, "stop": {"T3"}, "later": {"T4"}, "pause": {"T4"}}
PETS = ("Rex", "Luna", "Thor", "Mel", "Bob", "Fred")
RECENT = ClientContext(quotes_campaign=True, after_campaign=True, ours_last=True, pets=PETS)
CLIENTS = [
    RECENT,
    ClientContext(after_campaign=True, ours_last=True, pets=PETS),
    ClientContext(after_campaign=True, pets=PETS),
    ClientContext(after_campaign=True, menu_word=True, pets=PETS),
    ClientContext(pets=PETS),
]
RETURNING = ClientContext(after_campaign=True, ours_last=True, opted_out=True, pets=PETS)


@dataclass(frozen=True)
class Line:
    """A line of the owners' list."""

    situation: str
    means: str
    clear: bool
    note: str
    text: str

    @property
    def place(self) -> str:
        """Where it is said."""
        if self.situation == "running":
            return "paused" if "paused" in self.note else "running"
        if "opportunities" in self.note:
            return "options"
        return "create" if self.note == "create offer" else {"offer": "send"}.get(self.situation, "preview")


def _rows(name: str) -> list[list[str]]:
    lines = (CORPORA / name).read_text(encoding="utf-8").splitlines()
    return [line.replace("\\n", "\n").split("\t") for line in lines]


OWNERS = [
    Line(situation, means, clear == "clear", note, text)
    for situation, means, clear, note, text in _rows("owners_strangers.tsv")
]


def _outcome(text: str, place: str) -> tuple[Reading, Decision]:
    heard, standing, manner = PLACES[place]
    reading = read_reply(text, heard)
    return reading, decide(standing, reading, manner)


def test_nothing_is_sent_that_was_not_said_yes_to() -> None:
    """Wherever something can be sent or resumed: a doubt about an offer sends nothing from a preview either."""
    may = {"yes", "confirm", "resume"}
    refused = [line for line in OWNERS if line.means not in may and line.situation in ("offer", "preview")]
    halted = [line for line in OWNERS if line.means not in may and line.situation == "running"]
    sent = [
        (line.text, place)
        for lines, places in ((refused, ("send", "preview", "paused")), (halted, ("paused",)))
        for line in lines
        for place in places
        if _outcome(line.text, place)[1].action in SENDING
    ]
    assert len(refused) > 1700
    assert sent == []


def test_the_clear_replies_do_what_their_writers_mean() -> None:
    clear = [line for line in OWNERS if line.clear and line.means != "unclear" and line.situation != "nothing"]
    wrong = [
        (line, reading.kind, decision.action)
        for line in clear
        for reading, decision in [_outcome(line.text, line.place)]
        if not _is_right(line, reading, decision)
    ]
    assert len(clear) > 570
    assert len(wrong) <= 0.01 * len(clear), wrong


def _is_right(line: Line, reading: Reading, decision: Decision) -> bool:
    if line.means in ("yes", "confirm"):
        weak = line.situation == "offer" and (line.note == "weak" or line.note.startswith("create"))
        return reading.approves if weak else decision.action in SENDING
    if line.means == "resume":
        return decision.action is Action.RESUME
    if line.means == "status":
        return reading.kind is Kind.STATUS
    if line.means == "change":
        return reading.kind is CHANGES[line.note.split()[0]]
    if line.situation == "running":  # whatever stops
        return decision.action in (Action.PAUSE, Action.STOP)
    return decision.answer in ANSWERS[line.means]


def test_no_everyday_message_of_a_client_is_an_opt_out() -> None:
    rows = [text for means, _, text in _rows("clients_strangers.tsv") if means in ("none", "back")]
    out = [
        (text, read)
        for text in rows
        for context in CLIENTS
        for read in [read_client(text, context)]
        if read in (OptOut.SURE, OptOut.PROBABLE)
    ]
    assert len(rows) > 1000
    assert out == []


@pytest.mark.parametrize(
    ("label", "context", "expected"),
    [("sure", RECENT, OptOut.SURE), ("probable", RECENT, OptOut.PROBABLE), ("back", RETURNING, OptOut.RETURN)],
)
def test_a_clients_clear_wish_is_heard(label: str, context: ClientContext, expected: OptOut) -> None:
    texts = [text for means, clear, text in _rows("clients_strangers.tsv") if (means, clear) == (label, "clear")]
    assert [text for text in texts if read_client(text, context) is not expected] == []
