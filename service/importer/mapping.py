"""Which column fills which field, and how."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from matcher.types import Side
from service.errors import NoRecognisedColumnError, UnknownColumnError, UnknownFieldError
from service.importer import coerce
from service.importer.headings import field_of, is_personal, unit_wan
from service.importer.tables import Cell, Table
from service.store.rows import FIELDS

Role = Literal["field", "extra", "personal"]
Convert = Callable[[Cell], Any]

_MONEY = frozenset({"budget_wan", "price_wan"})
_CONVERT: Mapping[str, Convert] = {
    "deadline": partial(coerce.day, last_of_month=True),
    "posted": coerce.day,
    "published": coerce.day,
    "min_trl": coerce.trl,
    "trl": coerce.trl,
    "transfer_modes": coerce.names,
    "visibility": coerce.visibility,
}


@dataclass(frozen=True, slots=True)
class Column:
    """What becomes of one column.

    Attributes:
        name: Its heading, cleaned.
        role: It fills a field, is kept beside the fields, or is dropped because it is personal.
        field: Name of the field; empty for the other roles.
        convert: Turns a filled cell into the field's value.
        is_text: `convert` is `coerce.text`.
        unit_wan: Unit of a bare amount of money, in 万元.
    """

    name: str
    role: Role
    field: str
    convert: Convert
    is_text: bool = True
    unit_wan: float = 1.0


class ColumnMap(dict[str, Column]):
    """The columns of one table; a column that turns up later is understood all the same."""

    def __init__(self, side: Side, columns: Iterable[str], chosen: Mapping[str, str]) -> None:
        super().__init__()
        self._side = side
        self._chosen = chosen
        self.update({name: self._understand(name) for name in columns})

    def __missing__(self, name: str) -> Column:
        column = self[name] = self._understand(name)
        return column

    @property
    def fields(self) -> dict[str, str]:
        """Columns that fill a field, with the field."""
        return {one.name: one.field for one in self.values() if one.role == "field"}

    @property
    def personal(self) -> list[str]:
        """Columns that are dropped."""
        return [one.name for one in self.values() if one.role == "personal"]

    @property
    def extras(self) -> list[str]:
        """Columns that are kept beside the fields and not matched."""
        return [one.name for one in self.values() if one.role == "extra"]

    @property
    def is_usable(self) -> bool:
        """Whether a title or a text can be read."""
        return not {"title", "text"}.isdisjoint(self.fields.values())

    def _understand(self, heading: str) -> Column:
        name = coerce.text(heading)
        # What the user chose wins, then a known heading; only then is a heading looked at for
        # signs of personal data, so that "联系单位" can be mapped by hand.
        field = self._chosen.get(heading) or field_of(self._side, name)
        if field in _MONEY:
            unit = unit_wan(name)
            convert = partial(coerce.money, unit_wan=unit)
            return Column(name, "field", field, convert, is_text=False, unit_wan=unit)
        if field is not None:
            typed = _CONVERT.get(field)
            return Column(name, "field", field, typed or coerce.text, is_text=typed is None)
        return Column(name, "personal" if is_personal(name) else "extra", "", coerce.text)


def recogniser(side: Side, chosen: Mapping[str, str]) -> Callable[[str], str | None]:
    """Return what gives the field of a heading: the one that the user chose, or the known one."""
    return lambda heading: chosen.get(heading.strip()) or field_of(side, heading)


def parse_choices(entries: Sequence[str], side: Side) -> dict[str, str]:
    """Read `--map COLUMN=FIELD` entries.

    Raises:
        UnknownFieldError: an entry is of another form, or names a field that is not there.
    """
    chosen = {}
    for entry in entries:
        column, separator, field = (part.strip() for part in entry.rpartition("="))
        if not separator or not column or field not in FIELDS[side]:
            raise UnknownFieldError(entry, FIELDS[side])
        chosen[column] = field
    return chosen


def map_tables(
    path: Path, tables: Sequence[Table], side: Side, chosen: Mapping[str, str]
) -> list[tuple[Table, ColumnMap]]:
    """Understand the columns of each table; tables without a title or text column fall away.

    Raises:
        UnknownColumnError: a chosen column is in none of the tables.
        NoRecognisedColumnError: no table has a title or text column.
    """
    everything = list(dict.fromkeys(name for table in tables for name in table.columns))
    for column in chosen:
        if column not in everything:
            raise UnknownColumnError(path, column, everything)
    maps = [(table, ColumnMap(side, table.columns, chosen)) for table in tables]
    usable = [(table, columns) for table, columns in maps if columns.is_usable]
    if not usable:
        raise NoRecognisedColumnError(path, everything, FIELDS[side])
    return usable
