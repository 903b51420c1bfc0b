"""Only pages of ours, and programs that are no browser, may change something."""

from __future__ import annotations

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from proactive.web.auth.origin import check_origin


def request(**headers: str) -> Request:
    fields = {"host": "aurora.example:8000"} | {name.replace("_", "-"): value for name, value in headers.items()}
    raw = [(name.encode(), value.encode()) for name, value in fields.items()]
    return Request({"type": "http", "method": "POST", "path": "/sair", "headers": raw})


@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": "https://aurora.example:8000"}, {"sec_fetch_site": "same-origin"}, {"sec_fetch_site": "none"}],
)
def test_our_own_pages_and_programs_are_accepted(headers: dict[str, str]) -> None:
    check_origin(request(**headers))


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://aurora.example"}, {"origin": "https://evil.example"}, {"origin": "null"}, {"origin": ""},
     {"sec_fetch_site": "cross-site"}, {"sec_fetch_site": "same-site"},
     {"origin": "https://aurora.example:8000", "sec_fetch_site": "cross-site"}],
)  # fmt: skip
def test_another_sites_page_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(HTTPException) as refused:
        check_origin(request(**headers))
    assert refused.value.status_code == 403
