"""Static files are kept by browsers for a week, under addresses that change with them."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx

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
