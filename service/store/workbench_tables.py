"""Tables of what people do with matches: verdicts, issued lists, saved needs and their news."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Double, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.store.tables import Base, UtcDateTime


class DecisionRow(Base):
    """What an organisation thinks of a pair, and how far it is; one row a pair and organisation.

    `verdict` is accepted, rejected or empty; `level` (1-4) a person's own grade; `reasons` the
    structured reasons of a rejection; `status` 拟对接, 已联系, 已签约, 放弃 or empty; `score` and
    `fingerprint` what the list said when the person decided, `model` names what said it;
    `version` rises with each change.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        Index("ix_decisions_pair", "need", "achievement", "organisation_id", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    need: Mapped[str] = mapped_column(Text)
    achievement: Mapped[str] = mapped_column(Text)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    verdict: Mapped[str] = mapped_column(String(16))
    level: Mapped[int | None]
    reasons: Mapped[list[str]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(16))
    assigned_to: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    score: Mapped[float | None] = mapped_column(Double)
    fingerprint: Mapped[str] = mapped_column(String(32))
    model: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class IssuedListRow(Base):
    """A list that was handed out, whole, so that it can be shown again as it was."""

    __tablename__ = "issued_lists"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    title: Mapped[str] = mapped_column(Text)
    query: Mapped[dict[str, Any]] = mapped_column(JSON)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    fingerprint: Mapped[str] = mapped_column(String(32))
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CorrectionRow(Base):
    """Requirements of a need as an organisation corrected them; they stand for what was read.

    `content_hash` is of the title and text that were corrected: others make it void.
    """

    __tablename__ = "corrections"

    need: Mapped[str] = mapped_column(Text, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(32))
    requirements: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WatchRow(Base):
    """A saved need with a threshold: who watches it is told of new matches, each once."""

    __tablename__ = "watches"
    __table_args__ = (Index("ix_watches_need", "need", "user_id", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    need: Mapped[str] = mapped_column(Text)
    threshold: Mapped[float] = mapped_column(Double)
    webhook: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class NewsRow(Base):
    """A match that a watch has found: `read_at` its owner saw it, `sent_at` a webhook took it."""

    __tablename__ = "news"

    watch_id: Mapped[int] = mapped_column(
        ForeignKey("watches.id", ondelete="CASCADE"), primary_key=True
    )
    achievement: Mapped[str] = mapped_column(Text, primary_key=True)
    score: Mapped[float] = mapped_column(Double)
    level: Mapped[int]
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ExposureRow(Base):
    """The last day on which an achievement was recommended to an organisation."""

    __tablename__ = "exposures"

    achievement: Mapped[str] = mapped_column(Text, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    day: Mapped[date]
