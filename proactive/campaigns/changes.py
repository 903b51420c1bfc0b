"""The changes that an owner asks for: another text, another audience. What is not clear is asked, never guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from proactive.campaigns.client_message import LONGEST, SHORTEST, unknown_braces
from proactive.campaigns.conversation_view import CampaignView
from proactive.campaigns.free_hours import with_percent_in_hour_texts, without_hour_texts
from proactive.campaigns.freezing import AudienceClient, changed_audience, percentages, with_percent
from proactive.replies.normalisation import normalise
from proactive.replies.readings import Kind, Reading
from proactive.text.names import Names
from proactive.text.sanitize import clean_text

_MOST_PERCENT, _ASKED_FROM, _WHOLE = 90, 50, 100
#: So many clients of one name are told apart by number.
_CHOICES = 20


@dataclass(frozen=True, slots=True)
class ChangeProblem:
    """What has to be asked before a change can be made: the values of the clarification, and (`wants`) what its message
    keeps, so that the answer is understood."""

    values: dict[str, Any]
    wants: dict[str, Any] | None = None


def apply_change(
    campaign: CampaignView, reading: Reading, audience: Sequence[AudienceClient], written: str = ""
) -> tuple[str, dict[str, Any]] | ChangeProblem:
    """The text and the audience's rule after a change, or what has to be asked first. `written` is the reply, as it
    was written."""
    text, rule = campaign.text or "", dict(campaign.audience)
    if reading.kind is Kind.NEW_TEXT:
        return new_text(reading.text, without_hour_texts(rule))
    if reading.kind is Kind.PERCENT:
        return _percent(text, reading, rule)
    if reading.kind is Kind.FIRST:
        # from then on the audience only shrinks: the first n are these
        first = [str(client.contact_id) for client in audience if client.reason is None][: reading.count]
        return text, changed_audience(rule, reading, first)
    if reading.kind in (Kind.ONLY, Kind.EXCEPT):
        found = _named(reading, audience, written)
        return found if isinstance(found, ChangeProblem) else (text, changed_audience(rule, reading, found))
    return text, changed_audience(rule, reading)


def new_text(written: str, rule: dict[str, Any]) -> tuple[str, dict[str, Any]] | ChangeProblem:
    """A text as somebody wrote it, made usable, or what is wrong with it; the rule as it is."""
    text = clean_text(written) or ""
    unknown = unknown_braces(text)
    if unknown:
        return ChangeProblem({"asks": "text", "problem": "braces", "name": unknown[0]})
    if not SHORTEST <= len(text) <= LONGEST:
        return ChangeProblem({"asks": "text", "problem": "length", "length": len(text)})
    return text, rule


def _percent(text: str, reading: Reading, rule: dict[str, Any]) -> tuple[str, dict[str, Any]] | ChangeProblem:
    found, percent = percentages(text), reading.count
    if not found:
        return ChangeProblem({"asks": "percent", "problem": "none"})
    if len(found) > 1:
        return ChangeProblem({"asks": "percent", "problem": "several", "choices": found})
    if _ASKED_FROM < percent <= _WHOLE and not reading.sure:
        return ChangeProblem({"asks": "percent", "problem": "much", "percent": percent})
    if not 1 <= percent <= _MOST_PERCENT:
        return ChangeProblem({"asks": "else"})
    return with_percent(text, percent), with_percent_in_hour_texts(rule, percent)


def _named(reading: Reading, audience: Sequence[AudienceClient], written: str) -> list[str] | ChangeProblem:
    """The clients of the audience who are called so: each name has to mean one, or those that were chosen."""
    found: list[str] = []
    for name in reading.names:
        called = [client for client in audience if _is_called(client, name)]
        if not called:
            return ChangeProblem({"asks": "who", "name": _as_written(name, written)})
        meant = [each for each in called if str(each.contact_id) in reading.chosen] or called
        if len(meant) > 1 and len(meant) == len(called) and not _all_chosen(meant, reading):
            shown = called[:_CHOICES]
            wants = {
                "kind": str(reading.kind), "name": name, "names": list(reading.names), "chosen": list(reading.chosen),
                "choices": [str(each.contact_id) for each in shown],
            }  # fmt: skip
            described = [_described(each) for each in shown]
            return ChangeProblem({"asks": "who", "name": called_as(called[0], name), "choices": described}, wants)
        found += [str(each.contact_id) for each in meant]
    return found


def called_as(client: AudienceClient, name: str) -> str:
    """The name by which somebody meant a client (`joao`), as the client is called: `João`."""
    words = (Names().client(client.name) or name.title()).split()
    return " ".join(words[: len(name.split())])


def _as_written(name: str, written: str) -> str:
    """A name of a reply with the accents that it was written with: `Zezé`."""
    words, said = re.findall(r"[^\W\d_]+", written), name.split()
    for place in range(len(words) - len(said) + 1):
        found = " ".join(words[place : place + len(said)])
        if normalise(found, lambda _: False).whole == name:
            return found.title()
    return name.title()


def _all_chosen(clients: Sequence[AudienceClient], reading: Reading) -> bool:
    return all(str(each.contact_id) in reading.chosen for each in clients)


def _is_called(client: AudienceClient, name: str) -> bool:
    words = normalise(client.name or "", lambda word: False).whole.split()
    said = name.split()
    if len(said) == 2 and len(said[1]) == 1:  # `Ana P.`, as two of a name are told apart
        return words[:1] == said[:1] and len(words) > 1 and words[-1].startswith(said[1])
    return words[: len(said)] == said or (len(said) == 1 and words[:1] == said)


def _described(client: AudienceClient) -> str:
    """`Ana C. (Max)`: enough to tell two of a name apart."""
    words = (Names().client(client.name) or "Cliente").split()
    last = f" {words[-1][0]}." if len(words) > 1 else ""
    pet = Names().pet(client.pets[0].name) if client.pets else None
    return f"{words[0]}{last}{f' ({pet})' if pet else ''}"
