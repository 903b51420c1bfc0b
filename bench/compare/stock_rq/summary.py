"""The daily summary of a business: three reads and a text, request for request what the Node version does."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from supabase import Client


def daily_summary(supabase: Client, organization_id: str, timezone: str) -> tuple[str, dict[str, Any]]:
    """The text of today's summary (the business's own day) and the figures that its record keeps."""
    zone = ZoneInfo(timezone)
    today = dt.datetime.now(zone).date()
    first, last = (dt.datetime.combine(day, dt.time(), zone).isoformat() for day in (today, today + dt.timedelta(1)))
    bookings = (
        supabase.table("bookings")
        .select("id, start_time, status, price, services(name, price), pets(name)", count="exact")  # type: ignore[arg-type]
        .eq("organization_id", organization_id).gte("start_time", first).lt("start_time", last)
        .order("start_time").order("id").execute()
    )  # fmt: skip
    new_clients = (
        supabase.table("contacts").select("id", count="exact", head=True)  # type: ignore[arg-type]
        .eq("organization_id", organization_id).gte("created_at", first).lt("created_at", last).execute()
    )  # fmt: skip
    pending = (
        supabase.table("bookings").select("id", count="exact", head=True)  # type: ignore[arg-type]
        .eq("organization_id", organization_id).eq("status", "pending").gte("start_time", first).execute()
    )  # fmt: skip
    figures = {"bookings": bookings.count, "new_clients": new_clients.count, "pending": pending.count}
    return _compose(bookings.data, figures, zone), figures


def _compose(bookings: list[Any], figures: dict[str, Any], zone: ZoneInfo) -> str:
    completed = [booking for booking in bookings if booking["status"] == "completed"]
    prices = (b["price"] if b["price"] is not None else (b["services"] or {}).get("price") for b in completed)
    revenue = f"{sum(float(price or 0) for price in prices):,.2f}".translate(str.maketrans(",.", ".,"))
    return "\n".join([
        "Olá! Aqui está o resumo do seu dia 📊", "",
        f"🎉 Agendamentos: {figures['bookings']}", f"💰 Receita: R$ {revenue}",
        f"👥 Novos clientes: {figures['new_clients']}", f"⏳ Pendentes: {figures['pending']}", "",
        "Destaques de hoje:", *(_highlight(booking, zone) for booking in completed[:5]), "",
        "Ótimo trabalho! Continue assim! 🚀",
    ])  # fmt: skip


def _highlight(booking: dict[str, Any], zone: ZoneInfo) -> str:
    at = dt.datetime.fromisoformat(booking["start_time"]).astimezone(zone)
    pet, service = (booking["pets"] or {}).get("name", "Pet"), (booking["services"] or {}).get("name", "Serviço")
    return f"- {pet} - {service} às {at:%H:%M}"
