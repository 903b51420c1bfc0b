"""The vocabulary of a campaign that somebody asked for."""

from __future__ import annotations

from collections.abc import Sequence

from proactive.message_types.custom_campaign import TYPE, CustomCampaignFacts, audience, best_time, campaign_text
from proactive.model.facts import ClientLine
from proactive.words.common_names import GREETING, NAMES, common, number, text, text_field
from proactive.words.occasion import Occasion, Seen
from proactive.words.scenario import Scenario
from proactive.words.vocabulary import FigureClaim, NameValue, Vocabulary, WordingField


def _sample(seen: Seen) -> NameValue:
    return [{"nome": NAMES.client(line.name) or "Cliente"} for line in seen.facts.listed[: seen.shown]]


def _first(occasion: Occasion) -> tuple[str | None, Sequence[str]]:
    listed = getattr(occasion.facts, "listed", ())
    return (listed[0].name, listed[0].pets) if listed else (None, ())


def _suggests(occasion: Occasion) -> bool:
    return NAMES.message(getattr(occasion.facts, "message", None)) is None


def _receiving(seen: Seen) -> int:
    return max(int(seen.facts.reach) - seen.occasion.held_back, 0)


def _made(scenario: Scenario) -> CustomCampaignFacts:
    reach = scenario.figures[0]
    lines = range(min(reach, 5) if scenario.lines is None else min(scenario.lines, 5))
    listed = tuple(
        ClientLine(id=scenario.id(n), name=scenario.client(n), phone=scenario.phone(n), pets=scenario.pets(n))
        for n in lines
    )
    return CustomCampaignFacts(
        date=scenario.date, fires=True, campaign_type=scenario.service(0) or "", target_audience=scenario.audience,
        message=scenario.message, reach=reach, best_weekday=None if scenario.nothing_free else 2,
        best_hour=None if scenario.nothing_free else 10, listed=listed,
    )  # fmt: skip


_FIELDS = (text_field("nome", "nome do cliente", "Maria Silva"),)
_QUESTION = 'Posso enviar essa campanha para {{ vao_receber|plural("cliente", "clientes") }}?'
_HEADING = "📣 Campanha"

VOCABULARY = Vocabulary(
    type=TYPE,
    names=(
        *common("alguns de quem vai receber", _FIELDS, _sample),
        text(
            "campanha", "tipo da campanha", "promocional",
            lambda seen: NAMES.campaign(seen.facts.campaign_type) or "personalizada",
        ),
        text("publico", "para quem é", "clientes VIP", lambda seen: audience(seen.facts)),
        number("alcance", "clientes que a campanha alcança", 42, lambda seen: int(seen.facts.reach), figure=True),
        number("vao_receber", "clientes que vão receber", 42, _receiving),
        text(
            "mensagem", "texto para os clientes", "Cliente VIP merece desconto especial!",
            lambda seen: NAMES.message(campaign_text(seen.facts)) or "",
        ),
        text("melhor_momento", "melhor horário para enviar", "terça às 10h", lambda seen: best_time(seen.facts) or ""),
    ),
    figures=(FigureClaim("alcance", "alcance", (r"client\w*",)),),
    made=_made,
    wording=(
        WordingField("greeting", "Saudação", "", ((_HEADING, f"{GREETING}{_HEADING}"),)),
        WordingField("suggestion", "Texto para os clientes", "", (), frozenset({"loja"}), lines=True),
        WordingField(
            "question", "Pergunta final", "Posso enviar essa campanha para 42 clientes?",
            ((_QUESTION, "{{ pergunta }}"),),
        ),
    ),
    client_text="mensagem",
    kept=("campanha", "publico", "melhor_momento"),
    client=_first,
    suggests=_suggests,
)  # fmt: skip
