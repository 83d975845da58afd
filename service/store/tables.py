"""The tables: one column a field of `matcher.types`, portable types only (SQLite, PostgreSQL)."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Double, ForeignKey, Index, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; databases without time zones keep it naive and give it back aware."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn any aware moment into UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Put the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables of the store."""


class ImportRow(Base):
    """One imported file."""

    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    file: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    started: Mapped[datetime] = mapped_column(UtcDateTime)
    finished: Mapped[datetime | None] = mapped_column(UtcDateTime)
    counts: Mapped[dict[str, int]] = mapped_column(JSON)


class CounterRow(Base):
    """Named numbers; `revision` is the last one given to a changed record of either table.

    Its row is written first in each writing transaction. That makes writers take turns in every
    database, so revisions become visible in their order and a reader never misses one.
    """

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


class MergeRow(Base):
    """Two records of one side that are, or may be, the same thing."""

    __tablename__ = "merges"
    __table_args__ = (
        Index("ix_merges_pair", "kind", "kept", "absorbed", unique=True),
        Index("ix_merges_state", "kind", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    kept: Mapped[str] = mapped_column(Text)
    absorbed: Mapped[str] = mapped_column(Text)
    score: Mapped[float] = mapped_column(Double)
    reasons: Mapped[list[str]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(16))
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(Text)


class RecordMixin:
    """What needs and achievements share.

    `content_hash` covers every field but the id; `extra` holds the columns of the file that are
    no field (never personal ones); `parsed` is what `matcher.fields` read out of the row, with the
    raw values, and is empty in rows of older versions; `merged_into` is the id of the record that
    shows this one (`service.store.merges`); `holder` is the organisation whose record it is, None
    for the platform's own; `revision` tells an index what it has not seen yet.
    """

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    industry: Mapped[str] = mapped_column(Text)
    region: Mapped[str] = mapped_column(Text)
    industry_code: Mapped[str] = mapped_column(Text, server_default="")
    visibility: Mapped[str] = mapped_column(String(8))
    content_hash: Mapped[str] = mapped_column(String(32))
    revision: Mapped[int] = mapped_column(BigInteger)
    withdrawn: Mapped[bool] = mapped_column(default=False)
    merged_into: Mapped[str | None] = mapped_column(Text)
    holder: Mapped[int | None]
    source: Mapped[str] = mapped_column(Text)
    extra: Mapped[dict[str, Any]] = mapped_column(JSON)
    parsed: Mapped[dict[str, Any]] = mapped_column(JSON, server_default="{}")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @declared_attr
    def import_id(cls) -> Mapped[int | None]:  # noqa: N805 - SQLAlchemy calls it on the class
        """The import that wrote the record last."""
        return mapped_column(ForeignKey("imports.id"))


def _merged(table: str) -> Index:
    """What went into other records. Nearly none has: an index of all would only mislead SQLite."""
    some = sql("merged_into IS NOT NULL")
    return Index(f"ix_{table}_merged_into", "merged_into", sqlite_where=some, postgresql_where=some)


def _listed(table: str) -> Index:
    """All that lists are ordered, narrowed and counted by: records without it are not even read."""
    columns = ("revision", "withdrawn", "merged_into", "visibility", "holder", "id")
    return Index(f"ix_{table}_listed", *columns)


class NeedRow(RecordMixin, Base):
    """技术需求."""

    __tablename__ = "needs"
    __table_args__ = (
        Index("ix_needs_content_hash", "content_hash"),
        Index("ix_needs_revision", "revision", unique=True),
        _merged("needs"),
        _listed("needs"),
        Index("ix_needs_visibility", "visibility", "holder"),
    )

    organisation: Mapped[str] = mapped_column(Text)
    budget_wan: Mapped[float | None] = mapped_column(Double)
    deadline: Mapped[date | None]
    cooperation: Mapped[str] = mapped_column(Text)
    min_trl: Mapped[int | None]
    posted: Mapped[date | None]


class AchievementRow(RecordMixin, Base):
    """科技成果."""

    __tablename__ = "achievements"
    __table_args__ = (
        Index("ix_achievements_content_hash", "content_hash"),
        Index("ix_achievements_revision", "revision", unique=True),
        _merged("achievements"),
        _listed("achievements"),
        Index("ix_achievements_visibility", "visibility", "holder"),
    )

    owner: Mapped[str] = mapped_column(Text)
    owner_type: Mapped[str] = mapped_column(Text)
    trl: Mapped[int | None]
    ip: Mapped[str] = mapped_column(Text)
    transfer_modes: Mapped[list[str]] = mapped_column(JSON)
    price_wan: Mapped[float | None] = mapped_column(Double)
    published: Mapped[date | None]
