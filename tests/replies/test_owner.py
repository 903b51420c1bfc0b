"""The rules of an owner's replies: the product's table row by row, and what no text may ever become."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proactive.replies.owner import read_reply
from proactive.replies.readings import Kind, Reading, ReadingContext

OFFER = ReadingContext(asks="send")
LIVE = ReadingContext(live=True)


def _table() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in Path(__file__).with_name("owner.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            texts = found.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            texts.append(line)
    return found


TABLE = _table()
ROWS = [(text, kind) for kind, texts in TABLE.items() for text in texts]
APPROVALS = TABLE["yes"] + TABLE["weak_yes"]
HEDGES = [
    "não", "n", "ñ", "nn", "num", "naum", "nem", "nunca", "nada", "nenhum", "mas", "só", "menos", "sem", "exceto", "se",
    "caso", "quando", "antes", "primeiro", "talvez", "acho", "axo", "será", "quase", "sqn", "depois", "dps", "amanhã",
    "amnh", "espera", "?",
]  # fmt: skip
STRANGE = ["zebra", "agenda", "xyz", "amor", "domingueira", "mandei", "mim"]
WAYS = [str.upper, str.title, "*{}*".format, "_{}_".format, "  {} ".format, "{}.".format]


@pytest.mark.parametrize(("text", "kind"), ROWS)
def test_each_utterance_of_the_table_is_read_as_it_says(text: str, kind: str) -> None:
    assert read_reply(text, OFFER).kind == kind


@given(st.sampled_from(APPROVALS), st.sampled_from(HEDGES), st.integers(0, 6))
def test_a_hedge_anywhere_in_an_approval_leaves_none(text: str, hedge: str, place: int) -> None:
    words = text.split()
    words.insert(min(place, len(words)), hedge)
    assert not read_reply(" ".join(words), OFFER).approves


@given(st.sampled_from(APPROVALS), st.sampled_from(STRANGE), st.integers(0, 6))  # fmt: skip
def test_a_word_of_no_rule_in_an_approval_leaves_none(text: str, word: str, place: int) -> None:
    words = text.split()
    words.insert(min(place, len(words)), word)
    assert not read_reply(" ".join(words), OFFER).approves


@given(st.sampled_from([text for text in APPROVALS if " " in text]), st.integers(0, 6))
def test_an_approval_with_a_part_struck_through_is_none(text: str, place: int) -> None:
    words = text.split()
    place = min(place, len(words) - 1)
    words[place] = f"~{words[place]}~"
    assert not read_reply(" ".join(words), OFFER).approves


@given(st.sampled_from(ROWS), st.sampled_from(WAYS))
def test_case_markup_and_full_stops_change_nothing(row: tuple[str, str], written: object) -> None:
    text, kind = row
    if kind in ("new_text", "not_for_us") or not callable(written):
        return
    assert read_reply(written(text), OFFER).kind == kind


@pytest.mark.parametrize(
    "stem",
    [
        "para",
        "pare",
        "espera",
        "pera",
        "chega",
        "segura",
        "calma",
        "não",
        "errei",
        "engano",
        "pausa",
        "cancela",
        "encerra",
        "parem",
        "cancelamento",
    ],
)
def test_a_text_that_no_rule_reads_and_that_has_a_stem_of_stopping_stops_what_is_live(stem: str) -> None:
    for text in (f"gente {stem} xyz", f"{stem} zebra agora mesmo viu gente", f"meu deus {stem}"):
        assert read_reply(text, LIVE).kind in (Kind.STOP, Kind.PAUSE, Kind.CANCEL), text


@pytest.mark.parametrize(
    "text", ["para todos", "Pára!", "oi, para a campanha", "pare de enviar", "para quem?", "para 5"]
)
def test_what_begins_with_para_stops_what_is_live(text: str) -> None:
    assert read_reply(text, LIVE).kind is Kind.STOP


@given(st.text(max_size=60))
def test_any_text_has_a_reading(text: str) -> None:
    assert isinstance(read_reply(text, OFFER), Reading)


@pytest.mark.parametrize(
    ("text", "listed", "options"),
    [
        ("1", 3, (1,)), ("a primeira", 3, (1,)), ("1 e 3", 3, (1, 3)), ("a segunda", 2, (2,)),
        ("todas", 3, ()), ("3, 1 e 2", 3, (1, 2, 3)),
    ],
)  # fmt: skip
def test_options_are_those_of_an_open_list(text: str, listed: int, options: tuple[int, ...]) -> None:
    assert read_reply(text, ReadingContext(options=listed)) == Reading(Kind.OPTIONS, options=options)


@pytest.mark.parametrize("text", ["4", "0", "1 e 9"])
def test_an_option_that_the_list_does_not_have_is_none(text: str) -> None:
    assert read_reply(text, ReadingContext(options=3)).kind is Kind.UNCLEAR


@pytest.mark.parametrize("text", ["na segunda", "segunda-feira", "segunda 10h"])
def test_a_monday_is_a_monday_although_a_list_is_open(text: str) -> None:
    assert read_reply(text, ReadingContext(options=3)).kind is Kind.TIME


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("só os 5 primeiros", Reading(Kind.FIRST, count=5)), ("só cinco", Reading(Kind.FIRST, count=5)),
        ("só pra Maria e pro João", Reading(Kind.ONLY, names=("maria", "joao"))),
        ("tira a Ana Paula da lista", Reading(Kind.EXCEPT, names=("ana paula",))),
        ("todos menos Ana e Bia", Reading(Kind.EXCEPT, names=("ana", "bia"))),
        ("15% em vez de 20", Reading(Kind.PERCENT, count=15)), ("100%", Reading(Kind.PERCENT, count=100)),
        ("Muda o texto para: Oi, {nome}!", Reading(Kind.NEW_TEXT, text="Oi, {nome}!")),
        ("cancela tudo", Reading(Kind.CANCEL, everything=True)),
        ("vlw", Reading(Kind.WEAK_YES, binds=False)),
    ],
)  # fmt: skip
def test_what_a_change_says_is_read_with_it(text: str, expected: Reading) -> None:
    assert read_reply(text, OFFER) == expected


def test_creating_is_a_full_yes_where_the_question_asks_to_create() -> None:
    for text in ("fechado", "fechou", "vlw", "cria", "pode criar", "faz"):
        assert read_reply(text, ReadingContext(asks="create")).kind is Kind.YES
        assert read_reply(text, ReadingContext(asks="preview")).kind is Kind.WEAK_YES


def test_letters_that_look_like_ours_never_approve() -> None:
    for text in ("ѕim", "sіm", "pоde", "mаnda"):  # each has one Cyrillic letter
        assert not read_reply(text, OFFER).approves


#: What makes another thing of an approval: before it, and after it.
BEFORE = [
    "ele disse", "a Paula falou", "se", "quando", "não", "nem", "quem", "vou", "já tinha dito", "posso", "ela", "você",
    "vai", "será que", "acho que", "talvez", "meu marido", "por que", "como", "antes", "sem", "só", "nunca disse",
    "diga", "a cliente", "ainda não", "quase", "depois", "amanhã", "era pra", "ia", "eu", "me", "deixa eu",
]  # fmt: skip
AFTER = [
    "o boleto", "a foto", "o pix", "o banho do Rex", "pra mim", "pra nós", "pra Ana", "pro grupo", "aqui", "mais tarde",
    "semana que vem", "só depois", "se der", "não", "?", "mas antes me mostra", "que eu vejo", "o quê", "amanhã",
    "ontem", "quando abrir", "menos a Ana", "só pros 5 primeiros", "com 15%", "com outro texto", "sqn", "brincadeira",
    "ops", "...?", "😬", "👎", "~tudo~", "nada", "e me avisa", "de novo", "o motoboy", "por email",
    "no status", "para cancelar",
]  # fmt: skip
#: Said around an approval, and one all the same.
AGREED = {"vai enviando", "vai vai lá"}
RESUMES = ["CONTINUAR", "continua", "pode continuar", "retoma a campanha", "segue", "volta a mandar"]


@pytest.mark.parametrize("approval", APPROVALS + RESUMES)
def test_what_is_said_around_an_approval_takes_it_back(approval: str) -> None:
    around = [f"{words} {approval}" for words in BEFORE] + [f"{approval} {words}" for words in AFTER]
    around += [f"{approval}, {words}" for words in AFTER] + [
        f"> {approval}",
        f'"{approval}" disse ela',
        f"{approval}/não",
    ]
    for text in around:
        if text in AGREED:
            continue
        assert not read_reply(text, ReadingContext(asks="preview")).approves, text
        makes = text.startswith("me ") or text.endswith(("pra mim", "pra nós"))  # a preview, where it asks to create
        assert makes or not read_reply(text, ReadingContext(asks="create")).approves, text
        assert read_reply(text, LIVE).kind is not Kind.RESUME, text
