"""ETags: a change must name the version that it changes, so nobody undoes what he has not seen."""

import re
from typing import Annotated, Any

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


IfNoneMatch = Annotated[
    str | None,
    Header(max_length=1000, description="上次读取时得到的 ETag；没有变就回答 304，不再给出内容"),
]
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "与 If-None-Match 写的版本相同，没有变"}
}


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


def is_known(if_none_match: str | None, version: str) -> bool:
    """Whether a request's `If-None-Match` names the version that is there (RFC 9110, 13.1.2)."""
    named = (if_none_match or "").strip()
    return named == "*" or version in {tag for _weak, tag in _ONE.findall(named)}
