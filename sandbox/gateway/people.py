"""Who writes with whom: the names under which the sandbox shows people, and as which they write."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from sandbox.gateway.incoming import Digits
from sandbox.gateway.memory import Memory

Name = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class Person(BaseModel):
    """Somebody who has a chat with an instance: `number` in digits, `about` is a word more, such as a pet's name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    instance: str
    number: Digits
    name: Name
    role: Literal["owner", "client"] = "client"
    about: str = ""


class People:
    """The sandbox's book of names."""

    def __init__(self, memory: Memory) -> None:
        self._db = memory.db

    def forget(self) -> None:
        """Know nobody by name any more."""
        with self._db:
            self._db.execute("DELETE FROM people")

    def put(self, people: Iterable[Person]) -> None:
        """Add people; who is there already, under a number of an instance, is replaced."""
        rows = [(each.instance, each.number, each.name, each.role, each.about) for each in people]
        self._db.execute("BEGIN IMMEDIATE")
        with self._db:
            self._db.executemany("INSERT OR REPLACE INTO people VALUES (?, ?, ?, ?, ?)", rows)

    def everybody(self) -> list[Person]:
        """Everybody, owners first, by instance and name."""
        query = "SELECT * FROM people ORDER BY role = 'client', instance, name, number"
        return [Person(**dict(row)) for row in self._db.execute(query)]

    def name_of(self, instance: str, number: str) -> str | None:
        """The name of whoever has that number, None where nobody is known."""
        query = "SELECT name FROM people WHERE instance = ? AND number = ?"
        row = self._db.execute(query, (instance, number)).fetchone()
        return None if row is None else str(row[0])
