"""Forms that people send: their fields, once it is sure that a page of this explorer asked for them."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, HTTPException, Request

from flows.explorer.explorer import explorer_of

TOKEN = "form_token"
"""The hidden field of every form."""


async def _fields(request: Request) -> Mapping[str, str]:
    """Return the fields of a form; 403 if it changes something where nothing may be changed, or is not ours."""
    explorer = explorer_of(request)
    if explorer.read_only:
        raise HTTPException(403, "this explorer is read-only: start it without --read-only on your own machine")
    async with request.form() as form:
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
    if not hmac.compare_digest(fields.pop(TOKEN, "").encode(), explorer.form_token.encode()):
        raise HTTPException(403, "this form is too old: go back, load the page again, and repeat")
    return fields


Fields = Annotated[Mapping[str, str], Depends(_fields)]
"""A parameter of a function that changes something: what the form says."""
