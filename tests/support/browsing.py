"""Looking at pages in a browser: how wide, in which colours, and what axe-core finds."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.missing import missing

_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=pt-BR",
)  # fmt: skip
_BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
PHONE = 390
LOOKS: dict[str, dict[str, Any]] = {
    "desk": {}, "desk-dark": {"dark": True}, "phone": {"width": PHONE}, "phone-dark": {"width": PHONE, "dark": True},
}  # fmt: skip
#: Both widths and both sets of colours: axe-core takes its time.
CHECKED = ("desk", "phone-dark")
HOSTILE = "<script>document.title='taken'</script>\"><img src=x onerror=\"document.title='taken'\">'{{7*7}}"


@dataclass
class Looker:
    """A page of the browser; `complaints` are what it wrote to its console."""

    page: Page
    complaints: list[str]

    def go(self, path: str) -> None:
        """To a path, until everything of it is there and has run."""
        self.page.goto(path)


Look = Callable[..., Looker]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium or Chrome; CHROMIUM_BIN says where another one is."""
    program = os.environ.get("CHROMIUM_BIN") or next(filter(None, map(shutil.which, _BROWSERS)), None)
    if program is None or not Path(program).exists():
        place = "on the PATH" if program is None else f"at {program}"
        missing(f"no browser {place}: install chromium, or set CHROMIUM_BIN")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_FLAGS))
        yield browser
        browser.close()


def findings(looker: Looker) -> list[str]:
    """What axe-core finds serious or worse."""
    report = Axe().run(looker.page).response
    return [
        f"{found['id']}: {[node['target'] for node in found['nodes']]}"
        for found in report["violations"]
        if found["impact"] in ("serious", "critical")
    ]
