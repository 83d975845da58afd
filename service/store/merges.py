"""Which records are the same thing: suggested, merged, rejected, and taken apart again.

A merge changes no record. The absorbed row names the row that shows it (`merged_into`), so undoing
a merge brings both records back exactly as their sources have them by then.

State        from               what it means
proposed     –, merged          found, waits for a person; merged once, but the kept one went away,
                                or other people may see one of them now
merged       any                the absorbed record is shown as part of the kept one
rejected     proposed, undone   a person said no: never suggested again
undone       merged             a person took it apart: never suggested again
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert, select, update

from matcher.duplicates.merged import MergedRecord, merge_records
from matcher.types import Side
from service.errors import MergeError
from service.store import groups
from service.store.audience import audiences
from service.store.rows import TABLES
from service.store.store import Store, keep_revision
from service.store.tables import MergeRow

State = Literal["proposed", "merged", "rejected", "undone"]
STATE_NAMES: dict[State, str] = {
    "proposed": "待复核",
    "merged": "已合并",
    "rejected": "已否决",
    "undone": "已撤销",
}
PROPOSED: tuple[State, ...] = ("proposed",)
PROGRAM = "duijie"
"""Who merged what nobody looked at."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two records that may be the same thing; `kept` is the one that was stored first."""

    kept: str
    absorbed: str
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merge:
    """A proposal and what became of it."""

    number: int
    side: Side
    kept: str
    absorbed: str
    score: float
    reasons: tuple[str, ...]
    state: State
    found_at: datetime
    decided_at: datetime | None
    decided_by: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a merged record comes from."""

    id: str
    file: str
    import_id: int | None
    stored_at: datetime
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A merged record with its sources, the kept one first, and where they disagree."""

    merged: MergedRecord
    sources: tuple[Source, ...]


class Merges:
    """The merges of a store; every change is one transaction, all of it or nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def listed(self, side: Side, states: Collection[State] = PROPOSED) -> list[Merge]:
        """Return merges of some states, the surest first."""
        statement = (
            select(MergeRow.__table__)
            .where(MergeRow.kind == side, MergeRow.state.in_(states))
            .order_by(MergeRow.score.desc(), MergeRow.id)
        )
        with self._store.reading() as connection:
            return [_merge(row) for row in connection.execute(statement)]

    def known(self, side: Side) -> dict[frozenset[str], State]:
        """Return the state of every pair that was ever found."""
        everything: tuple[State, ...] = tuple(STATE_NAMES)
        found = self.listed(side, everything)
        return {frozenset((one.kept, one.absorbed)): one.state for one in found}

    def in_order(self, side: Side, ids: Iterable[str]) -> list[str]:
        """Sort ids by when they were stored first; of equal ones the smaller id comes first."""
        table = TABLES[side]
        found: list[tuple[datetime, str]] = []
        with self._store.reading() as connection:
            for part in groups.parts(sorted(set(ids))):
                statement = select(table.c.created_at, table.c.id).where(table.c.id.in_(part))
                found += [(at, id_) for at, id_ in connection.execute(statement)]
        return [id_ for _, id_ in sorted(found)]

    def alike(self, side: Side, pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """Return the pairs whose records the same people may see: no other ones are merged."""
        asked = list(pairs)
        with self._store.reading() as connection:
            seen = audiences(connection, side, {id_ for pair in asked for id_ in pair})
        return {(one, two) for one, two in asked if seen.get(one) == seen.get(two)}

    def propose(self, side: Side, proposals: Sequence[Proposal]) -> list[int]:
        """Write down what was found; pairs that are known already are passed over.

        Returns:
            The numbers of the new ones.
        """
        known = self.known(side)
        now = datetime.now(UTC)
        numbers = []
        with self._store.writing() as (connection, _, _):
            for one in proposals:
                pair = frozenset((one.kept, one.absorbed))
                if pair in known:
                    continue
                known[pair] = "proposed"
                row = {"kind": side, "kept": one.kept, "absorbed": one.absorbed}
                about = {"score": one.score, "reasons": list(one.reasons), "decided_by": ""}
                values = {**row, **about, "state": "proposed", "found_at": now}
                numbers.append(_key(connection, values))
        return numbers

    def merge(self, side: Side, numbers: Sequence[int], by: str = PROGRAM) -> list[Merge]:
        """Show records as one; a merge that is in place already stays.

        Raises:
            MergeError: there is no such number, or one of its records is not to be had.
        """
        return self.decide(side, {"merged": numbers}, by)

    def undo(self, side: Side, numbers: Sequence[int], by: str = PROGRAM) -> list[Merge]:
        """Take merged records apart.

        Raises:
            MergeError: there is no such number, or it is not merged.
        """
        return self.decide(side, {"undone": numbers}, by)

    def reject(self, side: Side, numbers: Sequence[int], by: str = PROGRAM) -> list[Merge]:
        """Say that records are not the same thing.

        Raises:
            MergeError: there is no such number, or it is merged.
        """
        return self.decide(side, {"rejected": numbers}, by)

    def decide(
        self, side: Side, wanted: Mapping[State, Sequence[int]], by: str = PROGRAM
    ) -> list[Merge]:
        """Undo, merge and reject, in this order; all of it or, where one cannot be, nothing.

        Args:
            side: whose records.
            wanted: state -> numbers that shall have it; `proposed` is none to be had.
            by: who says so.

        Raises:
            MergeError: as `undo`, `merge` and `reject`.
        """
        with self._store.writing() as (connection, _, revision):
            for state, act in _ACTS.items():
                for number in wanted.get(state, ()):
                    one = _find(connection, side, number, _FROM[state])
                    if one.state != "merged" or state != "merged":
                        revision = act(connection, one, revision)
                        _decide(connection, number, state, by)
            keep_revision(connection, revision)
            numbers = [number for state in _ACTS for number in wanted.get(state, ())]
            return [_find(connection, side, number) for number in numbers]

    def group(self, side: Side, id_: str) -> Group | None:
        """Return what is shown under an id, or what shows it, with all sources; None without it."""
        table = TABLES[side]
        with self._store.reading() as connection:
            root = groups.root_of(connection, side, id_)
            own = connection.execute(select(table).where(table.c.id == root)).one_or_none()
            if own is None:
                return None
            below = groups.members(connection, side, [root]).get(root, [])
        records = [groups.record_of(side, row) for row in below if not row.withdrawn]
        sources = tuple(_source(row) for row in (own, *below))
        return Group(merge_records(groups.record_of(side, own), records), sources)


def _absorb(connection: Connection, one: Merge, revision: int) -> int:
    """Make the absorbed row name the kept one."""
    table = TABLES[one.side]
    for id_ in (one.kept, one.absorbed):
        row = connection.execute(select(table).where(table.c.id == id_)).one_or_none()
        if row is None or row.withdrawn:
            raise MergeError(one.number, f"不能合并：编号 {id_} 的记录已不在库中")
        if id_ == one.absorbed and row.merged_into is not None:
            raise MergeError(
                one.number, f"不能合并：编号 {id_} 已并入 {row.merged_into}，请先撤销那次合并"
            )
    seen = audiences(connection, one.side, (one.kept, one.absorbed))
    if seen[one.kept] != seen[one.absorbed]:
        raise MergeError(one.number, "不能合并：两条的公开范围、持有单位或授权不同，内容会外泄")
    root = groups.root_of(connection, one.side, one.kept)
    if root == one.absorbed:
        raise MergeError(one.number, f"不能合并：编号 {one.kept} 已并入 {one.absorbed}")
    absorbing = update(table).where(table.c.id == one.absorbed)
    connection.execute(absorbing.values(merged_into=one.kept))
    return groups.touch(connection, one.side, (one.absorbed, root), revision)


def _take_apart(connection: Connection, one: Merge, revision: int) -> int:
    """Let the absorbed row stand for itself, or what went into it where it was withdrawn."""
    table = TABLES[one.side]
    root = groups.root_of(connection, one.side, one.kept)
    row = table.c.id == one.absorbed
    connection.execute(update(table).where(row).values(merged_into=None))
    revision = groups.touch(connection, one.side, (one.absorbed, root), revision)
    gone = connection.scalars(select(table.c.id).where(row, table.c.withdrawn.is_(True))).all()
    return groups.release(connection, one.side, gone, revision)


def _set_aside(_connection: Connection, _one: Merge, revision: int) -> int:
    """Change no record: what is rejected was shown apart before."""
    return revision


_ACTS: Mapping[State, Callable[[Connection, Merge, int], int]] = {
    "undone": _take_apart,
    "merged": _absorb,
    "rejected": _set_aside,
}
_FROM: Mapping[State, tuple[State, ...]] = {
    "undone": ("merged",),
    "merged": ("proposed", "merged", "rejected", "undone"),
    "rejected": ("proposed", "rejected", "undone"),
}
"""State that is asked for -> those from which it can be had."""


def _find(
    connection: Connection, side: Side, number: int, states: Collection[State] | None = None
) -> Merge:
    statement = select(MergeRow.__table__).where(MergeRow.id == number, MergeRow.kind == side)
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise MergeError(number, "不存在")
    found = _merge(row)
    if states is not None and found.state not in states:
        raise MergeError(number, f"现在是“{STATE_NAMES[found.state]}”，不能这样处理")
    return found


def _decide(connection: Connection, number: int, state: State, by: str) -> None:
    values = {"state": state, "decided_at": datetime.now(UTC), "decided_by": by}
    connection.execute(update(MergeRow).where(MergeRow.id == number).values(**values))


def _key(connection: Connection, values: dict[str, object]) -> int:
    key = connection.execute(insert(MergeRow).values(**values)).inserted_primary_key
    return int(key[0]) if key else 0


def _merge(row: Row[Any]) -> Merge:
    return Merge(
        number=row.id,
        side=row.kind,
        kept=row.kept,
        absorbed=row.absorbed,
        score=row.score,
        reasons=tuple(row.reasons),
        state=row.state,
        found_at=row.found_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
    )


def _source(row: Row[Any]) -> Source:
    return Source(row.id, row.source, row.import_id, row.created_at, row.withdrawn)
