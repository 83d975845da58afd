"""ETags: a change must name the version that it changes, so nobody undoes what he has not seen."""

import re
from typing import Annotated

from fastapi import Header

from service.web.errors import PreconditionError, UnconditionalError

_ONE = re.compile(r'(W/)?"([^"]*)"')

IfMatch = Annotated[
    str | None,
    Header(
        max_length=1000,
        description="读取时得到的 ETag；* 表示不论哪个版本",
        examples=["*"],
    ),
]


def etag(version: str) -> str:
    """Write a version as the header has it."""
    return f'"{version}"'


def check_version(if_match: str | None, version: str) -> None:
    """Compare a request's `If-Match` with the version that is there (RFC 9110, 13.1.1).

    Raises:
        UnconditionalError: the request names no version.
        PreconditionError: it names others.
    """
    if if_match is None or not if_match.strip():
        raise UnconditionalError
    if if_match.strip() == "*":
        return
    named = {tag for weak, tag in _ONE.findall(if_match) if not weak}
    if version not in named:
        raise PreconditionError
