"""Static files are kept by browsers for a week, under addresses that change with them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from proactive.web.pages import static_files
from proactive.web.pages.static_files import StaticFiles


def test_every_address_on_a_page_is_there_and_may_be_kept(visitor: Callable[..., httpx.Client]) -> None:
    client = visitor(anonymous=True)
    addresses = set(re.findall(r'(?:href|src)="(/estatico/[^"]+)"', client.get("/entrar").text))
    assert len(addresses) == 5
    for address in addresses | {StaticFiles().address("icone.svg")}:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["cache-control"] == "public, max-age=604800"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.request.url.query.decode() == StaticFiles().stamp


def test_nothing_beside_the_folder_is_served(visitor: Callable[..., httpx.Client]) -> None:
    client = visitor(anonymous=True)
    for path in ("/estatico/../rendering.py", "/estatico/%2e%2e/rendering.py", "/estatico/none.css"):
        assert client.get(path).status_code == 404


def _luminance(colour: str) -> float:
    """The relative luminance of `#rrggbb` (WCAG 2)."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_stands_side_by_side_differs_in_lightness(scheme: str) -> None:
    """Whoever sees no difference of hue, or prints the page, still tells sent from failed."""
    css = (Path(static_files.__file__).parent / "static" / "aurora.css").read_text("utf-8")
    blocks = re.findall(r":root \{([^}]*)\}", css)
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", blocks[scheme == "dark"]))
    assert contrast(found["sent"], found["failed"]) >= 3
    for series in ("sent", "failed", "fine", "alarm"):
        assert contrast(found[series], found["surface"]) >= 3, series
    for words in ("ink", "muted", "brand", "good", "bad", "warn"):
        assert contrast(found[words], found["surface"]) >= 4.5, words
