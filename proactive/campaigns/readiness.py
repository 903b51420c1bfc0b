"""The readiness of an organisation: what it needs before a client may be written to, point by point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from proactive.campaigns.terms import Terms

Need = Literal["active", "terms", "connected", "heard", "owner"]


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something that campaigns need: whether it is `met`, and in Portuguese what it is and what to do about it."""

    need: Need
    met: bool
    title: str
    advice: str


def readiness(terms: Terms) -> list[Requirement]:
    """What an organisation needs, in the order in which it is asked for. All of it met: something may be sent."""
    row = terms.row
    instance = row["instance"]
    return [
        Requirement("active", bool(row["is_active"]), "Loja ativa", "Reative a loja no sistema."),
        Requirement(
            "terms", bool(terms.settings), "Condições aceitas",
            "Alguém da loja aceita uma vez, em um minuto, em Ajustes de campanhas.",
        ),
        Requirement(
            "connected", bool(instance) and instance["status"] == "connected", "WhatsApp da loja conectado",
            "Conecte o WhatsApp da loja: leia o QR de novo com o celular dela.",
        ),
        Requirement(
            "heard", terms.hears, "Respostas dos clientes ouvidas",
            "Sem ouvir SAIR ninguém pode ser avisado. Peça ao suporte para ligar o webhook MESSAGES_UPSERT; depois, "
            "uma mensagem recebida no WhatsApp da loja basta.",
        ),
        Requirement(
            "owner", bool(terms.owners), "Um dono que a Aurora pode avisar",
            "Cadastre o WhatsApp de um dono e ative a Aurora para ele: é quem responde PARE.",
        ),
    ]  # fmt: skip
