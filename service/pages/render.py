"""Renders templates: one Jinja2 environment, everything escaped, for whole pages and for parts."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from matcher.documents import side_of
from matcher.types import Level, Side
from service.access.caller import ROLE_NAMES, Caller
from service.access.csrf import csrf_token
from service.access.ids import shown_id
from service.pages import words
from service.pages.nav import entries
from service.present import (
    FLAG_NAMES,
    KIND_NAMES,
    MARKS,
    NOTES,
    clip,
    name_of,
    quantity_as_text,
)

FOLDERS: dict[Side, str] = {"need": "needs", "achievement": "achievements"}
"""Where the pages of a side's records begin."""


def page(
    request: Request,
    name: str,
    caller: Caller | None = None,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **given: Any,
) -> HTMLResponse:
    """Render a template; the same for a whole page and for a part that htmx puts in place."""
    context = {
        "caller": caller,
        "csrf": csrf_token(request),
        "here": request.url.path,
        "nav": entries(request, caller),
        "routed": request.app.state.page_paths,
        "request_id": getattr(request.state, "request_id", ""),
        **given,
    }
    text = environment().get_template(name).render(context)
    # The same address gives a whole page to a browser and a part of it to htmx.
    return HTMLResponse(text, status, {"Vary": "HX-Request", **(headers or {})})


def is_part(request: Request) -> bool:
    """Whether htmx asks, and so for a part of the page."""
    return request.headers.get("HX-Request") == "true"


@cache
def environment() -> Environment:
    """Make the environment once."""
    found = Environment(
        loader=PackageLoader("service.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(
        pct=percent,
        clip=clip,
        note=lambda name: NOTES.get(name, name),
        shown_id=shown_id,
        seg=lambda text: quote(str(text), safe=""),
        quantity=quantity_as_text,
        day=words.day,
        moment=words.moment,
        wan=words.wan,
    )
    found.globals.update(
        Level=Level,
        ROLE_NAMES=ROLE_NAMES,
        KIND_NAMES=KIND_NAMES,
        FLAG_NAMES=FLAG_NAMES,
        MARKS=MARKS,
        SIDE_NAMES=words.SIDE_NAMES,
        FIELD_NAMES=words.FIELD_NAMES,
        VERDICT_NAMES=words.VERDICT_NAMES,
        name_of=name_of,
        side_of=side_of,
        address=address,
        query=query,
    )
    return found


def percent(share: float) -> str:
    """A share as a whole percentage; what is not quite 0 or 100 does not pretend to be."""
    whole = round(share * 100)
    if whole in (0, 100) and 0 < share < 1:
        return "<1%" if whole == 0 else ">99%"
    return f"{whole}%"


def address(side: Side, id_: str, *parts: str) -> str:
    """The path of a record's page, or of one below it."""
    path = "/".join(("", FOLDERS[side], quote(id_, safe=":"), *(quote(p, safe=":") for p in parts)))
    return path


def query(values: Sequence[tuple[str, str]]) -> str:
    """A query with its question mark; empty without values."""
    return f"?{urlencode(values)}" if values else ""
