"""Addresses of feeds, and the addresses of the internet that they may lead to."""

from __future__ import annotations

import ipaddress

import pytest

from proactive.feeds.address import UnusableAddress, feed_address, is_public
from tests.feeds.addresses import ALLOWED, FORBIDDEN


def test_there_are_at_least_sixty_forbidden_addresses() -> None:
    assert len(set(FORBIDDEN)) == len(FORBIDDEN) >= 60


@pytest.mark.parametrize("address", FORBIDDEN)
def test_a_forbidden_address_is_not_public(address: str) -> None:
    assert not is_public(address)
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ALLOWED)
def test_an_address_of_the_public_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("text", ["", "example.com", "127.1", "0x7f.1", "2130706433", "1.2.3.4.5", "::g"])
def test_what_is_no_address_is_not_public(text: str) -> None:
    assert not is_public(text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://example.com/a.ics", "https://example.com/a.ics"),
        ("  https://Example.COM:443/A.ics?k=V&x=%20#part \n", "https://example.com/A.ics?k=V&x=%20"),
        ("HTTPS://example.com", "https://example.com/"),
        ("https://8.8.8.8/a.ics", "https://8.8.8.8/a.ics"),
        ("https://[2606:4700:4700::1111]/a", "https://[2606:4700:4700::1111]/a"),
        ("https://a_b.example.com./x", "https://a_b.example.com./x"),
    ],
)
def test_an_address_is_kept_as_it_is_asked_for(text: str, kept: str) -> None:
    assert feed_address(text).text == kept


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "address_form"), ("example.com/a.ics", "address_not_https"), ("https://exa mple.com/", "address_form"),
        ("https://example.com/ação", "address_form"), ("https://example.com\\@127.0.0.1/", "address_form"),
        ("https://example.com/\x00", "address_form"), (f"https://example.com/{'a' * 2000}", "address_form"),
        ("https://[::1", "address_form"), ("https://example.com:99999/", "address_form"),
        ("http://example.com/a.ics", "address_not_https"), ("ftp://example.com/a.ics", "address_not_https"),
        ("file:///etc/passwd", "address_not_https"), ("gopher://example.com/", "address_not_https"),
        ("webcal://example.com/a.ics", "address_webcal"), ("//example.com/a.ics", "address_not_https"),
        ("https://ana@example.com/", "address_user"), ("https://ana:x@example.com/", "address_user"),
        ("https://@example.com/", "address_user"), ("https://example.com:80/", "address_port"),
        ("https://example.com:8443/", "address_port"), ("https://example.com:/", "address_port"),
        ("https:///a.ics", "address_host"), ("https://localhost/", "address_host"), ("https://redis/", "address_host"),
        ("https://-example.com/", "address_host"), ("https://exa%6dple.com/", "address_host"),
        ("https://2130706433/", "address_host"), ("https://127.0.0.1/", "address_not_public"),
        ("https://[::ffff:8.8.8.8]/", "address_not_public"), ("https://169.254.169.254/x", "address_not_public"),
        ("https://[fe80::1%25eth0]/", "address_not_public"),
    ],
)  # fmt: skip
def test_an_address_that_is_none_says_why(text: str, code: str) -> None:
    with pytest.raises(UnusableAddress) as raised:
        feed_address(text)
    assert raised.value.code == code
    assert "example" not in str(raised.value)
