"""News of watched needs: read them, mark them as read, and put them into a digest."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Select, and_, func, select, update

from matcher.types import Level
from service.access.caller import Caller
from service.access.ids import shown_id
from service.access.sight import may_see
from service.present import clip
from service.store.rows import TABLES
from service.store.workbench_tables import NewsRow, WatchRow
from service.web.workplace import Workplace
from service.workbench.watches import Watch, owner_of, watch_of, watches_of
from service.workbench.webhook import send

MOST = 200
"""News of one answer, and of one digest."""
_TITLE = 60


@dataclass(frozen=True, slots=True)
class News:
    """A match that a watch has found.

    Attributes:
        title: of the achievement, or the beginning of its text.
        score, level: when it was found.
        read_at: None until its owner has seen it.
    """

    watch_id: int
    achievement: str
    title: str
    score: float
    level: int
    found_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class DigestPart:
    """One watched need with its unread news."""

    watch: Watch
    news: tuple[News, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """Unread news of one person, by need."""

    person: str
    organisation: str
    made_at: datetime
    parts: tuple[DigestPart, ...]

    @property
    def count(self) -> int:
        """How many news there are."""
        return sum(len(part.news) for part in self.parts)

    def as_text(self) -> str:
        """Plain text for an e-mail; titles cannot break its lines."""
        lines = [f"{self.person}，您好：", ""]
        if not self.count:
            lines.append("您关注的需求没有新的匹配。")
        else:
            lines.append(f"您关注的 {len(self.parts)} 条需求有 {self.count} 条新匹配。")
        for part in self.parts:
            watched = part.watch
            title = clip(watched.title, _TITLE)
            lines += [
                "",
                f"【{shown_id(watched.need)}】{title}（匹配度不低于 {watched.threshold:.2f}）",
            ]
            lines += [
                f"  {at}. {one.title}（{shown_id(one.achievement)}）  "
                f"匹配度 {one.score:.2f}，{Level(one.level).label}"
                for at, one in enumerate(part.news, start=1)
            ]
        lines += ["", f"对接 {self.made_at:%Y-%m-%d %H:%M} UTC"]
        return "\n".join(lines) + "\n"

    def as_json(self) -> dict[str, Any]:
        """Shape it for programs and webhooks."""
        return {
            "person": self.person,
            "organisation": self.organisation,
            "made_at": self.made_at.isoformat(timespec="seconds"),
            "count": self.count,
            "needs": [
                {
                    "watch": part.watch.id,
                    "need": part.watch.need,
                    "title": part.watch.title,
                    "threshold": part.watch.threshold,
                    "news": [_as_json(one) for one in part.news],
                }
                for part in self.parts
            ],
        }


def news_of(
    place: Workplace, caller: Caller, watch_id: int | None = None, *, unread: bool = False
) -> list[News]:
    """List news of the caller's watches, the newest first; only what the caller may still see.

    Args:
        place: the running server.
        caller: who asks.
        watch_id: of this watch only.
        unread: only those that were not seen yet.

    Raises:
        NotFoundError: the watch is not the caller's.
    """
    if watch_id is not None:
        watch_of(place, caller, watch_id)
    statement = _visible(caller).order_by(
        NewsRow.found_at.desc(), NewsRow.score.desc(), NewsRow.watch_id, NewsRow.achievement
    )
    if watch_id is not None:
        statement = statement.where(NewsRow.watch_id == watch_id)
    if unread:
        statement = statement.where(NewsRow.read_at.is_(None))
    return _read(place, statement.limit(MOST))


def unread_count(place: Workplace, caller: Caller) -> dict[int, int]:
    """Count the unread news that the caller may see, by watch; watches without any are left out."""
    seen = _visible(caller).where(NewsRow.read_at.is_(None)).subquery()
    counted = select(seen.c.watch_id, func.count()).group_by(seen.c.watch_id)
    with place.store.reading() as connection:
        return {int(row[0]): int(row[1]) for row in connection.execute(counted)}


def mark_read(
    place: Workplace, caller: Caller, watch_id: int, achievements: Sequence[str] | None = None
) -> int:
    """Mark news of a watch as seen; all of it without ids. Returns how many were not seen before.

    Raises:
        NotFoundError: the watch is not the caller's.
    """
    watch_of(place, caller, watch_id)
    statement = update(NewsRow).where(NewsRow.watch_id == watch_id, NewsRow.read_at.is_(None))
    if achievements is not None:
        statement = statement.where(NewsRow.achievement.in_(achievements))
    with place.store.writing() as (connection, _transaction, _revision):
        done = connection.execute(statement.values(read_at=datetime.now(UTC)))
        return int(done.rowcount)


def digest_of(place: Workplace, caller: Caller) -> Digest:
    """Put the caller's unread news together."""
    found = news_of(place, caller, unread=True)
    return _digest(caller, watches_of(place, caller), found)


def deliver(place: Workplace, one: Watch, *, allow_private: bool = False) -> int:
    """Send a watch's news that were not sent yet to its webhook; a network call.

    News that could not be sent stay unsent and go with the next call.

    Returns:
        How many were sent.

    Raises:
        WebhookError: they could not be delivered.
    """
    owner = owner_of(place, one)
    if owner is None or not one.webhook:
        return 0
    unsent = _visible(owner).where(NewsRow.watch_id == one.id, NewsRow.sent_at.is_(None))
    found = _read(place, unsent.order_by(NewsRow.score.desc()).limit(MOST))
    watched = [own for own in watches_of(place, owner) if own.id == one.id]
    if not found or not watched:
        return 0
    send(one.webhook, _digest(owner, watched, found).as_json(), allow_private=allow_private)
    sent = and_(
        NewsRow.watch_id == one.id, NewsRow.achievement.in_([new.achievement for new in found])
    )
    with place.store.writing() as (connection, _transaction, _revision):
        connection.execute(update(NewsRow).where(sent).values(sent_at=datetime.now(UTC)))
    return len(found)


def _visible(caller: Caller) -> Select[Any]:
    """News of the caller's watches whose need and achievement the caller may see now."""
    need, achievement = TABLES["need"], TABLES["achievement"]
    return (
        select(
            NewsRow.watch_id,
            NewsRow.achievement,
            achievement.c.title,
            func.substr(achievement.c.text, 1, _TITLE + 1).label("begins"),
            NewsRow.score,
            NewsRow.level,
            NewsRow.found_at,
            NewsRow.read_at,
        )
        .join_from(NewsRow, WatchRow, WatchRow.id == NewsRow.watch_id)
        .join(need, need.c.id == WatchRow.need)
        .join(achievement, achievement.c.id == NewsRow.achievement)
        .where(
            WatchRow.user_id == caller.user_id,
            NewsRow.found_at > WatchRow.created_at,  # what was there already is no news
            need.c.withdrawn.is_(False),
            achievement.c.withdrawn.is_(False),
            may_see("need", caller),
            may_see("achievement", caller),
        )
    )


def _read(place: Workplace, statement: Select[Any]) -> list[News]:
    with place.store.reading() as connection:
        rows = connection.execute(statement).all()
    return [
        News(
            watch_id=row.watch_id,
            achievement=row.achievement,
            title=clip(row.title or row.begins, _TITLE),
            score=row.score,
            level=row.level,
            found_at=row.found_at,
            read_at=row.read_at,
        )
        for row in rows
    ]


def _digest(caller: Caller, watches: Sequence[Watch], found: Sequence[News]) -> Digest:
    ordered = sorted(found, key=lambda one: (one.watch_id, -one.score, one.achievement))
    by_watch = {
        watch_id: tuple(news) for watch_id, news in groupby(ordered, key=lambda one: one.watch_id)
    }
    parts = tuple(DigestPart(one, by_watch[one.id]) for one in watches if one.id in by_watch)
    return Digest(caller.name, caller.organisation, datetime.now(UTC), parts)


def _as_json(one: News) -> dict[str, Any]:
    told = asdict(one)
    told["found_at"] = one.found_at.isoformat(timespec="seconds")
    del told["watch_id"], told["read_at"]
    return {**told, "level_name": Level(one.level).label}
