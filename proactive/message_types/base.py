"""The definition of a message type: everything that differs between types, in one value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from uuid import uuid4
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from proactive.message_types.offering import Offering
from proactive.model.facts import Facts
from proactive.text.layout import Layout


class MessageData(BaseModel):
    """Base of the parameters that a job of a type carries; as it stands, for a type that takes none.

    Fields are given in camelCase or snake_case; an unknown one is refused.
    """

    model_config = ConfigDict(
        extra="forbid", alias_generator=to_camel, populate_by_name=True, str_strip_whitespace=True
    )


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt says how the scripts take a parameter; it annotates a field of `MessageData`.

    `option` and `metavar` are the command line's, `help` explains it. `question` is asked on a terminal where the
    parameter is missing; `choices` are the words for the values of an enum.
    """

    option: str
    metavar: str
    help: str
    question: str
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SpokenName:
    """What owners and Aurora call a type when they talk about it: `o` `resumo do dia`, in short `resumo`."""

    article: Literal["o", "a", "os", "as"]
    name: str
    short: str

    @property
    def with_article(self) -> str:
        """The name as a sentence has it: `o resumo do dia`."""
        return f"{self.article} {self.name}"

    @property
    def plural(self) -> bool:
        """Whether it is several: `os aniversários chegam`."""
        return self.article in ("os", "as")


@dataclass(frozen=True, slots=True)
class MessageType:
    """A kind of message that Aurora writes.

    `name` is `message_type` in the records and the API, and names the type's job, template and database function.
    `cron` is in each organisation's local time; None where only people ask for it. `latest` is the last local time that
    an owner may choose in place of the cron's, None where later would be worse; `spoken` is what owners call it, None
    where it cannot be chosen by answering Aurora. `unconditional` says that every
    owner gets it at every run, whatever the facts are (its absence alarms operators). `once_a_day` says that an
    occurrence is a local date of the organisation; where it is False, an occurrence is a campaign. `lifetime` is how
    long after its due moment a message may still go out; None means until the end of that local day.
    `waits_for_quiet_hours` says that a message which comes in quiet hours waits for their end instead of failing,
    `at_any_hour` that it minds none. `asked_for_by_hand` says that people may ask for one; the others are made by what
    happens (an owner's reply, a campaign), and no form, script or endpoint offers them.
    `condition` says in Portuguese what the facts of the day have to say for it to go out; None where they decide
    nothing. It goes out only if one of the days `needs_open` (so many days ahead) is open, a doubtful one only where it
    is not `surely_open`; `rests_on_closed_days` says that a business may have none on days on which it is closed.
    `offering` is what its messages offer to do for clients; None where they offer nothing.
    `label`, `figure_labels` and `code_labels` are Portuguese, for pages: the type, its figures, codes among these.
    """

    name: str
    label: str
    facts: type[Facts]
    layout: Layout
    cron: str | None = None
    latest: dt.time | None = None
    spoken: SpokenName | None = None
    data: type[MessageData] = MessageData
    unconditional: bool = False
    once_a_day: bool = True
    lifetime: dt.timedelta | None = None
    waits_for_quiet_hours: bool = False
    at_any_hour: bool = False
    asked_for_by_hand: bool = True
    condition: str | None = None
    needs_open: tuple[int, ...] = ()
    surely_open: bool = False
    rests_on_closed_days: bool = False
    offering: Offering | None = None
    figure_labels: Mapping[str, str] = field(default_factory=dict)
    code_labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def job(self) -> str:
        """The dotted name of its job, as RQ and rq-dashboard show it."""
        return f"proactive.jobs.{self.name}.run"

    @property
    def usual_time(self) -> dt.time | None:
        """The local time at which it goes out where nobody chose another; None where only people ask for it.

        A cron has one run a day at most: its minute and hour are numbers.
        """
        if self.cron is None:
            return None
        minute, hour = self.cron.split()[:2]
        return dt.time(int(hour), int(minute))

    @property
    def prompts(self) -> dict[str, Prompt]:
        """The prompt of each parameter that has an option of its own, by the parameter's name."""
        return {
            name: prompt
            for name, parameter in self.data.model_fields.items()
            for prompt in parameter.metadata
            if isinstance(prompt, Prompt)
        }

    def new_key(self, due: dt.datetime, zone: ZoneInfo) -> str:
        """The key of the occurrence that somebody asks for at the aware instant `due`, by the clocks of `zone`.

        The local date; where the type is not once a day, the id of a new campaign.
        """
        return due.astimezone(zone).date().isoformat() if self.once_a_day else str(uuid4())

    @property
    def needs_data(self) -> bool:
        """Whether some parameter has no default."""
        return any(parameter.is_required() for parameter in self.data.model_fields.values())
