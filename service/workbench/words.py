"""The search box: records that hold all the words asked for, as written or as repaired.

As written, words are looked for in the table: in ids and organisations too, and parts of words. A
garbled record (催囮剂) holds 催化剂 only once it is repaired; the index keeps the repaired words
of titles and texts.
"""

from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, or_

from indexing.base import Mask, Rows
from indexing.bundle import Bundle
from matcher.documents import Document
from matcher.protocols import Segmenter
from matcher.types import Need, Side
from service.access.caller import Caller
from service.access.sight import hidden_ids
from service.store.among import among
from service.store.rows import TABLES
from service.web.workplace import Workplace

MOST_WORDS = 8
_SEARCHED: dict[Side, tuple[str, ...]] = {
    "need": ("id", "title", "text", "organisation"),
    "achievement": ("id", "title", "text", "owner"),
}
_ESCAPE = "\\"


def holds_words(
    place: Workplace, connection: Connection, caller: Caller, side: Side, asked: str
) -> list[ColumnElement[bool]]:
    """Conditions on a side's table: a record holds each of the words, blanks between them.

    The index may be behind the table for a moment; what it does not know yet is found as written.
    Hidden records are taken away before it is searched; the caller asks `may_see` of the table.
    """
    columns = TABLES[side].c
    words = asked.split()[:MOST_WORDS]
    conditions: list[list[Any]] = [
        [holds(connection, columns[name], word) for name in _SEARCHED[side]] for word in words
    ]
    if words and place.is_ready:
        matcher = place.matcher
        bundle = matcher.sides[side].bundle
        allowed = bundle.mask((), hidden_ids(connection, side, caller))
        for word, ways in zip(words, conditions, strict=True):
            ids = _ids_with(bundle, word, matcher.segmenter, allowed)
            ways.append(among(connection, columns.id, ids))
    return [or_(*ways) for ways in conditions]


def holds(connection: Connection, column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """The condition that a column holds some characters, whatever their case."""
    for sign in (_ESCAPE, "%", "_"):
        word = word.replace(sign, _ESCAPE + sign)
    # SQLite's LIKE minds no case; ILIKE would copy every text there to lower it first.
    like = column.like if connection.dialect.name == "sqlite" else column.ilike
    return like(f"%{word}%", escape=_ESCAPE)


def _ids_with(bundle: Bundle, asked: str, segmenter: Segmenter, allowed: Mask | None) -> list[str]:
    """Ids of the records with all words that the segmenter finds in what was typed."""
    found: Rows | None = None
    for word in set(Document.of(Need(id="", title=asked), segmenter).words):
        rows = bundle.lexical_search([word], len(bundle), allowed).rows
        found = rows if found is None else np.intersect1d(found, rows)
    return [] if found is None else bundle.ids(found)
