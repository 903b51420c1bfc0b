"""The settings of the breaker: when what WhatsApp answers stops an instance (gateways/breaker.py)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field


class BreakerSettings(BaseModel):
    """Part of `Settings`: messages (`breaker_window`, `..._refusals`, `..._silences`), seconds, hours."""

    breaker_window: Annotated[int, Field(ge=3, le=30)] = 10
    breaker_refusals: Annotated[int, Field(ge=1, le=30)] = 3
    breaker_silences: Annotated[int, Field(ge=1, le=30)] = 3
    breaker_patience: Annotated[float, Field(ge=30, le=3600)] = 120.0
    breaker_known_hours: Annotated[float, Field(gt=0, le=24 * 7)] = 1.0
    breaker_new_hours: Annotated[float, Field(gt=0, le=24 * 31)] = 24.0
