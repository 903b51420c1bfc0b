"""All checks of publishing but the time, on the facts of one occasion; at sending they run on the message's own."""

from __future__ import annotations

from proactive.words.client_text import quoted_places
from proactive.words.content import Content, Template
from proactive.words.fault import WordsFault, refusing
from proactive.words.lists import structure_faults
from proactive.words.occasion import Occasion
from proactive.words.programs import Unwritable
from proactive.words.saving import faults_of
from proactive.words.statements import plural_hints, statement_faults
from proactive.words.vocabulary import Vocabulary
from proactive.words.writing import WrittenText, rendered, write


def check(vocabulary: Vocabulary, content: Content, occasion: Occasion) -> list[WordsFault]:
    """Everything that is wrong with the text that a business's words make of an occasion, and hints."""
    _, faults = checked_text(vocabulary, content, occasion)
    return faults


def checked_text(
    vocabulary: Vocabulary, content: Content, occasion: Occasion
) -> tuple[WrittenText | None, list[WordsFault]]:
    """The text that words make of an occasion, and what is wrong with it; None where they make none.

    Nothing is raised, whatever the words do.
    """
    try:
        faults = faults_of(vocabulary, content)
        if faults:
            return None, faults
        written = write(vocabulary, content, occasion)
        return written, _text_faults(vocabulary, written, occasion)
    except Unwritable as error:
        return None, error.faults
    except Exception as error:  # whatever goes wrong, the house text goes out
        return None, [WordsFault("crashed", "Este texto não funcionou com estes dados.", node=type(error).__name__)]


def _text_faults(vocabulary: Vocabulary, written: WrittenText, occasion: Occasion) -> list[WordsFault]:
    values = vocabulary.values(occasion, written.shown)
    house = rendered(vocabulary, Template(vocabulary.house_source), occasion, written.shown)
    quoted = vocabulary.client_text is not None and bool(quoted_places(house))
    faults = statement_faults(vocabulary, written.rendering, values, quoted=quoted)
    faults += structure_faults(vocabulary, written.rendering, house)
    return faults if refusing(faults) else faults + plural_hints(vocabulary, written.rendering, values)
