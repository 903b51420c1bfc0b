from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proactive.errors import InvalidInput
from proactive.gateways.phones import Phone, jid_variants, match_key, parse_phone


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("11999998888", "5511999998888"),
        ("(11) 99999-8888", "5511999998888"),
        ("5511999998888", "5511999998888"),
        ("+55 11 99999-8888", "5511999998888"),
        ("0 15 11 99999-8888", "5511999998888"),
        ("011 99999-8888", "5511999998888"),
        ("00 55 11 99999-8888", "5511999998888"),
        ("  11999998888\n", "5511999998888"),
        ("31999998888", "5531999998888"),
        ("55999998888", "5555999998888"),
        ("55 55 99999-8888", "5555999998888"),
        ("3199998888", "5531999998888"),
        ("553199998888", "5531999998888"),
        ("(11) 6666-5555", "5511966665555"),
        ("1133334444", "551133334444"),
        ("5533334444", "555533334444"),
        ("+351 912 345 678", "351912345678"),
        ("00 351 912 345 678", "351912345678"),
        ("+1 650 253 0000", "16502530000"),
        ("tel:+5511988887777", "5511988887777"),
        ("TEL:11988887777", "5511988887777"),
        ("(+55) 11 98888-7777", "5511988887777"),
        ("+(55) 11 98888-7777", "5511988887777"),
        ("+55 (0xx11) 98888-7777", "5511988887777"),
        ("0XX 11 98888-7777", "5511988887777"),
        ("(xx11) 98888-7777", "5511988887777"),
        ("(0**11) 98888-7777", "5511988887777"),
        ("+55 0 15 11 98888-7777", "5511988887777"),
        ("11.98888.7777", "5511988887777"),
        ("11 98888\u20137777", "5511988887777"),
        ("0\uff11\uff11 \uff19\uff18\uff18\uff18\uff18\uff0d\uff17\uff17\uff17\uff17", "5511988887777"),
        ("\uff0b5511988887777", "5511988887777"),
        ("\u0661\u0661\u0669\u0668\u0668\u0668\u0668\u0667\u0667\u0667\u0667", "5511988887777"),
        ("\u202a+55 11\u00a098888-7777\u202c", "5511988887777"),
        ("11\u00ad98888\u200b7777", "5511988887777"),
        ("'11988887777", "5511988887777"),
        ("*11 98888-7777*", "5511988887777"),
        ("\U0001f4f1 11 98888-7777", "5511988887777"),
    ],
)
def test_a_number_as_people_type_it_becomes_what_the_gateway_takes(typed: str, digits: str) -> None:
    assert parse_phone(typed) == Phone(e164=f"+{digits}", digits=digits)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        (None, "missing"),
        ("", "missing"),
        ("   ", "missing"),
        ("0800 123 4567", "service number"),
        ("0300 123 1234", "service number"),
        ("4004-1234", "service number"),
        ("999998888", "not valid"),
        ("20999998888", "not valid"),
        ("1169999-8888", "not valid"),
        ("190", "not valid"),
        ("351912345678", "not valid"),
        ("+55 11 9999", "not valid"),
        ("ligar para a Ana", "not a phone number"),
        ("1" * 30, "not a phone number"),
        ("1" * 5000, "not a phone number"),
        ("11 9PETSHOP", "not a phone number"),
        ("11 9888 casa", "not a phone number"),
        ("(11) 98888 AUAU", "not a phone number"),
        ("11 9 8888 MIAU", "not a phone number"),
        ("11 98888-77O7", "not a phone number"),
        ("11 9888B-7777", "not a phone number"),
        ("11 98888 XXXX", "not a phone number"),
        ("+1 800 FLOWERS", "not a phone number"),
        ("Ana 11 98888-7777", "not a phone number"),
        ("11 98888-7777 (Ana)", "not a phone number"),
        ("11 98888-7777 ramal 12", "not a phone number"),
        ("11 3333-4444 x12", "not a phone number"),
        ("11 3333-4444 ext. 12", "not a phone number"),
        ("11 3333-4444#12", "not a phone number"),
        ("1133334444,12", "not a phone number"),
        ("tel:+551133334444;ext=5", "not a phone number"),
        ("(11) 98888-7777 / (11) 97777-6666", "not a phone number"),
        ("11988887777;11977776666", "not a phone number"),
        ("11988887777, 11977776666", "not a phone number"),
        ("11988887777 ou 11977776666", "not a phone number"),
        ("11988887777\n11977776666", "not a phone number"),
        ("11988887777 11977776666", "not a phone number"),
        ("99988-7777/11", "not a phone number"),
        ("+55+11988887777", "not a phone number"),
        ("1.1988887777e10", "not a phone number"),
        ("11988887777.0", "not valid"),
        ("119888877779", "not valid"),
        ("+11988887777", "not valid"),
        ("\u2460\u2460\u2468\u2467\u2467\u2467\u2467\u2466\u2466\u2466\u2466", "not a phone number"),
        ("1\ufe0f\u20e31\ufe0f\u20e3988887777", "not a phone number"),
        ("5511988887777@s.whatsapp.net", "not a phone number"),
        ("https://wa.me/5511988887777", "not a phone number"),
    ],
)
def test_a_number_that_cannot_have_whatsapp_is_refused_without_being_repeated(typed: str | None, why: str) -> None:
    with pytest.raises(InvalidInput, match=why) as refused:
        parse_phone(typed)
    assert not typed or not typed.strip() or typed not in str(refused.value)


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_is_refused(typed: str) -> None:
    try:
        phone = parse_phone(typed)
    except InvalidInput:
        return
    assert re.fullmatch(r"\+[1-9]\d{7,14}", phone.e164)
    assert parse_phone(phone.e164) == phone


@pytest.mark.parametrize(
    ("typed", "jids"),
    [
        ("11999998888", ["5511999998888"]),
        ("28999998888", ["5528999998888"]),
        ("31999998888", ["5531999998888", "553199998888"]),
        ("55999998888", ["5555999998888", "555599998888"]),
        ("3133334444", ["553133334444"]),
        ("+351912345678", ["351912345678"]),
    ],
)
def test_an_account_from_area_31_on_may_lack_the_ninth_digit(typed: str, jids: list[str]) -> None:
    assert jid_variants(parse_phone(typed)) == tuple(f"{digits}@s.whatsapp.net" for digits in jids)


def test_both_forms_of_a_number_match() -> None:
    assert match_key("5531999998888") == match_key("553199998888") == "553199998888"
    assert match_key("351912345678") == "351912345678"
