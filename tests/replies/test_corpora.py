"""Independent corpora: what was written without a look at the rules is read rightly, and nothing is taken for a yes."""

from __future__ import annotations

import re
from pathlib import Path
from zlib import crc32

import pytest

from proactive.replies.client import ClientContext, OptOut, read_client
from proactive.replies.normalisation import normalise
from proactive.replies.owner import is_ours, owner_grammar, read_reply
from proactive.replies.readings import Kind, ReadingContext

CORPORA = Path(__file__).with_name("corpora")
#: Of the clear replies at least so many are read as a person reads them.
CLEARLY = 0.97
ASKING = [ReadingContext(asks="send"), ReadingContext(asks="create"), ReadingContext(asks="preview", quoted=True)]
LIVE = ReadingContext(live=True)
STOPS = {Kind.STOP, Kind.PAUSE, Kind.LATER, Kind.NO, Kind.CANCEL}
#: What a reading may be called beside its label: to a question nothing is paused, it is kept for later.
ALSO = {"later": {Kind.PAUSE}, "halt": STOPS, "no": {Kind.LATER}}
#: A word with its accents, its letters repeated, or a typing error may be one of ours all the same.
OF_THE_RULES = {Kind.YES, Kind.WEAK_YES, Kind.NOTHING}
PETS = ("Rex", "Luna")
CLIENTS = {
    "quoting": ClientContext(quotes_campaign=True, after_campaign=True, ours_last=True, pets=PETS),
    "ours_last": ClientContext(after_campaign=True, ours_last=True, pets=PETS),
    "others_since": ClientContext(after_campaign=True, pets=PETS),
    "neither": ClientContext(pets=PETS),
    "booked": ClientContext(quotes_campaign=True, after_campaign=True, ours_last=True, booked=True, pets=PETS),
    "opted_out": ClientContext(after_campaign=True, ours_last=True, opted_out=True, pets=PETS),
}


OWNERS = ["owners_first.txt", "owners_second.txt", "owners_third.txt"]


def labelled(name: str) -> list[tuple[str, str]]:
    """The lines of a corpus with their labels."""
    found, label = [], ""
    for line in (CORPORA / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            label = line.strip("[]")
        elif line and not line.startswith("#"):
            found.append((label, line))
    return found


@pytest.mark.parametrize("corpus", OWNERS)
def test_nothing_but_an_approval_is_read_as_one(corpus: str) -> None:
    approved = [
        (label, text)
        for label, text in labelled(corpus)
        if label not in ("yes", "weak_yes")
        for place in [crc32(text.encode()) % len(ASKING)]  # one question a text, so that all are asked
        if read_reply(text, ASKING[place]).approves
    ]
    assert approved == []


@pytest.mark.parametrize("corpus", OWNERS)
def test_the_clear_replies_are_read_as_a_person_reads_them(corpus: str) -> None:
    clear = [(label, text) for label, text in labelled(corpus) if label != "doubt"]
    wrong = [
        (label, text, reading.kind)
        for label, text in clear
        for reading in [read_reply(text, LIVE if label in ("halt", "resume", "status") else ASKING[0])]
        if reading.kind != label and reading.kind not in ALSO.get(label, ())
    ]
    assert len(wrong) <= (1 - CLEARLY) * len(clear), wrong
    assert not [each for each in wrong if each[0] in ("halt", "stop", "cancel", "pause")], "a stop that is not read"
    assert not [each for each in wrong if each[0] == "weak_yes" and each[2] is Kind.YES]


@pytest.mark.parametrize(
    "text",
    ["sim =(", "sim ¬¬", "sim ._.", "sim -_-", "sim ;-;", "sim‽", "> sim", "“sim”", '"pode mandar"', "s̶i̶m̶", "ſim",
     "ⓢⓘⓜ", "ßim", "sim 😉", "vamos pra galera", "bora pros clientes", "show pra todos", "tá bom pra todo mundo",
     "tá lindo mandar pra todos", "gostei mandar",
     "manda aí bom dia"],
)  # fmt: skip
def test_a_face_a_quotation_or_praise_sends_nothing(text: str) -> None:
    assert not any(read_reply(text, context).approves for context in ASKING)


@pytest.mark.parametrize("text", ["~CONTINUAR~", '"CONTINUAR"', "CONTINUAR =(", "> continua", "continua 😉"])
def test_nothing_goes_on_in_doubt(text: str) -> None:
    assert read_reply(text, LIVE).kind is not Kind.RESUME


@pytest.mark.parametrize("text", ["sim :)", "sim <3", "sim =)", "pode mandar :D"])
def test_a_smile_in_letters_goes_with_a_yes(text: str) -> None:
    assert read_reply(text, ASKING[0]).kind is Kind.YES


@pytest.mark.parametrize("corpus", ["clients_first.txt", "clients_second.txt"])
def test_clients_are_understood(corpus: str) -> None:
    wrong = [
        (label, text, context, read)
        for label, text in labelled(corpus)
        for context in CLIENTS
        for read in [read_client(text, CLIENTS[context])]
        if read not in _meant(label, context)
    ]
    assert wrong == []


def _meant(label: str, context: str) -> set[OptOut]:
    """What a label means in a context: some words count only where a campaign was just talked of."""
    recent = context in ("quoting", "ours_last", "booked", "opted_out")
    meant = OptOut(label.partition("_")[0])
    if label == "sure_after_a_campaign":
        return {meant if recent else OptOut.NONE}
    if label == "probable_after_a_campaign" and (not recent or context == "booked"):
        return {meant, OptOut.NONE}
    return {meant}


@pytest.mark.parametrize("rule", ["yes", "to_all", "weak_yes", "create_yes", "thanks"])
def test_no_approval_has_room_for_a_word_that_is_not_of_the_rules(rule: str) -> None:
    assert owner_grammar().holds(rule) <= {"JOY"}  # no other emoji, no number, no time, no other word


def test_no_approval_survives_a_word_of_everyday_speech() -> None:
    words = {
        word
        for corpus in (*CORPORA.glob("*_first.txt"), *CORPORA.glob("*_second.txt"))
        for word in re.findall(r"[^\W\d_]{2,}", corpus.read_text(encoding="utf-8").lower())
    }
    strange = sorted(word for word in words if not is_ours(normalise(word, is_ours).whole))
    approvals = ("sim", "pode mandar", "manda pra todos", "ok", "claro, manda", "bora", "fechado", "quero")
    survived = []
    for word in strange:
        place = crc32(word.encode()) // 4
        said = approvals[place % len(approvals)].split()
        said.insert(place % (len(said) + 1), word)
        if read_reply(" ".join(said), ASKING[1]).approves and read_reply(word, ASKING[1]).kind not in OF_THE_RULES:
            survived.append(" ".join(said))
    assert len(strange) > 200
    assert survived == []


@pytest.mark.parametrize(
    "text",
    ["bom dia a todos", "bom dia pra todos", "boa tarde pra todo mundo", "obrigada a todos", "valeu pra todos",
     "a galera", "manda a galera", "manda bom dia", "manda oi", "envia boa noite", "manda obrigada pra todos",
     "manda flor pra todas", "pode mandar um oi", "feliz natal a todos", "beijo pra todos"],
)  # fmt: skip
def test_greeting_everybody_sends_nothing(text: str) -> None:
    assert not any(read_reply(text, context).approves for context in ASKING)
