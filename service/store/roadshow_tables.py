"""Tables of roadshows: plans with their results, what was on stage, mandates of capital."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.store.tables import Base, UtcDateTime


class RoadshowRow(Base):
    """A roadshow that an organisation prepares: its plan as TOML, and what came of it.

    `kind` is `roadshow`, or what else is planned (`service.roadshow.plan_kinds`). `body` holds as
    JSON what lists show of it; `result` the last selection with its whole pool
    (`service.roadshow.kept`), and what was made of it. `version` rises with each change of plan.
    """

    __tablename__ = "roadshows"
    __table_args__ = (Index("ix_roadshows_organisation", "organisation_id", "kind", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(16), server_default="roadshow")
    title: Mapped[str] = mapped_column(Text)
    plan: Mapped[str] = mapped_column(Text)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    result: Mapped[bytes | None] = mapped_column(LargeBinary)
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StageEventRow(Base):
    """An event that was held; `organisation_id` is None for the platform's own."""

    __tablename__ = "stage_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    title: Mapped[str] = mapped_column(Text)
    held_on: Mapped[date]
    fingerprint: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StageAppearanceRow(Base):
    """An achievement that was on stage at an event; `institution` brought it, as named then."""

    __tablename__ = "stage_appearances"
    __table_args__ = (Index("ix_stage_appearances_achievement", "achievement"),)

    event_id: Mapped[int] = mapped_column(
        ForeignKey("stage_events.id", ondelete="CASCADE"), primary_key=True
    )
    achievement: Mapped[str] = mapped_column(Text, primary_key=True)
    institution: Mapped[str] = mapped_column(Text)


class MandateRow(Base):
    """What a fund or a bank gives money for; `body` holds the fields of `matcher.capital`."""

    __tablename__ = "mandates"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    institution: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(32))
    visibility: Mapped[str] = mapped_column(String(8))
    holder: Mapped[int | None]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
