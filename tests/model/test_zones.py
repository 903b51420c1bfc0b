"""A name becomes a zone, and no name becomes an error."""

from __future__ import annotations

import pytest

from proactive.model.zones import zone_info


@pytest.mark.parametrize("name", ["America/Manaus", "Singapore", "Etc/GMT+3", "UTC", "Europe/Brussels"])
def test_an_iana_name_is_its_zone(name: str) -> None:
    assert zone_info(name).key == name


@pytest.mark.parametrize(
    "name", ["", " ", "Mars/Phobos", "America", "America/", "/etc/passwd", "../UTC", "UTC\0", "a" * 5000, "São Paulo",
             "<-03>3", "UTC+3", "\udc80"],
)  # fmt: skip
def test_what_is_none_counts_as_sao_paulo(name: str) -> None:
    assert zone_info(name).key == "America/Sao_Paulo"
