"""Conditions on pages: whole in Portuguese, with times of the organisation, and links that keep to it."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest
from redis import RedisError

from proactive.errors import SupabaseError
from proactive.monitoring.condition import CHECKS, CONDITION_WORDS, Condition, Detail
from proactive.web.pages.condition_labels import CHECK_TITLES, condition_views, trouble_of

AT = dt.datetime(2026, 11, 26, 6, 12, tzinfo=dt.UTC)
DETAILS: dict[str, Detail] = {
    "count": 37, "seconds": 90.0, "since": AT, "why": "w", "part": "Redis", "status": 503, "found": "a", "needed": "b",
    "judged": 40, "names": "silence", "what": "w",
}  # fmt: skip


def _refused(code: str) -> SupabaseError:
    return SupabaseError(f"f was refused: code {code}", answered=True)


@pytest.mark.parametrize("code", CONDITION_WORDS)
def test_every_condition_can_be_shown(code: str) -> None:
    (view,) = condition_views([Condition("queue", code, DETAILS)])
    assert view.label and view.advice and "{" not in view.label + view.advice


def test_times_are_the_organisations_and_one_is_said_as_one() -> None:
    silent = Condition("scheduler", "scheduler_silent", {"seconds": 90.0, "since": AT})
    (view,) = condition_views([silent], "America/Sao_Paulo")
    assert view.label == "O agendador parou: sem sinal desde 26/11/2026 03:12"
    one, many = condition_views(Condition("instances", "instances_down", {"count": count}) for count in (1, 2000))
    assert (one.label, many.label) == ("1 instância está fora do ar", "2.000 instâncias estão fora do ar")


def test_links_keep_to_an_organisation_and_workers_have_a_button() -> None:
    shop = UUID(int=7)
    (view,) = condition_views([Condition("failures", "failed_lately", {"count": 2})], organization=shop)
    assert view.links == (("Ver as mensagens", f"/mensagens?situacao=failed&organizacao={shop}"),)
    (view,) = condition_views([Condition("workers", "workers_suspended")])
    assert view.button == ("Retomar os workers", "/painel/workers/retomar")


def test_what_nobody_can_know_is_said_once() -> None:
    unknown = [Condition(check, "unknown", {"part": "Supabase"}) for check in ("instances", "pauses")]
    (view,) = condition_views(unknown)
    assert (view.level, view.label) == ("unknown", "Não se sabe como estão: instâncias, pausas")


def test_every_check_has_a_title() -> None:
    assert set(CHECK_TITLES) == set(CHECKS)


@pytest.mark.parametrize(
    ("error", "label"),
    [
        (RedisError("x"), "O Redis não responde: nada é enviado"),
        (SupabaseError("away"), "O Supabase não responde: as mensagens esperam"),
        (_refused("PGRST202"), "A migração do banco de dados falta ou parou no meio"),
        (_refused("401"), "O Supabase não aceita a chave SUPABASE_SERVICE_ROLE_KEY"),
    ],
)  # fmt: skip
def test_a_page_that_fails_says_why_and_what_to_do(error: Exception, label: str) -> None:
    trouble = trouble_of(error)
    assert trouble is not None and trouble.label == label and trouble.advice


def test_what_is_our_own_mistake_is_not_blamed_on_anybody() -> None:
    assert trouble_of(KeyError("x")) is None
