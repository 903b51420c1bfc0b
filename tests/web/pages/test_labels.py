"""The pages' words: reasons of failures in Portuguese, shares as people round them, cities as they are written."""

from __future__ import annotations

import re

import pytest

from proactive.gateways.evolution.error_table import TABLE, ErrorRow
from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason
from proactive.web.pages import labels

ENGLISH = re.compile(r"\b(the|it|its|was|had|not|and|now|to|owner|check)\b")


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.reason)
def test_every_reply_of_a_gateway_is_said_in_portuguese_but_for_its_own_words(row: ErrorRow) -> None:
    kept = Failure(row.reason, {"status": "503", "detail": "own words"}).as_json()
    said = labels.failure_label(kept)
    assert said
    assert not ENGLISH.search(said.replace("own words", "")), said


def test_a_reason_is_said_whole_with_what_to_do_about_it() -> None:
    causes = (
        Failure(FailureReason.GATEWAY_FAILED, {"status": "502", "detail": "Bad Gateway"}),
        Failure(FailureReason.GATEWAY_UNREACHABLE),
    )
    kept = Failure(FailureReason.UNKNOWN_LOOKUP_FAILED, causes=causes).as_json()
    said = "entrega desconhecida: o gateway falhou (502): Bad Gateway, e depois: o gateway não pode ser alcançado"
    assert labels.failure_label(kept, "whatever") == said
    assert labels.failure_advice(kept).startswith("Veja na conversa do WhatsApp")


def test_a_reason_of_another_version_is_shown_as_it_was_written() -> None:
    assert labels.failure_label({"code": "new"}, "something new since 2026-11-22") == "something new since 2026-11-22"
    assert (labels.failure_label(None), labels.failure_advice(None)) == ("", "")


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
     ({"suspended": 3}, "3 suspensos"), ({"idle": 0, "busy": 1, "suspended": 1}, "1 ocupado, 1 suspenso"), ({}, "–")],
)  # fmt: skip
def test_workers_are_counted_by_what_they_do(workers: dict[str, int], said: str) -> None:
    assert labels.worker_counts(workers) == said
