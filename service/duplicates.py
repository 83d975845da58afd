"""Looks for records of a store that are the same thing, and writes down or merges what it finds."""

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from matcher.duplicates.candidates import CandidateIndex
from matcher.duplicates.clusters import clusters
from matcher.duplicates.find import decisions, index_of
from matcher.duplicates.judge import Decision, Judge
from matcher.types import Record, Side
from service.settings import Home
from service.store.merges import PROGRAM, Merges, Proposal, State
from service.store.store import Store

log = logging.getLogger(__name__)

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Attributes:
        proposed: numbers of new suggestions.
        merged: numbers of pairs that were merged at once.
        ids: records that the search took for the same as another one, or for perhaps so.
    """

    proposed: tuple[int, ...]
    merged: tuple[int, ...]
    ids: frozenset[str]


def find_duplicates(
    store: Store,
    side: Side,
    ids: Collection[str] | None = None,
    *,
    merge: bool = False,
    judge: Judge | None = None,
    cache: Path | None = None,
    progress: Progress = lambda share: None,
) -> Found:
    """Look for records that are the same thing; the caller holds the home (`service.lock`).

    Args:
        store: where the records are.
        side: whose records.
        ids: only what is the same as one of these, as after an import; everything when None.
        merge: merge what is sure enough; otherwise everything found is only suggested.
        judge: decides; the shipped one unless told.
        cache: where what candidates are found by is kept from one search to the next.
        progress: told the share that is done.
    """
    judge = judge or Judge()
    merges = Merges(store)
    settled = {pair for pair, state in merges.known(side).items() if state != "proposed"}
    index = _index(store, side, cache)
    found = [
        one
        for one in decisions(index, store.side(side), judge, ids, progress)
        if frozenset((one.left, one.right)) not in settled
    ]
    alike = merges.alike(side, ((one.left, one.right) for one in found))
    found = [one for one in found if (one.left, one.right) in alike]
    proposals, sure = _proposals(store, side, found, judge, settled)
    numbers = merges.propose(side, proposals)
    merged: Sequence[int] = ()
    if merge:
        waiting = {(one.kept, one.absorbed): one.number for one in merges.listed(side)}
        merged = [number for pair, number in waiting.items() if pair in sure]
        merges.merge(side, merged)
    proposed = tuple(number for number in numbers if number not in set(merged))
    log.info(
        "duplicates side=%s pairs=%d proposed=%d merged=%d",
        *(side, len(found), len(proposed), len(merged)),
    )
    named = frozenset(id_ for one in proposals for id_ in (one.kept, one.absorbed))
    return Found(proposed, tuple(merged), named)


def part_what_changed(store: Store, side: Side, since: int, *, judge: Judge | None = None) -> int:
    """Take apart what the program merged by itself and what an import has made another thing.

    What a person merged stays: the person knew more than the texts say.

    Args:
        store: where the records are.
        side: whose records.
        since: the store's revision before the import.
        judge: decides; the shipped one unless told.

    Returns:
        How many merges were taken apart; they are not suggested again.
    """
    merges = Merges(store)
    merged: tuple[State, ...] = ("merged",)
    own = [one for one in merges.listed(side, merged) if one.decided_by == PROGRAM]
    if not own:
        return 0
    changed = {id_ for _, id_, _ in store.changes_since(side, since)}
    judge = judge or Judge()
    wrong = []
    for one in own:
        if changed.isdisjoint((one.kept, one.absorbed)):
            continue
        pair = [store.details(side, id_) for id_ in (one.kept, one.absorbed)]
        readings = [judge.read(held.record) for held in pair if held is not None]
        if len(readings) == 2 and judge(*readings).verdict != "same":
            wrong.append(one.number)
    merges.undo(side, wrong)
    return len(wrong)


def candidates_file(home: Home, side: Side) -> Path:
    """Where the numbers that candidates of a side are found by are kept."""
    return home.root / "duplicates" / f"{side}s.npz"


def _index(store: Store, side: Side, cache: Path | None) -> CandidateIndex:
    """Bring the kept index up to date, or make one; only what changed since is read."""
    loaded = CandidateIndex.load(cache) if cache is not None else None
    last = store.last_revision(side)
    # A store that was put back from a backup knows less than the index: begin anew.
    index, since = loaded if loaded and loaded[1] <= last else (CandidateIndex(), 0)
    gone: set[str] = set()

    def shown() -> Iterator[Record]:
        for _, id_, record in store.changes_since(side, since):
            if record is None:
                gone.add(id_)
            else:
                yield record

    changed = index_of(shown())
    index = index.replaced(gone, changed)
    if cache is not None and (gone or changed.ids):
        cache.parent.mkdir(parents=True, exist_ok=True)
        index.save(cache, last)
    return index


def _proposals(
    store: Store,
    side: Side,
    found: Sequence[Decision],
    judge: Judge,
    settled: Collection[frozenset[str]],
) -> tuple[list[Proposal], set[tuple[str, str]]]:
    """Turn decisions into pairs of a kept and an absorbed record; which of them are sure."""
    ids = {id_ for one in found for id_ in (one.left, one.right)}
    order = Merges(store).in_order(side, ids)
    place = {id_: at for at, id_ in enumerate(order)}

    def ask(left: str, right: str) -> Decision:
        records = store.get_many(side, [left, right])
        alike = Merges(store).alike(side, [(left, right)])
        if frozenset((left, right)) in settled or len(records) < 2 or not alike:
            return Decision(left, right, 0.0, "different", ())
        return judge(judge.read(records[0]), judge.read(records[1]))

    proposals = []
    group: dict[str, str] = {}
    for cluster in clusters(order, found, ask):
        for id_, decision in cluster.absorbed:
            group[id_] = cluster.kept
            proposals.append(Proposal(cluster.kept, id_, decision.probability, decision.reasons))
    sure = {(one.kept, one.absorbed) for one in proposals}
    for one in found:
        kept, absorbed = sorted((one.left, one.right), key=place.__getitem__)
        if group.get(kept, kept) != group.get(absorbed, absorbed):
            proposals.append(Proposal(kept, absorbed, one.probability, one.reasons))
    return proposals, sure
