"""The manner of a reply: how it came, which decides what it may do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Manner:
    """How a reply came. `late`: over ten minutes after it was written, or without a usable time. `bound`: it quotes
    the current preview, or is the owner's next message within half an hour of it. `outdated`: it quotes what was
    answered, replaced or is past its validity (`expired`). `unseen`: what is previewed was not shown to this owner, or
    another one said no to it since. `redo`: it answers whether it should be made anew."""

    late: bool = False
    bound: bool = False
    outdated: bool = False
    expired: bool = False
    unseen: bool = False
    redo: bool = False
