"""Records as rows and back."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, cast

from sqlalchemy import Table

from matcher.types import Achievement, Need, Record, Side
from service.store.tables import AchievementRow, NeedRow

TABLES: Mapping[Side, Table] = {
    "need": cast("Table", NeedRow.__table__),
    "achievement": cast("Table", AchievementRow.__table__),
}
TYPES: Mapping[Side, type[Need] | type[Achievement]] = {"need": Need, "achievement": Achievement}
FIELDS: Mapping[Side, tuple[str, ...]] = {
    side: tuple(field.name for field in fields(kind)) for side, kind in TYPES.items()
}
"""Names of a record's fields, which are also its columns; the id comes first."""

_CELLS = {side: attrgetter(*names) for side, names in FIELDS.items()}


def cells(side: Side, record: Record) -> tuple[Any, ...]:
    """Give a record's values in the order of `FIELDS[side]`."""
    found: tuple[Any, ...] = _CELLS[side](record)
    return found


def record(side: Side, row: Sequence[Any]) -> Record:
    """Make a record of a row that begins with the columns `FIELDS[side]`, in their order."""
    found = dict(zip(FIELDS[side], row, strict=False))
    if "transfer_modes" in found:
        found["transfer_modes"] = tuple(found["transfer_modes"])
    return TYPES[side](**found)


def content_hash(row: tuple[Any, ...]) -> str:
    """Hash what `cells` gave, the id left out: 32 hex digits.

    A field added in a later version should enter the hash only when it is filled: otherwise
    every stored record would look changed.
    """
    # The last field, `industry_code`, is younger than the first databases.
    written = [*map(str, row[1:] if row[-1] else row[1:-1])]
    # The lengths keep "a" + "bc" apart from "ab" + "c".
    joined = f"{[*map(len, written)]}{''.join(written)}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=16).hexdigest()
