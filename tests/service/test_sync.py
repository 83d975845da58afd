from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from matcher.types import Achievement, Need, Record, Side
from service.settings import Home
from service.store.store import Store
from service.sync import Checkpoints, Synced, bring_up_to_date


class KilledError(BaseException):
    """What a killed process looks like to the code that was running."""


@dataclass
class FakeBundle:
    records: dict[str, Record] = field(default_factory=dict)
    meta: dict[str, Any] = field(default_factory=dict)
    disk: dict[Path, "FakeBundle"] = field(default_factory=dict)
    compaction_due: bool = False
    events: list[str] = field(default_factory=list)

    def compact(self) -> None:
        self.events.append("compact")
        self.compaction_due = False

    def save(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.events.append("save")
        self.disk[folder] = FakeBundle(dict(self.records), dict(self.meta), self.disk)


@dataclass
class FakeIndexer:
    disk: dict[Path, FakeBundle] = field(default_factory=dict)
    calls: list[int] = field(default_factory=list)
    die_after: int | None = None
    untidy: bool = False
    events: list[str] = field(default_factory=list)

    def create(self, side: Side) -> FakeBundle:
        untidy = self.untidy and side == "need"
        return FakeBundle(disk=self.disk, compaction_due=untidy, events=self.events)

    def open_or_create(self, folder: Path, side: Side) -> FakeBundle:
        saved = self.disk.get(folder)
        if saved is None:
            return self.create(side)
        return FakeBundle(dict(saved.records), dict(saved.meta), self.disk)

    def update(self, bundle: FakeBundle, changed: Sequence[Record], removed: Sequence[str]) -> None:
        if self.die_after is not None and len(self.calls) >= self.die_after:
            raise KilledError
        self.calls.append(len(changed) + len(removed))
        bundle.records |= {record.id: record for record in changed}
        for id_ in removed:
            bundle.records.pop(id_, None)


def fill(store: Store, needs: int = 0, achievements: int = 0) -> None:
    with store.importing("need", "n.csv") as batch:
        for n in range(needs):
            batch.put(Need(id=f"N{n}", title=f"需求{n}"))
    with store.importing("achievement", "a.csv") as batch:
        for n in range(achievements):
            batch.put(Achievement(id=f"A{n}", title=f"成果{n}"))


def indexed(indexer: FakeIndexer, home: Home, side: Side) -> dict[str, Record]:
    return indexer.disk[home.index(side)].records


def stored(store: Store, side: Side) -> dict[str, Record]:
    return {record.id: record for record in store.iterate(side)}


def test_the_index_gets_what_the_store_holds(store: Store, home: Home) -> None:
    fill(store, needs=5, achievements=3)
    indexer = FakeIndexer()
    synced = bring_up_to_date(store, home, indexer, checkpoints=Checkpoints(batch=2))
    assert synced == [Synced("need", 5, 0, 5, False), Synced("achievement", 3, 0, 8, False)]
    assert indexed(indexer, home, "need") == stored(store, "need")
    assert indexed(indexer, home, "achievement") == stored(store, "achievement")
    assert indexer.calls == [2, 2, 1, 2, 1]


def test_only_what_changed_is_taken_in_again(store: Store, home: Home) -> None:
    fill(store, needs=5)
    indexer = FakeIndexer()
    bring_up_to_date(store, home, indexer)
    indexer.calls.clear()
    with store.importing("need", "n.csv") as batch:
        batch.put(Need(id="N1", title="改了"))
    store.withdraw("need", ["N2"])
    synced = bring_up_to_date(store, home, indexer)
    assert synced[0] == Synced("need", 1, 1, 7, False)
    assert indexer.calls == [2]
    assert indexed(indexer, home, "need") == stored(store, "need")


def test_what_is_new_is_saved_before_the_index_is_brought_in_order(
    store: Store, home: Home
) -> None:
    fill(store, needs=1, achievements=1)
    indexer = FakeIndexer(untidy=True)
    told = lambda: indexer.events.append("told")  # noqa: E731
    bring_up_to_date(store, home, indexer, saved=told)
    # Nobody waits for what is brought in order: both sides are told of before.
    assert indexer.events == ["save", "save", "told", "compact", "save", "told"]


def test_an_index_that_is_up_to_date_is_not_written_again(store: Store, home: Home) -> None:
    fill(store, needs=1)
    indexer = FakeIndexer()
    bring_up_to_date(store, home, indexer)
    before = indexer.disk[home.index("need")]
    bring_up_to_date(store, home, indexer)
    assert indexer.disk[home.index("need")] is before


def test_empty_sides_get_an_empty_index(store: Store, home: Home) -> None:
    indexer = FakeIndexer()
    bring_up_to_date(store, home, indexer)
    assert indexed(indexer, home, "need") == {}


@pytest.mark.parametrize("die_after", range(6))
def test_a_killed_indexing_goes_on_where_it_was(store: Store, home: Home, die_after: int) -> None:
    fill(store, needs=10)
    often = Checkpoints(seconds=0.0, batch=2)
    indexer = FakeIndexer(die_after=die_after)
    if die_after < 5:
        with pytest.raises(KilledError):
            bring_up_to_date(store, home, indexer, checkpoints=often)
    else:
        bring_up_to_date(store, home, indexer, checkpoints=often)
    indexer.die_after = None
    synced = bring_up_to_date(store, home, indexer, checkpoints=often)
    assert synced[0].changed == 10 - 2 * die_after
    assert sum(indexer.calls) == 10
    assert indexed(indexer, home, "need") == stored(store, "need")


def test_without_checkpoints_a_killed_indexing_loses_only_its_own_work(
    store: Store, home: Home
) -> None:
    fill(store, needs=4)
    indexer = FakeIndexer()
    bring_up_to_date(store, home, indexer)
    fill(store, needs=8)
    indexer.die_after = len(indexer.calls) + 1
    with pytest.raises(KilledError):
        bring_up_to_date(store, home, indexer, checkpoints=Checkpoints(seconds=1e9, batch=2))
    assert len(indexed(indexer, home, "need")) == 4


def test_a_rebuild_starts_anew_and_the_old_index_serves_until_its_end(
    store: Store, home: Home
) -> None:
    fill(store, needs=6)
    indexer = FakeIndexer()
    bring_up_to_date(store, home, indexer)
    old = indexer.disk[home.index("need")]
    old.records["ghost"] = Need(id="ghost", title="不在库里")
    often = Checkpoints(seconds=0.0, batch=2)
    indexer.die_after = len(indexer.calls) + 2
    with pytest.raises(KilledError):
        bring_up_to_date(store, home, indexer, rebuild=True, checkpoints=often)
    assert indexer.disk[home.index("need")] is old
    indexer.die_after = None
    synced = bring_up_to_date(store, home, indexer, rebuild=True, checkpoints=often)
    assert synced[0] == Synced("need", 6, 0, 6, True)
    assert indexed(indexer, home, "need") == stored(store, "need")


def test_an_index_that_knows_more_than_the_store_is_rebuilt(store: Store, home: Home) -> None:
    fill(store, needs=2)
    indexer = FakeIndexer()
    ahead = FakeBundle({"ghost": Need(id="ghost", title="x")}, {"revision": 99}, indexer.disk)
    home.index("need").parent.mkdir(parents=True)
    ahead.save(home.index("need"))
    synced = bring_up_to_date(store, home, indexer)
    assert synced[0] == Synced("need", 2, 0, 2, True)
    assert indexed(indexer, home, "need") == stored(store, "need")


def test_progress_counts_up_to_the_total(store: Store, home: Home) -> None:
    fill(store, needs=5)
    told: list[tuple[str, int, int]] = []
    bring_up_to_date(
        store,
        home,
        FakeIndexer(),
        progress=lambda *progress: told.append(progress),
        checkpoints=Checkpoints(batch=2),
    )
    assert told == [("need", 2, 5), ("need", 4, 5), ("need", 5, 5)]


def test_an_index_that_was_made_anew_serves_only_when_it_is_whole(store: Store, home: Home) -> None:
    fill(store, needs=7)
    indexer = FakeIndexer()
    bring_up_to_date(store, home, indexer)
    old = indexer.disk[home.index("need")]
    # The columns are those of an older version: `open_or_create` gives an empty one.
    indexer.open_or_create = lambda folder, side: indexer.create(side)  # type: ignore[method-assign]
    indexer.die_after = len(indexer.calls) + 1
    checkpoints = Checkpoints(seconds=0, batch=3)
    with pytest.raises(KilledError):
        bring_up_to_date(store, home, indexer, checkpoints=checkpoints)
    assert indexer.disk[home.index("need")] is old
    indexer.die_after = None
    need, _ = bring_up_to_date(store, home, indexer, checkpoints=checkpoints)
    assert (need.rebuilt, need.changed, need.revision) == (True, 7, 7)


def test_a_folder_that_a_killed_process_left_empty_gets_its_index(store: Store, home: Home) -> None:
    """Also where the side has no records, so that nothing is there to be taken in."""
    home.index("achievement").mkdir(parents=True)
    indexer = FakeIndexer()
    fill(store, needs=1)
    bring_up_to_date(store, home, indexer)
    assert home.index("achievement") in indexer.disk
    saved = dict(indexer.disk)
    bring_up_to_date(store, home, indexer)
    assert indexer.disk == saved
