"""Nobody but the service role may call what reads a business."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from proactive.message_types.registry import MESSAGE_TYPES
from sandbox.stack import LocalStack
from tests.support.asking import Database

READING = {
    "p_organization": str(uuid4()),
    "p_owner": str(uuid4()),
    "p_message": str(uuid4()),
    "p_now": "2026-11-22T12:00:00Z",
    "p_options": {},
}
CALLS: dict[str, dict[str, Any]] = {
    **{f"aurora_proactive_{type_}": READING for type_ in MESSAGE_TYPES},
    "aurora_proactive_context": {name: READING[name] for name in ("p_organization", "p_owner", "p_message")},
    "aurora_proactive_clients": {name: READING[name] for name in ("p_organization", "p_now")},
    "aurora_proactive_bookings": {name: READING[name] for name in ("p_organization", "p_now")},
    "aurora_proactive_client_lines": {
        "p_organization": READING["p_organization"],
        "p_contacts": [],
        "p_now": READING["p_now"],
    },
    "aurora_proactive_zones": {},
    "aurora_proactive_time_zones": {},
    "aurora_proactive_organization": {"p_organization": READING["p_organization"]},
    "aurora_proactive_recipients": {"p_timezone": "America/Sao_Paulo", "p_after": None, "p_limit": 1},
}


def call(stack: LocalStack, function: str, token: str) -> int:
    answer = httpx.post(
        f"{stack.supabase_url}/rest/v1/rpc/{function}",
        json=CALLS[function],
        headers={"apikey": stack.anon_key, "Authorization": f"Bearer {token}"},
        trust_env=False,
    )
    return answer.status_code


@pytest.mark.parametrize("function", CALLS)
def test_neither_anybody_nor_a_signed_in_user_may_call(stack: LocalStack, function: str) -> None:
    user = stack.user_token(sub=str(uuid4()), app_metadata={"organization_id": READING["p_organization"]})
    for token in (stack.anon_key, user):
        assert call(stack, function, token) in {401, 403, 404}
    assert call(stack, function, stack.service_role_key) == httpx.codes.OK


def test_every_function_of_ours_is_closed_to_everybody_else_and_explained(database: Database) -> None:
    rows = database.execute("""
        select p.proname,
               has_function_privilege('anon', p.oid, 'execute') as anon,
               has_function_privilege('authenticated', p.oid, 'execute') as authenticated,
               has_function_privilege('service_role', p.oid, 'execute') as service_role,
               p.prosecdef as definer, p.provolatile as volatile
          from pg_proc p
         where p.proname ~ '^aurora_proactive_' and p.provolatile <> 'v'
    """).fetchall()
    assert len(rows) >= len(CALLS)
    for row in rows:
        assert (row["anon"], row["authenticated"], row["service_role"], row["definer"]) == (
            False, False, True, False,
        ), row["proname"]  # fmt: skip
