"""Everything that the page about engagement shows as a table, as spreadsheets in Brazil read it."""

from __future__ import annotations

from collections.abc import Iterator

from proactive.campaigns.effect import CampaignEffect
from proactive.records.engagement import BookedAfter, Engagement, EngagementCounts
from proactive.records.engagement_figures import answer_time, figures_of
from proactive.web.csv_cells import spreadsheet_text
from proactive.web.pages import effect_words, labels
from proactive.web.pages import engagement_labels as words

_HEADING = ("Mensagem", "Número", "Quantas", "De quantas", "Parte", "Observação")
_EVERY = "Todas"


def csv_lines(found: Engagement, booked: BookedAfter, effect: CampaignEffect) -> str:
    """The lines: a figure each, with how many it is of and, where it is missing, why."""
    lines = [line for counts in (found.total, *found.types) for line in _of_counts(counts)]
    lines.append((_EVERY, "Donos com leitura oculta", str(found.hidden_readers), "", "", ""))
    lines += [
        (
            _EVERY,
            "Semana sem webhooks",
            f"{week.week:%d/%m/%Y}",
            "",
            "",
            f"{labels.number(week.hours)} horas sem notícia",
        )
        for week in found.away
    ]
    return spreadsheet_text([*lines, *_of_campaigns(booked), *_of_effect(effect)], _HEADING)


def _of_counts(counts: EngagementCounts) -> Iterator[tuple[str, ...]]:
    name = labels.type_name(counts.type) if counts.type else _EVERY
    yield name, "Enviadas", str(counts.sent), "", "", ""
    for figure, value in figures_of(counts).items():
        number = "" if value.count is None else str(value.count)
        share = "" if value.count is None else words.share(value)
        yield name, words.FIGURES[figure], number, str(value.n), share, words.why(value.why)
    if counts.unread:
        yield name, "Respostas sem leitura", str(counts.unread), str(counts.answered), "", words.WHYS["not_read"]
    yield name, "Para donos com leitura oculta", str(counts.to_hidden), str(counts.sent), "", ""
    time = answer_time(counts)
    seconds = "" if time.seconds is None else str(round(time.seconds))
    yield name, "Segundos até responder", seconds, str(time.n), "", words.time_share(time)


def _of_campaigns(booked: BookedAfter) -> Iterator[tuple[str, ...]]:
    within = f"em até {booked.days} dias; depois, não por causa"
    share = labels.percent(booked.booked, booked.n) if booked.n else ""
    yield "Campanhas", "Agendaram depois", str(booked.booked), str(booked.n), share, within
    yield "Campanhas", "Valor agendado depois", labels.reais(str(booked.value)), str(booked.n), "", within
    yield "Campanhas", "Valor realizado 30 dias depois", labels.reais(str(booked.done)), str(booked.done_n), "", ""
    yield "Campanhas", "Clientes com prazo aberto", str(booked.open), "", "", ""
    yield "Campanhas", "Clientes em duas campanhas", str(booked.in_two), str(booked.n), "", "contam nas duas"


def _of_effect(effect: CampaignEffect) -> Iterator[tuple[str, ...]]:
    why, name = effect_words.why(effect), "Por causa das campanhas"
    yield name, "Pontos", effect_words.points(effect.points), str(effect.written + effect.held), "", (
        effect_words.points_between(effect.points) if effect.points else why
    )  # fmt: skip
    yield name, "Reais a mais", effect_words.reais(effect.reais), str(effect.written), "", (
        effect_words.reais_between(effect.reais) if effect.reais else why
    )  # fmt: skip
    yield name, "Agendaram dos que receberam", str(effect.written_booked), str(effect.written), "", ""
    yield name, "Agendaram dos que ficaram de fora", str(effect.held_booked), str(effect.held), "", ""
    yield name, "Ficaram de fora e receberam outra", str(effect.held_then_written), "", "", "contam como de fora"
    yield name, "Com prazo aberto", str(effect.open), "", "", ""
    yield name, "Veredito", "", "", "", effect_words.VERDICTS[effect.verdict]
    for ratio in effect_words.ratios(effect):
        yield name, "Razão", "", "", "", ratio
