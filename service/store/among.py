"""Asking a table for any number of ids.

A list of parameters has an end (SQLite 32,766, PostgreSQL 65,535): all ids go as one, as JSON.
"""

import json
from collections.abc import Collection

from sqlalchemy import JSON, ColumnElement, Connection, String, cast, func, literal, select


def among(
    connection: Connection, column: ColumnElement[str], ids: Collection[str]
) -> ColumnElement[bool]:
    """The condition that a column holds one of some ids."""
    given = literal(json.dumps(list(ids)), String)
    if connection.dialect.name == "postgresql":
        listed = func.json_array_elements_text(cast(given, JSON)).table_valued("value")
    else:
        listed = func.json_each(given).table_valued("value")
    return column.in_(select(listed.c.value))
