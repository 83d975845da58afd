from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from matcher.types import Achievement, Record
from service.errors import MergeError
from service.store.merges import Merges, Proposal
from service.store.store import Store

A = Achievement(id="A", title="叶片热障涂层", text="短。", owner="东澜理工大学")
B = Achievement(id="B", title="一种叶片热障涂层", text="在高温合金表面喷涂双层涂层。", trl=6)
C = Achievement(id="C", title="叶片热障涂层技术", text="", region="江苏省苏州市", trl=8)


def put(store: Store, *records: Record, source: str = "a.csv") -> None:
    with store.importing("achievement", source) as batch:
        for record in records:
            batch.put(record)


@pytest.fixture
def merges(store: Store) -> Merges:
    put(store, A)
    put(store, B, C, source="b.csv")
    return Merges(store)


def proposed(merges: Merges, *pairs: str) -> list[int]:
    rows = [Proposal(pair[0], pair[1], 0.9, ("标题相同",)) for pair in pairs]
    return merges.propose("achievement", rows)


def state(store: Store) -> list[Any]:
    """All that readers see, but for revisions."""
    return [
        list(store.iterate("achievement")),
        [store.get("achievement", id_) for id_ in "ABC"],
        store.get_many("achievement", list("CBA")),
        store.count("achievement"),
        {id_: record for _, id_, record in store.changes_since("achievement", 0)},
    ]


def changed_since(store: Store, revision: int) -> dict[str, bool]:
    """Id -> whether it is shown, of what an index is told."""
    return {id_: one is not None for _, id_, one in store.changes_since("achievement", revision)}


def test_a_proposal_changes_no_record(store: Store, merges: Merges) -> None:
    before = state(store)
    proposed(merges, "AB")
    assert state(store) == before


def test_a_merged_record_is_shown_once_under_the_kept_id(store: Store, merges: Merges) -> None:
    revision = store.last_revision("achievement")
    merges.merge("achievement", proposed(merges, "AB"), "张三")
    assert [one.id for one in store.iterate("achievement")] == ["A", "C"]
    assert store.count("achievement") == 2
    shown = store.get("achievement", "A")
    assert shown == replace(A, text=B.text, trl=6)
    assert store.get("achievement", "B") == shown  # the old id leads to it
    assert store.get_many("achievement", ["A", "B"]) == [shown]
    assert changed_since(store, revision) == {"A": True, "B": False}
    (row,) = merges.listed("achievement", ["merged"])
    assert (row.decided_by, row.state) == ("张三", "merged")
    assert row.decided_at is not None


def test_undoing_brings_everything_back_exactly(store: Store, merges: Merges) -> None:
    before = state(store)
    numbers = proposed(merges, "AB", "AC")
    merges.merge("achievement", numbers)
    assert state(store) != before
    revision = store.last_revision("achievement")
    merges.undo("achievement", numbers, "李四")
    assert state(store) == before
    assert changed_since(store, revision) == {"A": True, "B": True, "C": True}
    assert {one.state for one in merges.listed("achievement", ["undone"])} == {"undone"}


@pytest.mark.parametrize("order", [("BC", "AB"), ("AB", "BC")])
def test_a_merge_of_merged_records_is_taken_apart_step_by_step(
    store: Store, merges: Merges, order: Sequence[str]
) -> None:
    numbers = dict(zip(order, proposed(merges, *order), strict=True))
    for pair in order:
        merges.merge("achievement", [numbers[pair]])
    assert [one.id for one in store.iterate("achievement")] == ["A"]
    assert store.get("achievement", "C") == replace(A, text=B.text, trl=6, region=C.region)
    merges.undo("achievement", [numbers["AB"]])
    assert store.get("achievement", "A") == A
    assert store.get("achievement", "C") == replace(B, region=C.region)


def test_an_import_of_an_absorbed_record_reaches_the_merged_one(
    store: Store, merges: Merges
) -> None:
    numbers = proposed(merges, "AB", "BC")
    merges.merge("achievement", numbers)
    revision = store.last_revision("achievement")
    put(store, replace(C, text="三层涂层，1150℃循环五千次后附着力不下降，已批产。"))
    shown = store.get("achievement", "A")
    assert shown is not None
    assert shown.text.startswith("三层涂层")
    assert changed_since(store, revision) == {"A": True, "C": False}
    revision = store.last_revision("achievement")
    put(store, A)  # unchanged
    assert changed_since(store, revision) == {}


def test_a_withdrawn_source_no_longer_fills_the_merged_record(store: Store, merges: Merges) -> None:
    merges.merge("achievement", proposed(merges, "AB"))
    store.withdraw("achievement", ["B"])
    assert store.get("achievement", "A") == A
    group = merges.group("achievement", "B")
    assert group is not None
    assert [(one.id, one.withdrawn) for one in group.sources] == [("A", False), ("B", True)]


def test_nothing_is_lost_with_a_withdrawn_kept_record(store: Store, merges: Merges) -> None:
    merges.merge("achievement", proposed(merges, "AB", "AC"))
    revision = store.last_revision("achievement")
    store.withdraw("achievement", ["A"])
    assert store.get_many("achievement", list("ABC")) == [B, C]
    assert changed_since(store, revision) == {"A": False, "B": True, "C": True}
    assert len(merges.listed("achievement")) == 2  # they wait for a person again


def test_what_went_into_a_withdrawn_source_comes_back_when_it_is_taken_apart(
    store: Store, merges: Merges
) -> None:
    numbers = proposed(merges, "BC", "AB")
    merges.merge("achievement", numbers)
    store.withdraw("achievement", ["B"])
    revision = store.last_revision("achievement")
    merges.undo("achievement", [numbers[1]])
    assert list(store.iterate("achievement")) == [A, C]
    assert changed_since(store, revision) == {"A": True, "B": False, "C": True}
    assert [one.number for one in merges.listed("achievement")] == [numbers[0]]


def test_nothing_is_lost_below_two_withdrawn_records(store: Store, merges: Merges) -> None:
    merges.merge("achievement", proposed(merges, "BC", "AB"))
    store.withdraw("achievement", ["B"])
    store.withdraw("achievement", ["A"])
    assert list(store.iterate("achievement")) == [C]
    assert len(merges.listed("achievement")) == 2


def test_decisions_of_several_kinds_are_all_kept_or_none(store: Store, merges: Merges) -> None:
    merged, other = proposed(merges, "AB", "AC")
    merges.merge("achievement", [merged])
    before = state(store), store.last_revision("achievement")
    with pytest.raises(MergeError, match="第 99 条不存在"):
        merges.decide("achievement", {"undone": [merged], "rejected": [99]})
    assert (state(store), store.last_revision("achievement")) == before
    assert [one.number for one in merges.listed("achievement", ["merged"])] == [merged]
    done = merges.decide("achievement", {"merged": [other], "undone": [merged]}, "张三")
    assert [(one.number, one.state) for one in done] == [(merged, "undone"), (other, "merged")]
    assert [one.id for one in store.iterate("achievement")] == ["A", "B"]


def test_a_discarded_import_changes_no_group(store: Store, merges: Merges) -> None:
    merges.merge("achievement", proposed(merges, "AB"))
    before = state(store), store.last_revision("achievement")
    with store.importing("achievement", "x") as batch:
        batch.withdraw(["A"])
        batch.discard()
    assert (state(store), store.last_revision("achievement")) == before


def test_a_known_pair_is_not_proposed_again(merges: Merges) -> None:
    rejected, undone = proposed(merges, "AB", "AC")
    merges.reject("achievement", [rejected], "张三")
    merges.merge("achievement", [undone])
    merges.undo("achievement", [undone])
    assert proposed(merges, "AB", "BA", "CA", "AC") == []
    assert set(merges.known("achievement").values()) == {"rejected", "undone"}


def test_a_person_may_think_again(store: Store, merges: Merges) -> None:
    (number,) = proposed(merges, "AB")
    merges.reject("achievement", [number])
    merges.merge("achievement", [number])
    merges.merge("achievement", [number])  # stays
    assert store.count("achievement") == 2


def test_merges_of_one_side_do_not_touch_the_other(merges: Merges) -> None:
    (number,) = proposed(merges, "AB")
    assert merges.listed("need") == []
    with pytest.raises(MergeError, match=f"第 {number} 条不存在"):
        merges.merge("need", [number])


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ("AB", "CB", "已并入 A"),
        ("AB", "BA", "已并入 A"),
        ("BC", "CB", "已并入 B"),
    ],
)
def test_a_merge_that_makes_no_sense_changes_nothing(
    store: Store, merges: Merges, first: str, second: str, reason: str
) -> None:
    (number,) = proposed(merges, first)
    merges.merge("achievement", [number])
    before = state(store), store.last_revision("achievement")
    numbers = merges.propose("achievement", [Proposal(second[0], second[1], 0.9, ())])
    if numbers:  # a pair is known whichever way round
        with pytest.raises(MergeError, match=reason):
            merges.merge("achievement", numbers)
    assert (state(store), store.last_revision("achievement")) == before


def test_a_ring_of_merges_is_refused(store: Store, merges: Merges) -> None:
    ring = proposed(merges, "AB", "BC", "CA")
    merges.merge("achievement", ring[:2])
    before = state(store)
    with pytest.raises(MergeError, match="编号 C 已并入 A"):
        merges.merge("achievement", ring[2:])
    assert state(store) == before


def test_one_bad_number_among_good_ones_changes_nothing(store: Store, merges: Merges) -> None:
    before = state(store)
    numbers = proposed(merges, "AB")
    with pytest.raises(MergeError, match="第 99 条不存在"):
        merges.merge("achievement", [*numbers, 99])
    assert state(store) == before
    assert [one.state for one in merges.listed("achievement")] == ["proposed"]


def test_what_is_not_merged_cannot_be_undone_and_what_is_not_rejected(merges: Merges) -> None:
    (number,) = proposed(merges, "AB")
    with pytest.raises(MergeError, match="待复核"):
        merges.undo("achievement", [number])
    merges.merge("achievement", [number])
    with pytest.raises(MergeError, match="已合并"):
        merges.reject("achievement", [number])


def test_a_record_that_went_away_cannot_be_merged(store: Store, merges: Merges) -> None:
    numbers = proposed(merges, "AB")
    store.withdraw("achievement", ["B"])
    with pytest.raises(MergeError, match="编号 B 的记录已不在库中"):
        merges.merge("achievement", numbers)


def test_a_group_tells_its_sources_and_where_they_disagree(merges: Merges) -> None:
    merges.merge("achievement", proposed(merges, "AB", "AC"))
    group = merges.group("achievement", "C")
    assert group is not None
    assert [(one.id, one.file) for one in group.sources] == [
        ("A", "a.csv"),
        ("B", "b.csv"),
        ("C", "b.csv"),
    ]
    assert all(one.import_id for one in group.sources)
    assert group.merged.record.trl == 6
    assert group.merged.conflicts["trl"] == (("C", 8),)
    assert merges.group("achievement", "nobody") is None


def test_records_are_put_in_the_order_in_which_they_were_stored(
    store: Store, merges: Merges
) -> None:
    put(store, replace(A, id="0"))
    assert merges.in_order("achievement", ["0", "C", "B", "A", "nobody"]) == ["A", "B", "C", "0"]
