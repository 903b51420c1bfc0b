"""The pages' words: reasons of failures in Portuguese, shares as people round them, cities as they are written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from proactive.gateways.evolution.error_table import TABLE, ErrorRow
from proactive.web.pages import labels
from proactive.web.pages.failure_reasons import failure_reason

ROOT = Path(__file__).parents[3]
ENGLISH = re.compile(r"\b(the|it|its|was|had|not|and|now|to|owner|check)\b")


def documented() -> list[str]:
    """What the README says that `error_message` may be."""
    table = (ROOT / "README.md").read_text().partition("**What `error_message` means.**")[2].partition("**What")[0]
    return re.findall(r"`([a-zA-Z][^`]* [^`]*)`", re.sub(r" \|[^|]*\|$", "", table, flags=re.MULTILINE))


@pytest.mark.parametrize("text", documented())
def test_every_documented_reason_is_said_in_portuguese(text: str) -> None:
    bare = text.removesuffix(" ...")
    if bare not in ("too late:", "the owner", "the organisation"):
        assert not ENGLISH.search(failure_reason(bare)), failure_reason(bare)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.reason)
def test_every_reply_of_a_gateway_is_said_in_portuguese_but_for_its_own_words(row: ErrorRow) -> None:
    said = failure_reason(row.reason.format(status=503, detail="own words"))
    assert not ENGLISH.search(said.replace("own words", "")), said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("too late: it was about 2026-11-22, and there it is 2026-11-23 now",
         "tarde demais: era sobre 22/11/2026, e lá já é 23/11/2026"),
        ("too late: quiet hours (21:00-08:00) had begun",
         "tarde demais: o horário de silêncio (21:00-08:00) já tinha começado"),
        ("delivery unknown: the gateway failed (502): Bad Gateway, and then: the gateway cannot be reached",
         "entrega desconhecida: o gateway falhou (502): Bad Gateway, e depois: o gateway não pode ser alcançado"),
        ("WhatsApp instance disconnected: its state is qr_pending",
         "WhatsApp desconectado: o estado da instância é qr_pending"),
        ("something new since 2026-11-22", "something new since 2026-11-22"),
    ],
)  # fmt: skip
def test_a_reason_is_said_whole(text: str, said: str) -> None:
    assert failure_reason(text) == said


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(1, 15, "6,7%"), (2, 3, "66,7%"), (9999, 10000, "99,9%"), (1, 1, "100%"), (0, 5, "0%"), (0, 0, "–")],
)
def test_a_share_is_rounded_but_never_up_to_all(part: int, whole: int, said: str) -> None:
    assert labels.percent(part, whole) == said


@pytest.mark.parametrize(
    ("zone", "said"),
    [("America/Sao_Paulo", "São Paulo"), ("America/Cuiaba", "Cuiabá"), ("Europe/Lisbon", "Lisboa"), ("UTC", "UTC")],
)
def test_a_city_is_written_as_in_portuguese(zone: str, said: str) -> None:
    assert labels.city(zone) == said


@pytest.mark.parametrize(
    ("workers", "said"),
    [({"idle": 2, "busy": 1}, "2 livres, 1 ocupado"), ({"idle": 1}, "1 livre"), ({"idle": 0, "busy": 3}, "3 ocupados"),
     ({}, "–")],
)  # fmt: skip
def test_workers_are_counted_by_what_they_do(workers: dict[str, int], said: str) -> None:
    assert labels.worker_counts(workers) == said
