"""Sealed addresses: unreadable without the key, readable with an older one, renewed with the newest."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from proactive.feeds.address import feed_address
from proactive.feeds.vault import UnreadableAddress, Vault, key_id

ADDRESS = feed_address("https://calendar.example.com/private-123/basic.ics")
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_an_address_is_sealed_and_opened() -> None:
    vault = Vault([OLD])
    sealed = vault.seal(ADDRESS)
    assert "private-123" not in "".join(sealed) and OLD not in "".join(sealed)
    assert vault.open(sealed.address) == ADDRESS
    assert vault.seal(ADDRESS).address != sealed.address
    assert [sealed.address_digest] == vault.digests(ADDRESS)


def test_another_key_opens_nothing_and_says_nothing_of_it() -> None:
    sealed = Vault([OLD]).seal(ADDRESS)
    for token in (sealed.address, "", "x", "ação"):
        with pytest.raises(UnreadableAddress) as raised:
            Vault([NEW]).open(token)
        assert "private" not in str(raised.value)


def test_the_first_key_seals_and_all_of_them_open() -> None:
    old, both = Vault([OLD]), Vault([NEW, OLD])
    sealed = old.seal(ADDRESS)
    assert both.open(sealed.address) == ADDRESS
    assert sealed.address_digest in both.digests(ADDRESS)
    renewed = both.renewed(ADDRESS, sealed.address_key)
    assert renewed is not None and renewed.address_key == key_id(NEW)
    assert Vault([NEW]).open(renewed.address) == ADDRESS
    assert both.renewed(ADDRESS, renewed.address_key) is None


def test_a_vault_without_keys_is_none() -> None:
    assert not Vault(())
    with pytest.raises(UnreadableAddress):
        Vault(()).open(Vault([OLD]).seal(ADDRESS).address)
