"""Whom a campaign reaches once more, from the specification's sentences: plain Python over lists of rows, no SQL.

Slow and obvious on purpose: the audience in its order, the first reason of who is left out, who receives what.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.support.oracle import Business, Row, Rows

LAST_LINE = "Não quer receber promoções? Responda SAIR."
#: The most messages of a day, by level.
CAPS = (20, 40, 60, 80, 120, 160, 200)
_FIXED_HOLIDAYS = {(1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (11, 20), (12, 25)}


@dataclass
class Ours:
    """The rows of our own tables, and the key of each phone that is written somewhere (none: it is no number)."""

    keys: dict[str | None, str | None] = field(default_factory=dict)
    settings: Row = field(default_factory=dict)
    opt_outs: list[Row] = field(default_factory=list)
    consents: list[Row] = field(default_factory=list)
    heard: dict[str, dt.datetime] = field(default_factory=dict)
    written: list[Row] = field(default_factory=list)
    level: int = 3
    used: int = 0


@dataclass
class Expected:
    """What freezing has to give."""

    reasons: list[tuple[UUID, str | None]]
    left_out: dict[str, int]
    recipients: list[Row]


class Audience:
    """The audience of one organisation's campaign at one moment. `pause` of a same-day offer is the day's end."""

    def __init__(self, rows: Rows, organization: UUID, now: dt.datetime, ours: Ours) -> None:
        self.business = Business(rows, organization, now, {})
        self.now, self.ours = now, ours
        owners = [row for row in rows.owner_numbers if row["organization_id"] == organization]
        instances = [row for row in rows.whatsapp_instances if row["organization_id"] == organization]
        self.own = {self.key(row["phone"]) for row in owners} | {self.key(row["phone_number"]) for row in instances}
        self.outs = [o for o in ours.opt_outs if o["until"] is None or o["until"] > now]

    def key(self, phone: str | None) -> str | None:
        return self.ours.keys[phone]

    def members(self, rule: Row) -> list[Row]:
        """The clients that the rule names, in the message's order, the blocked ones too."""
        b = self.business
        everybody = list(b.contacts.values())
        if "birthday_on" in rule:
            day = dt.date.fromisoformat(rule["birthday_on"])
            pets = sorted(self.celebrating(day), key=lambda pet: (pet["name"], pet["id"]))
            order = list(dict.fromkeys(pet["contact_id"] for pet in pets))
            found = [b.contacts[id_] for id_ in order if id_ in b.contacts]
        elif "clients" in rule:
            found = [b.contacts[UUID(id_)] for id_ in rule["clients"] if UUID(id_) in b.contacts]
        elif rule["audience"] == "all":
            found = b.ranked(everybody)
        elif rule["audience"] == "vip":
            found = b.ranked([c for c in everybody if b.vip(c)])
        else:
            found = b.ranked([c for c in everybody if b.inactive(c, rule.get("days", 30))])
        found = [c for c in found if "only" not in rule or str(c["id"]) in rule["only"]]
        return [c for c in found if str(c["id"]) not in rule.get("except", ())]

    def celebrating(self, day: dt.date) -> list[Row]:
        def celebrates(born: dt.date | None) -> bool:
            if born is None or born > day:
                return False
            if (born.month, born.day) == (2, 29) and not _leap(day.year):
                return (day.month, day.day) == (2, 28)
            return (born.month, born.day) == (day.month, day.day)

        return [pet for pet in self.business.pets.values() if pet["is_active"] and celebrates(pet["birthday"])]

    def pets(self, client: Row, rule: Row) -> list[Row]:
        """The pets that a message to the client names: active ones (birthdays: the day's), none that died."""
        pets = list(self.business.pets.values())
        if "birthday_on" in rule:
            pets = self.celebrating(dt.date.fromisoformat(rule["birthday_on"]))
        dead = {o["key"] for o in self.outs}
        mine = [p for p in pets if p["contact_id"] == client["id"] and p["is_active"] and f"pet:{p['id']}" not in dead]
        return sorted(mine, key=lambda pet: (pet["name"], pet["id"]))

    def freeze(self, campaign: UUID, rule: Row, text: str, until: dt.datetime, *, same_day: bool) -> Expected:
        reasons: list[tuple[UUID, str | None]] = []
        groups: dict[str, list[Row]] = defaultdict(list)
        members = self.members(rule)
        blocked = {self.key(c["phone"]) for c in members if c["status"] == "blocked"}
        alone = {c["id"]: self.alone(c, blocked) for c in members}
        for client in members:
            key = self.key(client["phone"])
            if alone[client["id"]] is None and key is not None:
                groups[key].append(client)
        for client in members:
            reason = alone[client["id"]]
            if reason is None:
                group = groups[str(self.key(client["phone"]))]
                reason = "same_phone" if group[0] is not client else self.reason(campaign, group, rule)
            reasons.append((client["id"], reason))
        heads = [next(g for g in groups.values() if g[0]["id"] == id_) for id_, reason in reasons if reason is None]
        left_out = Counter(reason for _, reason in reasons if reason)
        kept = self.fitting([self.warmth(group) for group in heads], until, same_day=same_day)
        if len(kept) < len(heads):
            left_out["beyond_life"] = len(heads) - len(kept)
        recipients = [self.recipient(heads[place], rule, text) for place in kept]
        return Expected(reasons, dict(left_out), recipients)

    def alone(self, client: Row, blocked: set[str | None]) -> str | None:
        key = self.key(client["phone"])
        if client["status"] == "blocked":
            return "blocked"
        if key is None:
            return "no_phone"
        if key in self.own:
            return "own_number"
        return "blocked" if key in blocked else None

    def unreached(self) -> set[UUID]:
        """The clients whom no message of an owner counts or names."""
        people: dict[Any, list[Row]] = defaultdict(list)
        for client in self.business.contacts.values():
            people[self.key(client["phone"]) or client["id"]].append(client)
        return {client["id"] for group in people.values() if self.stays_out(group, {}) for client in group}

    def dead(self) -> set[UUID]:
        """The pets that died."""
        return {UUID(out["key"].removeprefix("pet:")) for out in self.outs if out["key"].startswith("pet:")}

    def stays_out(self, group: list[Row], rule: Row) -> str | None:
        """Why people of one phone want no message like that."""
        key, ids = self.key(group[0]["phone"]), {c["id"] for c in group}
        consented = self.consented(str(key))
        for out in self.outs:
            moved = self.business.contacts.get(out["contact_id"])
            mine = out["key"] == key or out["contact_id"] in ids or (moved and key and self.key(moved["phone"]) == key)
            if out["level"] in ("sure", "probable") and mine:
                return "opted_out"
        if any(o["level"] == "block_list" and o["key"] == key for o in self.outs) and not consented:
            return "on_block_list"
        luto = [o for o in self.outs if o["level"] == "luto"]
        theirs = {f"pet:{p['id']}" for p in self.business.pets.values() if p["contact_id"] in ids}
        if any(o["key"] in {f"contact:{id_}" for id_ in ids} for o in luto):
            return "mourning"
        if not any(self.pets(c, rule) for c in group) and any(
            o["key"] in theirs or o["contact_id"] in ids for o in luto
        ):
            return "mourning"
        return None

    def reason(self, campaign: UUID, group: list[Row], rule: Row) -> str | None:
        if wish := self.stays_out(group, rule):
            return wish
        key = self.key(group[0]["phone"])
        consented = self.consented(str(key))
        if self.ours.settings["legal_basis"] == "consent" and not consented:
            return "no_consent"
        if self.warmth(group) == "cold" and not consented:
            return "never_talked"
        written = [w for w in self.ours.written if w["phone_key"] == key]
        sent = [w["at"] for w in written if w["campaign_id"] != campaign and w["counts"]]
        if any(self.now - at < dt.timedelta(days=7) for at in sent):
            return "recent_message"
        if sum(self.now - at < dt.timedelta(days=30) for at in sent) >= 3:
            return "recent_message"
        last = sorted((w for w in written if w["status"] == "sent"), key=lambda w: w["at"], reverse=True)[:2]
        silent = [w for w in last if not w["delivered"] and self.now - w["at"] > dt.timedelta(days=7)]
        return "unreachable" if len(silent) == 2 else None

    def consented(self, key: str) -> bool:
        words = [
            c["kind"] for c in self.ours.consents
            if c["phone_key"] == key and c["kind"] in ("given", "withdrawn", "objection")
        ]  # fmt: skip
        return bool(words) and words[-1] == "given"

    def warmth(self, group: list[Row]) -> str:
        heard = self.ours.heard.get(str(self.key(group[0]["phone"])))
        if heard is not None and self.now - heard < dt.timedelta(days=28):
            return "warm"
        return "cool" if heard is not None or any(c["last_contact_at"] for c in group) else "cold"

    def fitting(self, warmths: list[str], until: dt.datetime, *, same_day: bool) -> list[int]:
        """The places of those who fit into the caps until then: half of each day's for who has not written lately."""
        cap, room, cool = CAPS[self.ours.level - 1], 0, 0
        for opens, closes in self.windows(same_day=same_day):
            if closes <= self.now or max(opens, self.now) >= until:
                continue
            left = max(cap - (self.ours.used if self.business.local(opens).date() == self.business.today else 0), 0)
            room, cool = room + left, cool + min(cap // 2, left)
        kept = []
        for place, warmth in enumerate(warmths):
            if room > 0 and (warmth == "warm" or cool > 0):
                kept.append(place)
                room, cool = room - 1, cool - (warmth != "warm")
        return kept

    def windows(self, *, same_day: bool) -> list[tuple[dt.datetime, dt.datetime]]:
        """When clients may be written to, day by day; a same-day offer ends before its second day is of use."""
        b, found = self.business, []
        for ahead in range(2 if same_day else 60):
            day = b.today + dt.timedelta(days=ahead)
            opens, closes = (b.instant(dt.datetime.combine(day, dt.time(hour))) for hour in (9, 20))
            if not same_day:
                hours = b.openings(day)
                if not hours or day.weekday() == 6 or _holiday(day):
                    continue
                opens, closes = max(opens, hours[0][0]), min(closes, hours[-1][1])
            if opens < closes:
                found.append((opens, closes))
        return found

    def recipient(self, group: list[Row], rule: Row, text: str) -> Row:
        pets = [pet for client in group for pet in self.pets(client, rule)]
        return {
            "phone_key": self.key(group[0]["phone"]),
            "contact_id": str(group[0]["id"]),
            "other_contacts": [str(c["id"]) for c in group[1:]],
            "pets": [str(pet["id"]) for pet in pets],
            "warmth": self.warmth(group),
            "contents": self.contents(group[0]["name"], [pet["name"] for pet in pets], text),
        }

    def contents(self, name: str | None, pets: list[str], text: str) -> set[str]:
        """The texts of which the client gets one."""
        called = re.sub(r"\d", "", (_shown(name).split() or [""])[0])
        named = [shown for shown in map(_shown, pets) if shown]
        body = re.sub(r"\{(\w+)\|(\w+)\}", lambda found: found[2 if len(named) > 1 else 1], text)
        if not called:  # left out, and with it what would be left of it
            body = re.sub(r"^\{nome\}, (\w)", lambda found: found[1].upper(), body).replace(", {nome}", "")
        body = body.replace("{pet}", _joined(named) or "seu pet").replace("{nome}", called)
        business = self.ours.settings["business_name"] or self.business.row["name"]
        greetings = (f"Oi, {called}!", f"Olá, {called}!", f"Oi, {called}, tudo bem?")
        if not called:
            greetings = ("Oi!", "Olá!", "Oi, tudo bem?")
        return {f"{greeting} Aqui é {business} 🐾\n\n{body}\n\n{LAST_LINE}" for greeting in greetings}


def _shown(name: str | None) -> str:
    return " ".join(re.sub(r"[*_~`]", "", name or "").split())


def _joined(names: list[str]) -> str:
    return names[0] if len(names) == 1 else " e ".join([", ".join(names[:-1]), names[-1]]) if names else ""


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _holiday(day: dt.date) -> bool:
    """Brazil's national holidays: fixed ones (20 November since 2024), and Good Friday."""
    if (day.month, day.day) in _FIXED_HOLIDAYS:
        return (day.month, day.day) != (11, 20) or day.year >= 2024
    return day == _easter(day.year) - dt.timedelta(days=2)


def _easter(year: int) -> dt.date:
    """Easter Sunday, by Gauss."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return dt.date(year, month, day + 1)


def leads_to(content: str, listed: list[tuple[str, str | None]]) -> dict[int, tuple[str, Any]]:
    """What the numbered actions of an opportunities message offer, by what can be read in it.

    `listed` are the clients of its list, in its order: id, name. The answer says of each option whom it is for: one
    client called so, or everybody whom no other action names.
    """
    found: dict[int, tuple[str, Any]] = {}
    for number, action in re.findall(r"(?m)^(\d)\. (.*)$", content):
        one = re.fullmatch(r"(Enviar lembrete|Oferecer horário premium) para (\S+)", action)
        if one:
            called = {id_ for id_, name in listed if (_shown(name).split() or [""])[0] == one[2]}
            found[int(number)] = ("one of", called)
        elif action.startswith("Promoção relâmpago"):
            found[int(number)] = ("the others", None)
    return found
