"""The search for messages: the filters of the list, of its table for spreadsheets, and of sending many again."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from proactive.message_types.registry import TypeName
from proactive.model.failure_reasons import FailureReason
from proactive.model.metrics import DeliveryState
from proactive.records.queries import MessageFilter
from proactive.web.pages.page_query import FormOrganization, PeriodQuery, none_if_empty
from proactive.web.pages.scope import Scope

_SearchedId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:@-]{1,80}$")]
_SearchedWords = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]{2,80}$")]
_PhoneEnd = Annotated[str, StringConstraints(pattern=r"^[0-9]{2,4}$")]


def _phone_end(value: object) -> object:
    """The digits of what was typed; a whole number stays one, and is refused."""
    return re.sub(r"[^0-9]", "", value) or None if isinstance(value, str) else value


class MessageSearch(PeriodQuery):
    """The filters of the list; `antes` and `antes_id` are the last row of the page before."""

    tipo: Annotated[TypeName | None, BeforeValidator(none_if_empty)] = None
    situacao: Annotated[Literal["sent", "failed", "pending"] | None, BeforeValidator(none_if_empty)] = None
    entrega: Annotated[DeliveryState | None, BeforeValidator(none_if_empty)] = None
    motivo: Annotated[FailureReason | None, BeforeValidator(none_if_empty)] = None
    organizacao: FormOrganization = None
    dono: Annotated[_SearchedWords | None, BeforeValidator(none_if_empty)] = None
    telefone: Annotated[_PhoneEnd | None, BeforeValidator(_phone_end)] = None
    texto: Annotated[_SearchedWords | None, BeforeValidator(none_if_empty)] = None
    instancia: Annotated[_SearchedWords | None, BeforeValidator(none_if_empty)] = None
    resposta: Annotated[Literal["sim"] | None, BeforeValidator(none_if_empty)] = None
    demora: Annotated[Annotated[int, Field(ge=0, le=1_000_000)] | None, BeforeValidator(none_if_empty)] = None
    id: Annotated[_SearchedId | None, BeforeValidator(none_if_empty)] = None

    def filter(self, scope: Scope, now: dt.datetime) -> MessageFilter:
        """The filter of the messages that a page of that scope shows at `now` (aware); days are the scope's."""
        return MessageFilter(
            scope.organization, self.tipo, self.situacao, *self.midnights(scope.zone), self.id,
            self.entrega, self.dono, self.telefone, self.texto, self.motivo, self.instancia,
            self.resposta is not None, self.demora,
        ).bounded(now)  # fmt: skip
