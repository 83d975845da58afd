"""Review of records that may be the same thing, as one caller may do it.

Who runs the platform reviews all pairs; others the pairs of which their organisation holds both
records: nobody decides on, or learns of, records of somebody else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, true
from sqlalchemy.orm import aliased

from matcher.types import Side
from service.access.audit import note
from service.access.caller import Caller
from service.errors import CorruptStoreError, MergeError
from service.store.merges import Merge, Merges, State
from service.store.store import StoredRecord
from service.store.tables import AchievementRow, MergeRow, NeedRow
from service.web.errors import ConflictError, NotFoundError
from service.web.workplace import Workplace

_ROWS: dict[Side, type[NeedRow | AchievementRow]] = {
    "need": NeedRow,
    "achievement": AchievementRow,
}
Decided = State
"""What a reviewer may make of a pair: merged, rejected or undone."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A pair as a list shows it."""

    number: int
    score: float
    state: State
    kept: str
    absorbed: str
    titles: tuple[str, str]
    reasons: tuple[str, ...]
    decided_by: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A pair with both records, each as its source has it."""

    merge: Merge
    kept: StoredRecord
    absorbed: StoredRecord


def counts(place: Workplace, caller: Caller, side: Side) -> dict[State, int]:
    """Count the pairs of each state that the caller may review."""
    statement = _own(select(MergeRow.state, func.count()), caller, side).group_by(MergeRow.state)
    with place.store.reading() as connection:
        return {row[0]: row[1] for row in connection.execute(statement)}


def pairs(
    place: Workplace, caller: Caller, side: Side, state: State, limit: int, offset: int = 0
) -> Sequence[Heading]:
    """List pairs of a state that the caller may review, the surest first."""
    kept, absorbed = _sides(side)
    columns = (MergeRow.__table__, kept.title.label("kept_title"), absorbed.title)
    statement = (
        _own(select(*columns), caller, side, (kept, absorbed))
        .where(MergeRow.state == state)
        .order_by(MergeRow.score.desc(), MergeRow.id)
        .limit(limit)
        .offset(offset)
    )
    with place.store.reading() as connection:
        return [
            Heading(
                number=row.id,
                score=row.score,
                state=row.state,
                kept=row.kept,
                absorbed=row.absorbed,
                titles=(row.kept_title, row.title),
                reasons=tuple(row.reasons),
                decided_by=row.decided_by,
            )
            for row in connection.execute(statement)
        ]


def pair(place: Workplace, caller: Caller, side: Side, number: int) -> Reviewed:
    """Return a pair with both records.

    Raises:
        NotFoundError: there is none of this number, or the caller may not review it.
    """
    with place.store.reading() as connection:
        merge = _found(connection, caller, side, number)
    both = [place.store.details(side, id_) for id_ in (merge.kept, merge.absorbed)]
    kept, absorbed = both
    if kept is None or absorbed is None:  # pragma: no cover - rows are never removed
        raise CorruptStoreError(place.store.where, f"第 {number} 条重复所指的记录不在库中")
    return Reviewed(merge, kept, absorbed)


def following(place: Workplace, caller: Caller, side: Side, after: Merge) -> int | None:
    """The number of the next pair that waits, in the order of the list; None after the last."""
    later = (MergeRow.score < after.score) | (
        (MergeRow.score == after.score) & (MergeRow.id > after.number)
    )
    statement = (
        _own(select(MergeRow.id), caller, side)
        .where(MergeRow.state == "proposed", later)
        .order_by(MergeRow.score.desc(), MergeRow.id)
        .limit(1)
    )
    with place.store.reading() as connection:
        found: int | None = connection.scalar(statement)
        return found


def settle(place: Workplace, caller: Caller, side: Side, number: int, state: Decided) -> Merge:
    """Merge a pair, say that it is not the same thing, or take it apart again.

    Raises:
        NotFoundError: as `pair`.
        ConflictError: it cannot be had from the state it is in, or a record is not to be had.
    """
    with place.store.reading() as connection:
        _found(connection, caller, side, number)
    try:
        (merge,) = Merges(place.store).decide(side, {state: [number]}, caller.login)
    except MergeError as error:
        said = str(error).replace("；运行 duijie duplicates 查看现有的条目", "；请刷新后重试")
        raise ConflictError(said) from error
    with place.store.writing() as (connection, _transaction, _revision):
        note(connection, caller, state, "duplicate", number, side=side)
    place.changed()
    return merge


def _sides(side: Side) -> tuple[Any, Any]:
    return aliased(_ROWS[side]), aliased(_ROWS[side])


def _own(statement: Any, caller: Caller, side: Side, both: tuple[Any, Any] | None = None) -> Any:
    """Join both records of a pair and keep the pairs that the caller may review."""
    kept, absorbed = both or _sides(side)
    return (
        statement.select_from(MergeRow)
        .join(kept, kept.id == MergeRow.kept)
        .join(absorbed, absorbed.id == MergeRow.absorbed)
        .where(MergeRow.kind == side, _held(kept, caller), _held(absorbed, caller))
    )


def _held(row: Any, caller: Caller) -> ColumnElement[bool]:
    if caller.is_admin:
        return true()
    held: ColumnElement[bool] = row.holder == caller.organisation_id
    return held


def _found(connection: Connection, caller: Caller, side: Side, number: int) -> Merge:
    statement = _own(select(MergeRow.__table__), caller, side).where(MergeRow.id == number)
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise NotFoundError(f"没有第 {number} 条重复，或者它不由贵单位处理。")
    names = Merge.__dataclass_fields__
    about = {name: getattr(row, name) for name in names if name not in ("number", "side")}
    return Merge(**{**about, "number": row.id, "side": row.kind, "reasons": tuple(row.reasons)})
