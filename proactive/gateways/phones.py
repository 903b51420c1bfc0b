"""Phone numbers as people type them, as gateways want them, and as WhatsApp names their accounts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from proactive.errors import InvalidInput
from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason

_REGION = "BR"
_COUNTRY = 55
_REACHABLE = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
    }
)
_AS_ASCII = str.maketrans("＋（）－．", "+()-.")
#: Where a long-distance carrier is dialled: `0xx11`, `(0**11)`.
_ANY_CARRIER = re.compile(r"(?<![\dA-Za-z])0?(?:xx|\*\*)(?=[ )]*[1-9]\d(?!\d))|(?<![\dA-Za-z])0(?:xx|\*\*)(?=\d)", re.I)
#: One number and nothing else: digits of any script, the marks that part them, at most one +.
_ONE_NUMBER = re.compile(r"[(\[]?\+?[\d \t\u00a0\u2000-\u200a\u202f\u3000()\[\].\u2010-\u2015\u2212-]+")
_OLD_MOBILE = re.compile(r"[1-9]{2}[6-9]\d{7}")
_NINTH_DIGIT = re.compile(r"55([1-9]\d)9(\d{8})")
#: Accounts of these area codes and above may still be registered without the ninth digit.
_FIRST_AREA_WITHOUT_NINE = 31


class UnusablePhone(InvalidInput):
    """A number that cannot have a WhatsApp account; `failure` says why."""

    def __init__(self, reason: FailureReason) -> None:
        self.failure = Failure(reason)
        super().__init__(self.failure.text)


@dataclass(frozen=True, slots=True)
class Phone:
    """A number that can have a WhatsApp account: `e164` with the +, `digits` as gateways take it."""

    e164: str
    digits: str


def parse_phone(raw: str | None) -> Phone:
    """Read a number as a person typed it; without a country code it is Brazilian.

    Nobody is written to on a guess: letters are no digits (`9PETSHOP`), and a field with an extension or with more
    than one number names nobody.

    An old mobile number of eight digits gets its ninth one. The 55 of an area code is never taken for a
    country code.

    Raises:
        UnusablePhone: it is missing, incomplete, or of a kind that has no WhatsApp (0800, 4004); the
            message says which, without the number.
    """
    if raw is None or not raw.strip():
        raise UnusablePhone(FailureReason.PHONE_MISSING)
    number = _with_ninth_digit(_parse(raw.strip()))
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.UNKNOWN:  # the library's own meaning of invalid, which it would compute once more
        raise UnusablePhone(FailureReason.PHONE_INVALID)
    if kind not in _REACHABLE:
        raise UnusablePhone(FailureReason.PHONE_SERVICE_NUMBER)
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return Phone(e164=e164, digits=e164.removeprefix("+"))


def _only_number(raw: str) -> str:
    """What was typed without what is no part of it: invisible marks, `tel:`, quotes around it, the carrier's place."""
    visible = "".join(sign for sign in raw.translate(_AS_ASCII) if unicodedata.category(sign) != "Cf")
    without_carrier = _ANY_CARRIER.sub("", re.sub(r"^\s*tel:", "", visible, flags=re.IGNORECASE), count=1)
    number = re.sub(r"^[^\w+(\[]+|[^\w)\]]+$", "", without_carrier)
    if not _ONE_NUMBER.fullmatch(number):
        raise UnusablePhone(FailureReason.PHONE_NOT_A_NUMBER)
    return number


def _parse(raw: str) -> PhoneNumber:
    international = re.sub(r"^00\s*", "+", _only_number(raw))
    try:
        return phonenumbers.parse(international, _REGION)
    except NumberParseException:
        raise UnusablePhone(FailureReason.PHONE_NOT_A_NUMBER) from None


def _with_ninth_digit(number: PhoneNumber) -> PhoneNumber:
    national = str(number.national_number)
    lacks_it = number.country_code == _COUNTRY and _OLD_MOBILE.fullmatch(national)
    if not lacks_it or phonenumbers.is_valid_number(number):
        return number
    return PhoneNumber(country_code=_COUNTRY, national_number=int(f"{national[:2]}9{national[2:]}"))


def jid_variants(phone: Phone) -> tuple[str, ...]:
    """Every JID that the number's account may have, the likeliest first.

    Brazilian mobiles with area code 31 or above may have registered before their ninth digit.
    """
    variants = [phone.digits]
    mobile = _NINTH_DIGIT.fullmatch(phone.digits)
    if mobile and int(mobile[1]) >= _FIRST_AREA_WITHOUT_NINE:
        variants.append(f"{_COUNTRY}{mobile[1]}{mobile[2]}")
    return tuple(f"{digits}@s.whatsapp.net" for digits in variants)


def match_key(digits: str) -> str:
    """The key that a number has in common with its form without the ninth digit: 55, area code, last eight digits.

    `digits` is international, without the +. Numbers of other countries are returned as they are.
    """
    brazilian = re.fullmatch(r"55(\d{2})9?(\d{8})", digits)
    return f"{_COUNTRY}{brazilian[1]}{brazilian[2]}" if brazilian else digits
