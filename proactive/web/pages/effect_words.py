"""The words of what campaigns bring: the number, its interval, or why there is none. Brazilian Portuguese."""

from __future__ import annotations

import math
from collections.abc import Iterator

from proactive.campaigns.effect import CampaignEffect, Verdict
from proactive.model.chance import Interval
from proactive.text.formats import counted
from proactive.web.pages import labels

VERDICTS: dict[Verdict, str] = {
    "more": "Quem recebe agenda mais do que quem fica de fora.",
    "less": "Quem recebe agenda menos do que quem fica de fora.",
    "not_yet": "Ainda não dá para dizer.",
    "not_valid": "Não vale: a divisão entre quem recebe e quem fica de fora não saiu como planejada.",
}


def points(interval: Interval | None) -> str:
    """`+3,2 pontos`; a dash where it cannot be told."""
    return labels.NONE if interval is None else f"{_signed(round(100 * interval.effect, 1))} pontos"


def points_between(interval: Interval) -> str:
    """`entre -1 e +7,4 pontos, com 95% de certeza`."""
    low, high = _signed(round(100 * interval.low, 1)), _signed(round(100 * interval.high, 1))
    return f"entre {low} e {high} pontos, com 95% de confiança"


def reais(interval: Interval | None) -> str:
    """`R$ 1.450,00`, negative too; a dash where it cannot be told."""
    return labels.NONE if interval is None else _money(interval.effect)


def reais_between(interval: Interval) -> str:
    """`entre -R$ 120,00 e R$ 3.020,00, com 95% de confiança`."""
    return f"entre {_money(interval.low)} e {_money(interval.high)}, com 95% de confiança"


def why(effect: CampaignEffect) -> str:
    """Why there is no number yet; empty where there is one."""
    if effect.points is not None:
        return ""
    if not effect.valid:
        return VERDICTS["not_valid"]
    if not effect.campaigns and effect.share is None:
        return "Só dá para dizer quando alguns clientes ficam de fora: ligue “medir o efeito”."
    missing = []
    if effect.clients_missing:
        missing.append(counted(effect.clients_missing, "cliente", "clientes"))
    if effect.bookings_missing:
        missing.append(counted(effect.bookings_missing, "agendamento", "agendamentos"))
    verb = "falta" if missing in (["1 cliente"], ["1 agendamento"]) else "faltam"
    return f"Ainda não: {verb} {' e '.join(missing)} entre quem ficou de fora."


def arms(effect: CampaignEffect) -> str:
    """`12 de 108 que receberam e 1 de 12 que ficaram de fora agendaram`."""
    return (
        f"{labels.number(effect.written_booked)} de {labels.number(effect.written)} que receberam e "
        f"{labels.number(effect.held_booked)} de {labels.number(effect.held)} que ficaram de fora agendaram "
        "em até 14 dias"
    )


def ratios(effect: CampaignEffect) -> Iterator[str]:
    """What the ratio of the two arms' rates lies between, a share that was written to each."""
    for process in effect.processes:
        share = labels.number(round(100 * process.p))
        if not process.e:
            continue
        high = f"e {labels.number(round(process.high, 2))}" if math.isfinite(process.high) else "e mais"
        low = labels.number(round(process.low, 2))
        events = counted(process.e, "agendamento", "agendamentos")
        yield f"Recebendo {share}%: entre {low} {high} vezes o de quem fica de fora ({events})"


def _signed(number: float) -> str:
    return f"+{labels.number(number)}" if number > 0 else labels.number(number)


def _money(amount: float) -> str:
    words = labels.reais(f"{abs(amount):.2f}")
    return f"-{words}" if amount <= -0.005 else words
