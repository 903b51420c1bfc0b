"""aurora webhook: where a webhook leads is shown, and nobody's is taken away without being told so."""

from __future__ import annotations

import json

import pytest

from sandbox.gateway.client import Sandbox
from sandbox.stack import LocalStack
from tests.cli.conftest import Run, refused
from tests.support.evolution_client import ask

OURS = "https://aurora.example.com"
SECRET = "a-secret-of-sixteen-signs"


@pytest.fixture
def sandbox(stack: LocalStack, run: Run, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    monkeypatch.setenv("WEBHOOK_SECRET", f"{SECRET},another-secret-of-many-signs")
    sandbox = Sandbox(stack.gateway_url, stack.environment()["WHATSAPP_API_KEY"])
    sandbox.instance("loja-1")
    sandbox.call("https://bot.example.com/hook?token=abc", "s3cret", "loja-1", enabled=False)
    return sandbox


def found(sandbox: Sandbox) -> str:
    return str(ask(sandbox, "GET", "/webhook/find/loja-1").json())


def test_one_that_nobody_has_is_set_with_the_first_secret(run: Run, sandbox: Sandbox) -> None:
    assert "switched off" in run("aurora", "webhook", "show", "loja-1").out
    set_ = ("aurora", "webhook", "set", "loja-1", "--url", f"{OURS}/")
    assert "would tell" in run(*set_, "--dry-run").out
    assert "bot.example.com" in found(sandbox)
    ended = run(*set_)
    assert (ended.status, ended.err) == (0, "")
    assert f"tells {OURS}/webhooks/whatsapp/evolution" in ended.out
    assert SECRET not in ended.out and SECRET in found(sandbox)
    told = json.loads(run("aurora", "webhook", "show", "loja-1", "--json").out)
    assert told["ours"] and "MESSAGES_UPSERT" in told["webhook"]["events"]
    assert run(*set_).status == 0  # ours again is nobody's loss


def test_anothers_is_taken_only_where_that_is_said_twice(run: Run, sandbox: Sandbox) -> None:
    sandbox.call("https://bot.example.com/hook?token=abc", "s3cret", "loja-1")
    set_ = ("aurora", "webhook", "set", "loja-1", "--url", OURS)
    refused(ended := run(*set_), "leads to bot.example.com", "forward", "--replace")
    assert "token" not in ended.err
    refused(run(*set_, "--replace"), "--yes is missing")
    assert "bot.example.com" in found(sandbox)
    assert "before: its webhook leads to bot.example.com" in run(*set_, "--replace", "--yes").out
    assert OURS in found(sandbox)


@pytest.mark.parametrize("url", ["aurora.example.com", "ftp://x", "https://", "https://x/?a=b", "https://u:p@x", ""])
def test_an_address_that_is_none_is_refused(run: Run, sandbox: Sandbox, url: str) -> None:
    refused(run("aurora", "webhook", "set", "loja-1", "--url", url), "--url is not usable")


def test_what_is_missing_is_said(run: Run, sandbox: Sandbox) -> None:
    assert run("aurora", "webhook", "show", "nobodys").status == 1
    refused(run("aurora", "webhook", "show"), "INSTANCE is missing")


def test_without_a_secret_nothing_is_set(run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_SECRET", "")
    refused(run("aurora", "webhook", "set", "loja-1", "--url", OURS), "WEBHOOK_SECRET is missing")
