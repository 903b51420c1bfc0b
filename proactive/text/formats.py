"""The formats of figures in Brazilian Portuguese: money, counts, hours, weekdays, phones, lists with "e"."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache, lru_cache

import phonenumbers
from babel import Locale
from babel.dates import get_day_names
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal
from phonenumbers import PhoneNumberType

_BRAZIL = 55
_LONGEST_PHONE = 20
_EXTENSION = re.compile(r"[\s,;]*(?:ramal|extension|ext|x|r)[\s.:=]*\d{1,6}\s*$", re.IGNORECASE)
_CARRIER = re.compile(r"0xx(?=[ )]*\d)", re.IGNORECASE)
_REACHABLE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


@cache
def _locale() -> Locale:
    """The locale, parsed once: Babel would do it at every figure."""
    return Locale.parse("pt_BR")


def money(reais: Decimal) -> str:
    """`R$ 1.450,00`, with an ordinary space."""
    return format_currency(reais, "BRL", locale=_locale()).replace("\xa0", " ")


@lru_cache(maxsize=4096)
def integer(number: int) -> str:
    """`1.234`."""
    return format_decimal(number, locale=_locale())


def counted(number: int, singular: str, plural: str) -> str:
    """`1 cliente`, `0 clientes`, `1.234 clientes`."""
    return f"{integer(number)} {singular if number == 1 else plural}"


def held_back_note(held_back: int) -> str:
    """` (6 ficam de fora, para medir o efeito)`, after a question about a campaign; empty where nobody is left out."""
    return f" ({counted(held_back, 'fica', 'ficam')} de fora, para medir o efeito)" if held_back > 0 else ""


def roughly(number: int) -> str:
    """A count in words that say no figure: `nenhum`, `poucos`, `alguns`, `muitos` (more than ten)."""
    if number > 10:
        return "muitos"
    return ("alguns" if number > 3 else "poucos") if number > 0 else "nenhum"


def clock(time: dt.time) -> str:
    """`14:30`."""
    return f"{time:%H:%M}"


def hour(time: dt.time) -> str:
    """`14h`, or `14h30` where there are minutes: how an hour looks in a list of hours."""
    return f"{time.hour}h{time.minute:02}" if time.minute else f"{time.hour}h"


def joined(items: Sequence[str]) -> str:
    """`Rex`, `Rex e Luna`, `Rex, Luna e Max`."""
    return format_list(list(items), locale=_locale())


def weekday(iso: int) -> str:
    """The everyday name of an ISO weekday (1 Monday to 7 Sunday): `terça`, `domingo`."""
    name: str = get_day_names("wide", locale=_locale())[iso - 1]
    return name.partition("-")[0].lower()


def every_weekday(iso: int) -> str:
    """`às terças`, `aos domingos`."""
    return f"{'aos' if iso > 5 else 'às'} {weekday(iso)}s"


def national_digits(raw: str | None) -> str | None:
    """A phone as lists show it: area code and number, `11999998888`; None without a digit.

    Mobiles stored with eight digits get their 9. What is not a Brazilian mobile or land line is shown as
    the digits that were stored: a person may still recognise it. Letters are no digits.
    """
    digits = phonenumbers.normalize_digits_only(raw or "")[:_LONGEST_PHONE]
    if not digits:
        return None
    typed = f"+{digits[2:]}" if digits.startswith("00") else _EXTENSION.sub("", (raw or "")[: _LONGEST_PHONE * 2])
    if any(sign.isalpha() for sign in _CARRIER.sub("", typed)):
        return digits
    try:
        number = phonenumbers.parse(typed, "BR")
    except phonenumbers.NumberParseException:
        return digits
    if number.country_code != _BRAZIL:
        return digits
    national = phonenumbers.national_significant_number(number)
    for candidate in (national, f"{national[:2]}9{national[2:]}"):
        if _is_reachable(candidate):
            return candidate
    return national if digits == f"{_BRAZIL}{national}" else digits


def _is_reachable(national: str) -> bool:
    number = phonenumbers.PhoneNumber(country_code=_BRAZIL, national_number=int(national))
    is_valid = phonenumbers.is_valid_number(number)
    return is_valid and phonenumbers.number_type(number) in _REACHABLE
