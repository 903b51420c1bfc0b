#!/usr/bin/env python3
"""How long the panel takes with a million messages: python bench/panel.py [--messages 1000000]

Fills a local stack of its own, serves the pages, and prints the median and the worst of each page's answers.
Filling a million takes some minutes; the stack goes when it is done.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx
import psycopg
import uvicorn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from proactive.app import build
from proactive.settings import Settings
from proactive.web.app import create_app
from sandbox.stack import LocalStack

_TODAY = dt.datetime.now(dt.UTC).date()
_YEAR = f"de={_TODAY - dt.timedelta(days=365)}&ate={_TODAY}"
_PAGES = {
    "Painel, hoje": "/painel?periodo=hoje", "Painel, 30 dias": "/painel?periodo=30",
    "Painel, 90 dias": "/painel?periodo=90", "Painel, um ano": f"/painel?{_YEAR}",
    "Painel, 90 dias, uma organização": "/painel?periodo=90&organizacao={organization}",
    "Painel, o que se renova": "/painel/agora", "Mensagens": "/mensagens",
    "Mensagens que falharam": "/mensagens?situacao=failed", "Mensagens pendentes": "/mensagens?situacao=pending",
    "Mensagens, tipo e situação": "/mensagens?tipo=birthdays&situacao=failed",
    "Mensagens, uma organização": "/mensagens?organizacao={organization}&situacao=failed",
    "Mensagens antigas": f"/mensagens?ate={_TODAY - dt.timedelta(days=150)}",
    "Mensagens por número": "/mensagens?id=abc", "Mensagens por um algarismo": "/mensagens?id=a",
}  # fmt: skip
_TIMES = 15


def main() -> None:
    """Fill, serve, ask, print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--messages", type=int, default=1_000_000)
    options.add_argument("--organizations", type=int, default=500)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="aurora-") as folder, LocalStack(Path(folder)) as stack:
        began = time.monotonic()
        organization = _fill(stack.dsn, asked.messages, asked.organizations)
        print(f"{asked.messages:,} messages of {asked.organizations} organisations: {time.monotonic() - began:.0f} s")
        os.environ.update(stack.environment())
        _measure(stack.service_key, organization)


def _fill(dsn: str, messages: int, organizations: int) -> str:
    statements = (Path(__file__).parent / "panel.sql").read_text().split(";\n")
    with psycopg.connect(dsn, autocommit=True) as connection:
        for statement in statements:
            if statement.strip():
                connection.execute(statement, {"messages": messages, "organizations": organizations})
        connection.execute("vacuum analyze")
        row = connection.execute("select id::text from organizations limit 1").fetchone()
    assert row
    return str(row[0])


def _measure(key: str, organization: str) -> None:
    config = uvicorn.Config(create_app(build(Settings(_env_file=None))), port=0, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client:
        client.post("/entrar", data={"credencial": key})
        for name, path in _PAGES.items():
            took = sorted(_timed(client, path.format(organization=organization)) for _ in range(_TIMES))
            print(f"{name:34} median {statistics.median(took) * 1000:4.0f} ms   worst {took[-1] * 1000:4.0f} ms")
    server.should_exit = True
    thread.join()


def _timed(client: httpx.Client, path: str) -> float:
    began = time.monotonic()
    client.get(path).raise_for_status()
    return time.monotonic() - began


if __name__ == "__main__":
    main()
