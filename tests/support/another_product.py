"""The product of examples/another-product in the place of ours: its tables, its rows, the views over them."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import psycopg
from psycopg import sql

from tests.support.asking import Shop
from tests.support.oracle import Row, Rows

EXAMPLE = Path(__file__).parents[2] / "examples" / "another-product"
#: Our tables in the order of the numbers that the views give them.
KINDS = {
    name: number
    for number, name in enumerate(
        ("organizations", "owner_numbers", "whatsapp_instances", "services", "contacts", "pets", "bookings"), 1
    )
}
_POINTS_AT = {
    "organization_id": "organizations", "contact_id": "contacts", "pet_id": "pets", "service_id": "services",
}  # fmt: skip
_WORDS = {
    "pending": "MARCADO", "confirmed": "OK_CLIENTE", "in_progress": "ATENDENDO", "completed": "FINALIZADO",
    "cancelled": "DESMARCADO", "no_show": "FALTOU",
}  # fmt: skip
_STATES = {"connected": 3, "connecting": 2, "qr_pending": 1, "disconnected": 4, "logged_out": 5}
_TIME = re.compile(r"[0-2]\d:\d\d")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def uuid_of(kind: int, number: int) -> UUID:
    """What aurora_id answers: the number in the first eight and the last eight digits, the kind between."""
    digits = f"{number & 0xFFFFFFFFFFFFFFFF:016x}"
    return UUID(f"{digits[:8]}-{kind:04x}-8000-8000-0000{digits[8:]}")


def number_of(id_: UUID | None) -> int | None:
    """The number that stands in such a UUID."""
    return None if id_ is None else int(id_.hex[:8] + id_.hex[-8:], 16)


def renumbered(rows: Rows) -> Rows:
    """The same rows under the ids that the views will give them, what the other product cannot write left out."""
    ids = {
        table: {row["id"]: uuid_of(kind, 10 + place) for place, row in enumerate(getattr(rows, table))}
        for table, kind in KINDS.items()
    }
    made = Rows()
    for table in KINDS:
        for row in getattr(rows, table):
            known = {name: ids[of].get(row[name]) for name, of in _POINTS_AT.items() if name in row}
            getattr(made, table).append(_representable(row | known | {"id": ids[table][row["id"]]}))
    return made


def _representable(row: Row) -> Row:
    changed = dict(row)
    if "phone" in row and not (row["phone"] or "").isdecimal():
        changed["phone"] = None
    elif "phone" in row:
        changed["phone"] = f"({row['phone'][:2]}) {row['phone'][2:]}"
    if row.get("name") == "":
        changed["name"] = None
    if isinstance(row.get("price"), Decimal) and row["price"].is_nan():
        changed["price"] = None
    ends = isinstance(row.get("end_time"), dt.datetime) and isinstance(row.get("start_time"), dt.datetime)
    if "end_time" in row and not ends:
        changed["end_time"] = None
    if "birthday" in row and isinstance(row["birthday"], str):
        changed["birthday"] = None
    if isinstance(row.get("business_hours"), dict):
        changed["business_hours"] = _hours(row["business_hours"])
    elif "business_hours" in row:
        changed["business_hours"] = None
    return changed


def _hours(hours: dict[str, Any]) -> dict[str, Any] | None:
    """What rows of times can say: the intervals of each day, in their order, and no day without one."""
    kept = {day: sorted(filter(_is_interval, _listed(hours.get(day)))) for day in _DAYS}
    return {day: intervals for day, intervals in kept.items() if intervals} or None


def _listed(intervals: object) -> list[Any]:
    return intervals if isinstance(intervals, list) else []


def _is_interval(each: object) -> bool:
    return isinstance(each, list) and [type(text) for text in each] == [str, str] and all(map(_TIME.fullmatch, each))


def stand_in(database: psycopg.Connection[Any]) -> None:
    """Put our product's tables aside and the other product with its views in their place."""
    database.execute("create schema aside")
    for table in KINDS:
        database.execute(sql.SQL("alter table public.{} set schema aside").format(sql.Identifier(table)))
    for file in ("tables.sql", "views.sql"):
        database.execute((EXAMPLE / file).read_bytes())


def take_away(database: psycopg.Connection[Any]) -> None:
    """Undo `stand_in`, in one transaction."""
    with database.transaction():
        for table in reversed(KINDS):
            database.execute(sql.SQL("drop view public.{}").format(sql.Identifier(table)))
        database.execute(
            "drop table agenda, animais, conversas, tutores, catalogo, aparelhos, usuarios, horarios, lojas"
        )
        database.execute("drop type situacao_agenda")
        database.execute("drop function aurora_id, aurora_id_of")
        for table in KINDS:
            database.execute(sql.SQL("alter table aside.{} set schema public").format(sql.Identifier(table)))
        database.execute("drop schema aside")


def write(database: psycopg.Connection[Any], rows: Rows) -> None:
    """Insert renumbered rows as the other product has them."""
    zones = {row["id"]: row["timezone"] for row in rows.organizations}
    for row in rows.organizations:
        _insert(database, "lojas", id=number_of(row["id"]), nome_fantasia=row["name"], fuso=row["timezone"])
        for day, intervals in (row["business_hours"] or {}).items():
            for opens, closes in intervals:
                _insert(
                    database, "horarios", loja_id=number_of(row["id"]), dia_semana=_DAYS.index(day), abre=opens,
                    fecha=closes,
                )  # fmt: skip
    for row in rows.owner_numbers:
        _insert(database, "usuarios", **_of(row), papel="dono", **_person(row, "celular"))
    for row in rows.whatsapp_instances:
        _insert(database, "aparelhos", **_of(row), sessao=row["instance_name"], estado=_STATES[row["status"]])
    for row in rows.services:
        minutes = dt.timedelta(minutes=row["duration_minutes"])
        _insert(
            database, "catalogo", **_of(row), titulo=row["name"], preco_centavos=_cents(row["price"]), duracao=minutes
        )
    for row in rows.contacts:
        blocked, since = row["status"] == "blocked", _utc(row["created_at"])
        _insert(database, "tutores", **_of(row), bloqueado=blocked, cadastrado_em=since, **_person(row, "telefone"))
        if row["last_contact_at"] is not None:
            _insert(database, "conversas", tutor_id=number_of(row["id"]), em=_utc(row["last_contact_at"]))
            _insert(database, "conversas", tutor_id=number_of(row["id"]), em="-infinity")
    for row in rows.pets:
        died = None if row["is_active"] else dt.date(2026, 1, 1)
        _insert(
            database, "animais", id=number_of(row["id"]), tutor_id=number_of(row["contact_id"]), apelido=row["name"],
            nascimento=row["birthday"], falecido_em=died,
        )  # fmt: skip
    for row in rows.bookings:
        start, end, zone = row["start_time"], row["end_time"], zones[row["organization_id"]]
        _insert(
            database, "agenda", **_of(row), tutor_id=number_of(row["contact_id"]), animal_id=number_of(row["pet_id"]),
            servico_id=number_of(row["service_id"]), inicio=_local(start, zone),
            minutos=None if end is None else int((end - start).total_seconds() // 60),
            situacao=_WORDS[row["status"]], valor_centavos=_cents(row["price"]), criada_em=_utc(row["created_at"]),
        )  # fmt: skip


def _of(row: Row) -> Row:
    return {"id": number_of(row["id"]), "loja_id": number_of(row["organization_id"])}


def _person(row: Row, column: str) -> Row:
    first, _, last = (row["name"] or "").partition(" ")
    phone = row["phone"]
    return {
        "nome": first or None, "sobrenome": last or None, "ddd": phone and phone[1:3], column: phone and phone[5:],
    }  # fmt: skip


def _cents(price: Any) -> int | None:
    return None if price is None else int(Decimal(price) * 100)


def _utc(moment: Any) -> Any:
    return moment.astimezone(dt.UTC).replace(tzinfo=None) if isinstance(moment, dt.datetime) else moment


def _local(moment: Any, zone: str) -> Any:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if isinstance(moment, dt.datetime) else moment


def _insert(database: psycopg.Connection[Any], table: str, **row: Any) -> None:
    statement = sql.SQL("insert into public.{} ({}) values ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(map(sql.Placeholder, row)),
    )
    database.execute(statement, row)


def busy_shop(now: dt.datetime, instance: str) -> Shop:
    """A business with something to say for every type, that sends from an instance."""
    shop = Shop(now, business_hours={day: [["08:00", "18:00"]] for day in _DAYS})
    shop.rows.whatsapp_instances.append(
        {"id": uuid4(), "organization_id": shop.organization, "instance_name": instance, "status": "connected"}
    )
    bath = shop.service("Banho", "50.00")
    today = now.astimezone(ZoneInfo("America/Sao_Paulo")).date()
    for number in range(3):
        client = shop.client(name=f"Maria {number}", last_contact_at=now - dt.timedelta(days=60))
        pet = shop.pet(client, f"Rex {number}", birthday=today.replace(year=2020))
        for visit in range(6):
            start = now - dt.timedelta(days=20 + 7 * visit)
            shop.booking(start, contact_id=client, pet_id=pet, service_id=bath, status="completed")
    shop.booking(now - dt.timedelta(minutes=1), service_id=bath)
    return shop
