"""What pages take in their addresses."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from proactive.web.pages.page_query import FormDate, FormOrganization, PageQuery


class Query(PageQuery):
    de: FormDate = None
    organizacao: FormOrganization = None


def test_a_field_that_was_left_empty_is_none() -> None:
    assert Query.model_validate({"de": "", "organizacao": ""}) == Query()


@pytest.mark.parametrize(
    "fields", [{"de": "1999-12-31"}, {"de": "2100-01-01"}, {"organizacao": "x" * 101}, {"outro": "1"}]
)
def test_what_no_form_of_ours_sends_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Query.model_validate(fields)
