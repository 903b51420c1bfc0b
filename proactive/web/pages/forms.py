"""The forms that our own pages send: their fields, and of a form with a file the file's text under its field's name."""

from __future__ import annotations

import io
from urllib.parse import parse_qs

from fastapi import Request
from starlette.exceptions import HTTPException
from werkzeug.exceptions import HTTPException as FormError
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from proactive.web.auth.origin import check_origin

_MOST_FIELDS = 20
_WITH_FILE = "multipart/form-data"
#: Bytes of a field that is no file.
_LARGEST_FIELD = 64 * 1024


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form that one of our own pages sent. Raises HTTPException (403, 400)."""
    check_origin(request)
    kind, options = parse_options_header(request.headers.get("content-type"))
    body = await request.body()
    try:
        if kind == _WITH_FILE:
            return _with_file(body, options)
        fields = parse_qs(body.decode(), max_num_fields=_MOST_FIELDS, strict_parsing=False)
    except (ValueError, FormError):
        raise HTTPException(400) from None
    return {name: values[0] for name, values in fields.items()}


def _with_file(body: bytes, options: dict[str, str]) -> dict[str, str]:
    parser = FormDataParser(max_form_memory_size=_LARGEST_FIELD, max_form_parts=_MOST_FIELDS, silent=False)
    _, fields, files = parser.parse(io.BytesIO(body), _WITH_FILE, len(body), options)
    found = {name: str(value) for name, value in fields.items()}
    return found | {name: _text(file.stream.read()) for name, file in files.items()}


def _text(content: bytes) -> str:
    """A file's text: UTF-8, or as Excel writes it in Brazil."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
