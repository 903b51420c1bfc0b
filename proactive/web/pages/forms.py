"""The forms that our own pages send: their fields, and of a form with files each file's name and content."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from fastapi import Request
from starlette.exceptions import HTTPException
from werkzeug.exceptions import HTTPException as FormError
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from proactive.web.auth.origin import check_origin

#: A page of ticked messages, and what else its form has.
_MOST_FIELDS = 100
_WITH_FILES = "multipart/form-data"
#: Bytes of the fields that are no files.
_LARGEST_FIELDS = 64 * 1024


@dataclass(frozen=True, slots=True)
class SentForm:
    """A form by its fields: of several values of a field the first, and in `lists` all of them."""

    fields: dict[str, str] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)


async def read_form(request: Request) -> SentForm:
    """The form that one of our own pages sent. Raises HTTPException (403, 400)."""
    check_origin(request)
    kind, options = parse_options_header(request.headers.get("content-type"))
    body = await request.body()
    try:
        if kind == _WITH_FILES:
            return _with_files(body, options)
        fields = parse_qs(body.decode(), max_num_fields=_MOST_FIELDS, strict_parsing=False)
    except (ValueError, FormError):
        raise HTTPException(400) from None
    return SentForm({name: values[0] for name, values in fields.items()}, fields)


def _with_files(body: bytes, options: dict[str, str]) -> SentForm:
    parser = FormDataParser(max_form_memory_size=_LARGEST_FIELDS, max_form_parts=_MOST_FIELDS, silent=False)
    _, fields, files = parser.parse(io.BytesIO(body), _WITH_FILES, len(body), options)
    return SentForm(
        {name: str(value) for name, value in fields.items()},
        {name: [str(value) for value in fields.getlist(name)] for name in fields},
        {name: (file.filename or "", file.stream.read()) for name, file in files.items()},
    )
