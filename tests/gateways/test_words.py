"""A gateway's words in our records: what they may hold is shown as what kind of thing it was."""

from __future__ import annotations

import time

import pytest

from proactive.gateways.words import harmless, printable_id


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Text is required", "Text is required"),
        ('instance requires property "text"', 'instance requires property "text"'),
        ("Timed\n  Out", "Timed Out"),
        ("no account for 5511999998888 here", "no account for [number] here"),
        ("no account for +55 (11) 99999-8888", "no account for [number]"),
        ("no account for 11/99999/8888", "no account for [number]"),
        ("sent to 5511999998888@s.whatsapp.net", "sent to [address]"),
        ("sent to 99887766554433@lid", "sent to [address]"),
        ("see https://host.example/path?apikey=abc", "see [address]"),
        ("connect ECONNREFUSED 10.0.0.3:5432", "connect ECONNREFUSED [address]"),
        ("cannot reach postgres:5432", "cannot reach [address]"),
        ("at /evolution/src/api/whatsapp.baileys.service.ts:2459:57", "at [path]"),
        ("at C:\\evolution\\src\\main.ts:1", "at [path]"),
        ("in src/api/services/a.ts", "in [path]"),
        ("in main.js:10", "in [path]"),
        ('database "evo237" is away', "database [name] is away"),
        ("Invalid `this.prismaRepository.message.create()` invocation", "Invalid [name] invocation"),
        ("constraint: `Message_instanceId_fkey`", "constraint: [name]"),
        ("violates Message_instanceId_fkey", "violates [name]"),
        ("relation public.message does not exist", "relation [name] does not exist"),
        ("The table Message does not exist", "The table [name] does not exist"),
        ("Access denied for user 'evolution'", "Access denied for user [name]"),
        ("apikey: 429683C4C977415CAAFCCE10F7D57E11 refused", "apikey [key] refused"),
        ("Bearer abc refused", "Bearer [key] refused"),
        ("token 123e4567-e89b-12d3-a456-426614174000", "token [key]"),
        ("id 123e4567-e89b-12d3-a456-426614174000 unknown", "id [key] unknown"),
        ("message 3EB010D67CE4D1003413BB failed", "message [key] failed"),
        ("half \ud83d an emoji", "half an emoji"),
        ("a byte \0 of nothing", "a byte of nothing"),
        ("", "no reason that can be shown"),
        ("\0\n", "no reason that can be shown"),
        ("x" * 500, "x" * 160),
    ],
)
def test_words_are_shown_without_what_nobody_may_read(said: str, shown: str) -> None:
    assert harmless(said) == shown


@pytest.mark.parametrize(
    "said", ["cannot parse: Rex faz aniversário hoje", "x Olá, Maria!", "Rex  faz\naniversário hoje"]
)
def test_words_that_repeat_the_message_are_not_shown(said: str) -> None:
    assert harmless(said, "Olá, Maria!\nRex faz aniversário hoje") == "no reason that can be shown"


@pytest.mark.parametrize("said", ["1 " * 500_000, "a_" * 500_000, "/a" * 500_000, "'" * 500_000, "a." * 500_000])
def test_words_without_end_take_no_time(said: str) -> None:
    began = time.thread_time()
    harmless(said)
    assert time.thread_time() - began < 2  # of this thread, however busy the machine is


@pytest.mark.parametrize(
    ("given", "kept"),
    [("3EB0", "3EB0"), ("a\0b\ud83dç c", "abc"), ("x" * 300, "x" * 200), (7, ""), (None, ""), ([], "")],
)
def test_an_id_is_kept_as_it_can_be_stored(given: object, kept: str) -> None:
    assert printable_id(given) == kept
