"""Lists of numbers as spreadsheets and Procon write them: every usable number is found, every odd line is told."""

from __future__ import annotations

import random
import time

import pytest

from proactive.errors import InvalidInput
from proactive.gateways.phone_lists import MOST_LINES, phone_key, read_phone_list
from proactive.gateways.phones import UnusablePhone

ONE, TWO = "551187654321", "551133334444"
BOM = "\ufeff"


@pytest.mark.parametrize(
    "text",
    [
        "11987654321\n1133334444\n",
        "11987654321\r\n1133334444",
        "11987654321\r1133334444\r",
        "telefone\n11987654321\n1133334444",
        "TELEFONE;NOME\n11987654321;Ana\n1133334444;Bia",
        "Nome;Celular\nAna;(11) 98765-4321\nBia;(11) 3333-4444",
        "Ana,+55 11 98765-4321\nBia,+55 11 3333-4444",
        "nome\ttelefone\nAna\t5511987654321\nBia\t551133334444",
        "DDD;NUMERO\n11;987654321\n11;33334444",
        "11;987654321\n11;33334444",
        "DDD;TELEFONE;DATA\n11;987654321;01/02/2026\n11;33334444;02/02/2026",
        '"11 98765-4321"\n"11 3333-4444"',
        '"Silva; Ana";"11987654321"\n"Bia";"1133334444"',
        "\n\n11987654321\n\n  \n1133334444\n\n",
        ";;\n;11987654321;\n;1133334444;\n",
        "11987654321.0\n1133334444.0",
        "11987654321,00;x\n1133334444,00;y",
        "011987654321\n01133334444",
        "1187654321\n1133334444",
        "11987654321\n11987654321\n1133334444\n(11) 98765-4321",
        "Número\n11987654321\n1133334444",
        "whatsapp\n'11987654321'\n'1133334444'",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_spreadsheets_list_is_read(text: str, encoding: str) -> None:
    found = read_phone_list(text.encode(encoding))
    assert (sorted(found.keys), found.odd) == (sorted([ONE, TWO]), [])


def test_odd_lines_are_named_by_their_number_and_nothing_else() -> None:
    lines = [
        "telefone",
        "11987654321",
        "abc",
        "",
        "123",
        "1133334444",
        "5,51199E+12",
        "0800 123 4567",
        "99999999999999999",
    ]
    found = read_phone_list("\n".join(lines).encode())
    assert (found.keys, found.odd, found.odd_number, found.lines) == ([ONE, TWO], [3, 5, 7, 8, 9], 5, 7)


def test_many_odd_lines_are_counted_and_the_first_hundred_named() -> None:
    found = read_phone_list(("11987654321\n" + "x\n" * 500).encode())
    assert (len(found.odd), found.odd_number) == (100, 500)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "empty"),
        (b"\n \n;;\n", "empty"),
        (b"telefone\n", "No line"),
        (b"abc\ndef\n", "No line"),
        (b"PK\x03\x04\x00\x00rubbish", "no text"),
        (b"\xff\xfe\x00", "no text"),
        (b"11987654321\x00\n", "no text"),
        (b"\xef\xbb\xbf\xff\xff", "no text"),
        (("1\n" * (MOST_LINES + 1)).encode(), "in parts"),
        (b'"' + b"x" * 200_000, "too long"),
    ],
    ids=lambda each: None if isinstance(each, str) else "",
)
def test_what_is_no_list_is_refused_whole(data: bytes, problem: str) -> None:
    with pytest.raises(InvalidInput, match=problem):
        read_phone_list(data)


def test_a_hundred_thousand_lines_are_read_in_seconds() -> None:
    numbers = random.Random(1).sample(range(10**7), MOST_LINES)
    data = "\n".join(f"119{6 + n % 4}{n:07d}" for n in numbers).encode()
    began = time.process_time()
    assert len(read_phone_list(data).keys) == MOST_LINES
    assert time.process_time() - began < 5


@pytest.mark.parametrize("written", ["11987654321", "+55 (11) 98765-4321", "5511987654321", "1187654321"])
def test_a_number_has_one_key_however_it_is_written(written: str) -> None:
    assert phone_key(written) == ONE


@pytest.mark.parametrize("written", ["", "123", "abc", "0800 123 4567", "x" * 500, "11 98765-4321 / 11 3333-4444"])
def test_what_is_no_number_has_no_key(written: str) -> None:
    with pytest.raises(UnusablePhone):
        phone_key(written)
