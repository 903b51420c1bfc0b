"""Service keys: their entries in the settings."""

from __future__ import annotations

import pytest

from proactive.errors import SettingsError
from proactive.web.auth.keys import make_key, parse_keys


@pytest.mark.parametrize("entries", ["aurora_plain", "sha256:abc", "a:b:sha256:" + "0" * 64, "md5:" + "0" * 64])
def test_an_entry_that_is_none_is_named_by_its_place_and_not_repeated(entries: str) -> None:
    with pytest.raises(SettingsError) as refused:
        parse_keys(f"{make_key()[1]},{entries}")
    assert "entry 2" in str(refused.value)
    assert entries not in str(refused.value)


def test_two_keys_are_never_the_same() -> None:
    assert len({make_key()[0] for _ in range(50)}) == 50
