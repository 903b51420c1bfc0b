"""Every curl of the documents, run by Bash as it stands there, does what is said around it."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from sandbox.stack import LocalStack
from tests.support.world import Business, World

ROOT = Path(__file__).parents[2]
#: The statuses of a document's requests, in their order.
ANSWERS = {
    "docs/api.md": [
        202, 202, 200, 200, 200, 200, 200, 202, 200, 202, 200, 200, 200, 200,
        200, 200, 200, 200, 200, 200, 200, 201, 200, 200, 201, 200, 204, 200,
        200, 200, 200, 200, 200, 200, 200, 200, 201,
    ],
    "docs/records.md": [200],
}  # fmt: skip


def shell_of(document: str, address: str) -> str:
    """The document's blocks with a curl, and those that set what they use; every curl says its status."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / document).read_text(), re.DOTALL)
    used = [block for block in blocks if re.search(r"^(curl|AURORA=)", block, re.MULTILINE)]
    tells = r"curl -sS -o /dev/null -w '%{http_code}\\n' "
    told = re.sub(r"^curl ", tells, "".join(used), flags=re.MULTILINE).replace("http://127.0.0.1:8000", address)
    year = dt.datetime.now(dt.UTC).year  # days of a calendar are said of what is to come
    return told.replace("2027-01-", f"{year + 2}-01-").replace("2026-12-", f"{year + 1}-12-")


def failed_message(stack: LocalStack, business: Business) -> str:
    message = str(uuid4())
    with psycopg.connect(stack.dsn) as connection:
        connection.execute(
            """insert into aurora_proactive_messages
                 (id, organization_id, owner_number_id, message_type, scheduled_for, status, metadata)
               values (%s, %s, %s, 'birthdays', now() at time zone 'UTC', 'failed', %s)""",
            [message, business.organization, business.owner,
             '{"timezone": "America/Sao_Paulo", "occurrence": "2026-11-22"}'],
        )  # fmt: skip
    return message


def campaign_and_opt_out(stack: LocalStack, business: Business) -> tuple[str, str]:
    """A business that hears its clients and has one; a campaign of it that was previewed, and an opt-out."""
    campaign, organization = str(uuid4()), business.organization
    with psycopg.connect(stack.dsn) as connection:
        run = connection.execute
        run(
            "insert into aurora_proactive_replies (instance_name, gateway_message_id, organization_id, received_at)"
            " values (%s, %s, %s, now())",
            [business.instance, uuid4().hex, organization],
        )
        run(
            "insert into contacts (organization_id, name, phone, last_contact_at)"
            " values (%s, 'Bia', '11977776666', now() - interval '40 days')",
            [organization],
        )
        run(
            """insert into aurora_proactive_campaigns (id, organization_id, source, source_key, instance_name, status,
                 revision, text, frozen, valid_until, previewed_at, starts_at, send_until)
               values (%s, %s, 'custom_campaign', %s, %s, 'previewed', 1, 'Saudades!', 1, now() + interval '1 day',
                 now(), now(), now() + interval '7 days')""",
            [campaign, organization, campaign, business.instance],
        )
        row = run(
            "insert into aurora_proactive_opt_outs (organization_id, key, level, source)"
            " values (%s, '551122223333', 'probable', 'reply')"
            " returning aurora_proactive_opt_out_id(organization_id, key)",
            [organization],
        ).fetchone()
    assert row is not None
    return campaign, str(row[0])


@pytest.mark.parametrize("document", ANSWERS)
def test_every_curl_of_a_document_is_answered_as_it_says(
    document: str, stack: LocalStack, world: World, address: str, queue: Any
) -> None:
    if not shutil.which("curl"):
        pytest.skip("no curl on this machine")
    ours = world.business()
    campaign, opt_out = campaign_and_opt_out(stack, ours)
    owned = {"organization_id": str(ours.organization)}
    api = httpx.Client(
        base_url=f"{address}/api/aurora/proactive", headers={"Authorization": f"Bearer {stack.service_key}"},
        trust_env=False,
    )  # fmt: skip
    wording = {"organizationId": str(ours.organization), "wording": {"closing": "Até amanhã!"}}
    saved = api.put("/templates/daily_summary", json=wording).json()
    upcoming = api.get("/upcoming", params={"organizationId": str(ours.organization)}).json()
    environment = stack.environment() | {
        "PATH": os.environ["PATH"], "KEY": stack.service_key, "ORGANIZATION": str(ours.organization),
        "OWNER": str(ours.owner), "INSTANCE": str(ours.instance), "MESSAGE": failed_message(stack, ours),
        "CAMPAIGN": campaign, "VERSION": saved["version"]["id"],
        "UPCOMING": upcoming["messages"][-1]["messageId"], "OPT_OUT": opt_out,
        "USER_TOKEN": stack.user_token(sub=str(uuid4()), app_metadata=owned), "no_proxy": "127.0.0.1",
    }  # fmt: skip
    run = subprocess.run(
        ["bash", "-euc", shell_of(document, address)], env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert [int(status) for status in run.stdout.split()] == ANSWERS[document]
