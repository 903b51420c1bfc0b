"""aurora webhook: where Evolution tells what happens to an instance, and have it tell Aurora."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import click

from proactive.app import Application, application
from proactive.cli.asking import choose, confirm
from proactive.cli.commands import AuroraGroup, command, json_option
from proactive.cli.streams import say, say_json
from proactive.errors import InvalidInput
from proactive.gateways.evolution.setup import NEEDED_EVENTS, WEBHOOK_PATH, EvolutionSetup, WebhookSetup

EXAMPLES = """\
  aurora webhook show clinica-7
  aurora webhook set clinica-7 --url https://aurora.example.com --dry-run
  aurora webhook set clinica-7 --url https://aurora.example.com"""


@click.group("webhook", cls=AuroraGroup, examples=EXAMPLES)
def webhook_group() -> None:
    """Show where an instance's webhook leads, or set it. Evolution keeps one an instance: setting replaces it."""


@command("show", "  aurora webhook show clinica-7\n  aurora webhook show --json")
@click.argument("instance", required=False)
@json_option
def show_command(instance: str | None, as_json: bool) -> int:
    """Show where the webhook of an instance leads, and whether it tells what Aurora needs."""
    setup, name = _asked(application(), instance)
    found = setup.webhook(name)
    if as_json:
        say_json({"instance": name, "webhook": _as_json(found), "ours": found is not None and found.leads_here})
    else:
        say(f"{name}: {_words(found)}")
    return 0


@command("set", EXAMPLES)
@click.argument("instance", required=False)
@click.option("--url", required=True, metavar="URL", help="Where the gateway reaches `web`: https://aurora.example.com")
@click.option("--replace", is_flag=True, help="Take the webhook away from whoever has it now.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--yes", is_flag=True, help="Do not ask before another's webhook is replaced.")
@json_option
def set_command(instance: str | None, url: str, replace: bool, dry_run: bool, yes: bool, as_json: bool) -> int:
    """Have Evolution tell Aurora what happens to an instance: answers, receipts, connections.

    A webhook that leads elsewhere is left alone: whoever has it, such as the product's bot, would hear nothing any more
    and had better forward (docs/webhooks.md). --replace takes it all the same.
    """
    app = application()
    address = _address(url)
    secret = app.settings.webhook_secret
    if secret is None:
        raise InvalidInput("WEBHOOK_SECRET is missing: set it for `web` and here, from openssl rand -hex 24")
    setup, name = _asked(app, instance)
    found = setup.webhook(name)
    if found is not None and not found.leads_here and found.enabled:
        if not replace:
            raise InvalidInput(
                f"the webhook of {name} leads to {_host(found.url)}, which would hear nothing any more: let it forward"
                " to Aurora (docs/webhooks.md), or give --replace"
            )
        if not dry_run:
            confirm(f"Take the webhook of {name} away from {_host(found.url)}?", yes=yes)
    if not dry_run:
        setup.set_webhook(name, address, secret.get_secret_value().split(",")[0].strip())
    if as_json:
        say_json({"instance": name, "before": _as_json(found), "url": address, "done": not dry_run})
    else:
        say(f"{name}: {'would tell' if dry_run else 'tells'} {address} (before: {_words(found)})")
    return 0


webhook_group.add_command(show_command)
webhook_group.add_command(set_command)


def _asked(app: Application, instance: str | None) -> tuple[EvolutionSetup, str]:
    settings = app.settings
    setup = EvolutionSetup(
        str(settings.whatsapp_url), settings.whatsapp_api_key.get_secret_value(), settings.gateway_timeout
    )
    if instance is not None:
        return setup, instance
    names = sorted(setup.instances())
    return setup, choose("Which instance?", [(name, name) for name in names], "INSTANCE", "the gateway has no instance")


def _address(url: str) -> str:
    """The whole address of our webhook at a base address. Raises InvalidInput where it is none."""
    found = urlsplit(url.strip())
    if found.scheme not in ("http", "https") or not found.hostname or found.query or found.fragment or found.username:
        raise InvalidInput(
            "--url is not usable: it should be where the gateway reaches `web`, such as https://aurora.example.com"
        )
    base = url.strip().rstrip("/")
    return base if base.endswith(WEBHOOK_PATH) else base + WEBHOOK_PATH


def _words(found: WebhookSetup | None) -> str:
    if found is None:
        return "no webhook"
    if not found.enabled:
        return f"a webhook to {_host(found.url)} that is switched off"
    if not found.leads_here:
        return f"its webhook leads to {_host(found.url)}, not to Aurora"
    lacking = sorted(NEEDED_EVENTS - found.events)
    return f"it tells Aurora at {_host(found.url)}" + (f", but not of {', '.join(lacking)}" if lacking else "")


def _as_json(found: WebhookSetup | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"host": _host(found.url), "enabled": found.enabled, "events": sorted(found.events)}


def _host(url: str) -> str:
    """The host alone: paths and queries of webhooks hold secrets."""
    return urlsplit(url).netloc.rpartition("@")[2] or "an address that is none"
