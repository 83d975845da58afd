"""Whether a database is sound and current; looks only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, func, select
from sqlalchemy.engine import URL

from matcher.types import Side
from service.store import schema
from service.store.engine import clear_errors, open_engine
from service.store.rows import TABLES


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """What was found.

    Attributes:
        version: Version of the schema; None in an empty database.
        is_known: This code can use that version, at once or after bringing it up to date.
        damage: What SQLite's own check says; empty for a sound database.
        counts: Records of each side that are neither withdrawn nor merged into another one; empty
            unless the schema is current.
        revisions: Last revision of each side; likewise.
    """

    version: str | None
    is_known: bool
    damage: str = ""
    counts: Mapping[Side, int] = field(default_factory=dict)
    revisions: Mapping[Side, int] = field(default_factory=dict)

    @property
    def is_current(self) -> bool:
        """The schema is the newest that this code knows."""
        return self.version == schema.HEAD


def examine(database: Path | URL) -> StoreHealth:
    """Look into an SQLite file, or a database on a server.

    Raises:
        StoreError: it cannot be opened, or is no database.
    """
    where = str(database)
    if isinstance(database, Path):
        database = URL.create("sqlite", database=where)
    engine = open_engine(database)
    try:
        with clear_errors(where), engine.connect() as connection:
            return _examine(connection)
    finally:
        engine.dispose()


def _examine(connection: Connection) -> StoreHealth:
    version = schema.version(connection)
    is_known = version is None or version in schema.known_versions()
    damage = ""
    if connection.dialect.name == "sqlite":  # a server looks after its files itself
        verdict = connection.exec_driver_sql("PRAGMA quick_check").scalar()
        damage = "" if verdict == "ok" else str(verdict)
    if version != schema.HEAD or damage:
        return StoreHealth(version, is_known, damage)
    counts: dict[Side, int] = {}
    revisions: dict[Side, int] = {}
    for side, table in TABLES.items():
        is_shown = table.c.withdrawn.is_(False) & table.c.merged_into.is_(None)
        visible = select(func.count()).select_from(table).where(is_shown)
        counts[side] = connection.scalar(visible) or 0
        revisions[side] = connection.scalar(select(func.max(table.c.revision))) or 0
    return StoreHealth(version, is_known, damage, counts, revisions)
