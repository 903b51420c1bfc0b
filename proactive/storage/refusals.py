"""What Supabase's refusals mean: a sentence for each code that operators can meet, and whether it is for good.

Codes are PostgreSQL's (five signs), PostgREST's (`PGRST...`), or, where a gateway or proxy answered before them, the
HTTP status. Supabase's own words are never repeated: they may quote what was written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from proactive.errors import RecordRefused, SupabaseError

#: Impossible data, broken integrity, too much of it; a body that PostgREST or a proxy will never take.
_PERMANENT = re.compile(r"22...|23...|54...|PGRST102|413")

_KEY = "set SUPABASE_SERVICE_ROLE_KEY to the project's secret key (sb_secret_...) or its service_role key"
_MIGRATE = "run `aurora migrate`, which applies the migrations that are missing"
_DOCTOR = "`aurora doctor` names the product's tables and columns that are missing or of another type"
_BUSY = "it is busy or starts again, and this is tried again by itself"

#: The first that fits the whole code decides.
_MEANINGS: Mapping[str, str] = MappingProxyType({
    "401|PGRST30[0-3]": f"Supabase does not take the key: {_KEY}",
    "403": f"Supabase, or something before it, forbids it: {_KEY}, and look at the project's network restrictions",
    "42501": f"the key's role may not do this: {_KEY} (not the anon or publishable one); with that key, {_MIGRATE}",
    "PGRST202|PGRST203|42883": f"the database lacks a function of ours, or has an older one: {_MIGRATE}",
    "PGRST20[015]|42P01|3F000": f"a table is missing: {_MIGRATE}; {_DOCTOR}",
    "42703|PGRST204": f"a column is missing: {_DOCTOR}; {_MIGRATE}",
    "42804|42846|42P18|42P13": f"a column is of another type than ours: {_DOCTOR}",
    "PGRST106": "the API does not show the schema public: add it to the exposed schemas in the project's API settings",
    "PGRST1(?:17|25|26)|404|405": "SUPABASE_URL leads to something else: it should be https://<project>.supabase.co",
    "PGRST00[0-2]": "Supabase's API does not reach its database: look whether the project is paused or restarting",
    "540": "the project is paused: restore it in Supabase's dashboard",
    "402": "the project is over its plan's limits: look at its usage in Supabase's dashboard",
    "429": "Supabase takes no more requests for now: it is tried again by itself",
    "23503": "it refers to an organisation, an owner or a message that does not exist (any more)",
    "23505": "there is one like it already",
    "23...": "the database's constraints do not allow it: `aurora migrate` makes ours what they should be",
    "22...": "a value of it is impossible, such as a date that does not exist",
    "PGRST102|413": "it is too large, or not what the API takes",
    "54...": "it is too large",
    "57014|504|PGRST003|408": "it took longer than Supabase allows: the database is busy, or lacks an index",
    "53100|25006": "the database is read-only, as it is when its disk is full: look at Supabase's dashboard",
    "53...|57P0.|08...|40...|55P03|50[23]|52.": _BUSY,
    "28...|3D000": "the API's own connection to its database is refused: look at Supabase's dashboard",
    "P0...": "a trigger or function of the database refuses it: its own log says which",
    "XX...|500": "Supabase failed by itself: its log in the dashboard says why",
    "42...": f"the database is not as the worker expects it: {_DOCTOR}; {_MIGRATE}",
    "PGRST...": f"Supabase's API does not understand it: {_MIGRATE}, and use a PostgREST of version 12 or newer",
    "3..": "SUPABASE_URL redirects: set it to the address that answers",
    "5..": "Supabase, or a proxy before it, fails: look at its status page",
})  # fmt: skip


def refusal(name: str, code: str | None, status: int | None) -> SupabaseError:
    """The error of a refused function or table: RecordRefused where trying again is useless.

    `code` is what the answer named, None where it named none: then its HTTP `status` says what there is to know.
    """
    said = code or (str(status) if status else "unknown")
    kind = RecordRefused if _PERMANENT.fullmatch(said) else SupabaseError
    sentence = meaning_of(said)
    return kind(f"{name} was refused: code {said}" + (f": {sentence}" if sentence else ""), answered=True)


def meaning_of(code: str) -> str | None:
    """What a code means and what to do, in a sentence without its full stop; None for one that nobody knows."""
    return next((sentence for pattern, sentence in _MEANINGS.items() if re.fullmatch(pattern, code)), None)
