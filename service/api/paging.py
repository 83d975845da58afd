"""Cursors: where the next page begins. Opaque to programs, and bound to the question they came of.

A cursor holds the id of the last record that was shown, so records that come or go meanwhile
neither shift nor repeat the others.
"""

import base64
import binascii
import hashlib
import json
from typing import Annotated, Any

from fastapi import Query

from service.web.errors import InvalidError

LARGEST = 200
"""Records of a page."""

Limit = Annotated[int, Query(ge=1, le=LARGEST, description="一页几条")]
Cursor = Annotated[
    str, Query(max_length=2000, description="上一页的 next；不写是第一页", examples=[""])
]


def cursor_of(after: str, *question: Any) -> str:
    """Write the cursor of the page that begins behind an id."""
    plain = json.dumps([_name(question), after], ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(plain).decode().rstrip("=")


def after_of(cursor: str, *question: Any) -> str:
    """Read a cursor; the empty one is the first page's.

    Raises:
        InvalidError: it is none, or came of another question.
    """
    if not cursor:
        return ""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        name, after = json.loads(base64.b64decode(padded, b"-_", validate=True))
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise InvalidError("cursor 无法识别。请原样使用上一页给出的 next。") from error
    if name != _name(question) or not isinstance(after, str) or "\0" in after:
        raise InvalidError("cursor 与现在的查询条件不符。改了条件，请从第一页查起（不写 cursor）。")
    return after


def _name(question: tuple[Any, ...]) -> str:
    return hashlib.sha256(repr(question).encode()).hexdigest()[:12]
