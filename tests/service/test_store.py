from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from matcher.types import Achievement, Need, Record, Side
from service.store.among import among
from service.store.batch import Incoming
from service.store.rows import TABLES, cells, content_hash
from service.store.store import Store

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
dates = st.none() | st.dates()
money = st.none() | st.floats(0, 1e9, allow_nan=False)
levels = st.none() | st.integers(1, 9)
needs = st.builds(
    Need,
    id=st.text(st.characters(categories=["Lu", "Nd", "Lo"]), min_size=1, max_size=8),
    title=texts,
    text=texts,
    organisation=texts,
    budget_wan=money,
    deadline=dates,
    min_trl=levels,
    posted=dates,
    visibility=st.sampled_from(["公开", "本机构", "受限"]),
)
achievements = st.builds(
    Achievement,
    id=st.text(st.characters(categories=["Lu", "Nd", "Lo"]), min_size=1, max_size=8),
    title=texts,
    text=texts,
    owner=texts,
    ip=texts,
    trl=levels,
    transfer_modes=st.lists(texts, max_size=3).map(tuple),
    price_wan=money,
    published=dates,
)


def put(store: Store, side: Side, *records: Record) -> list[str]:
    with store.importing(side, "file.csv") as batch:
        return [one.status for one in batch.put_many([Incoming(record) for record in records])]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store.open(tmp_path_factory.mktemp("store") / "x.db")


@settings(max_examples=25, deadline=None)
@given(need=needs, achievement=achievements)
def test_what_goes_in_comes_out(shared: Store, need: Need, achievement: Achievement) -> None:
    put(shared, "need", need)
    put(shared, "achievement", achievement)
    assert shared.get("need", need.id) == need
    assert shared.get("achievement", achievement.id) == achievement
    assert put(shared, "need", need) == ["unchanged"]
    assert put(shared, "achievement", achievement) == ["unchanged"]


@settings(max_examples=50, deadline=None)
@given(first=needs, second=needs)
def test_the_content_hash_tells_records_apart_but_not_their_ids(first: Need, second: Need) -> None:
    left, right = cells("need", first), cells("need", second)
    assert (content_hash(left) == content_hash(right)) == (left[1:] == right[1:])


def test_the_content_hash_is_the_same_forever() -> None:
    # Written into databases: another hash would make every stored record look changed.
    need = Need(
        id="N1", title="耐高温涂层", text="x" * 3, budget_wan=50.0, deadline=date(2025, 3, 1)
    )
    assert content_hash(cells("need", need)) == "d9565c687d7945b14ee3da662894054e"


def test_many_are_given_in_the_order_asked_for_and_missing_ones_left_out(store: Store) -> None:
    records = [Need(id=f"N{n}", title=f"需求{n}") for n in range(1200)]
    put(store, "need", *records)
    asked = [f"N{n}" for n in range(1199, -1, -1)]
    assert store.get_many("need", [*asked, "X", "N5"]) == [*records[::-1], records[5]]
    assert store.side("need").get_many(["N3", "X", "N1"]) == [records[3], records[1]]
    assert store.get_many("need", []) == []
    assert store.get("need", "X") is None
    assert store.get("achievement", "N1") is None


@pytest.mark.parametrize("batch", [1, 2, 3, 100])
def test_iterating_gives_every_record_once_whatever_the_batch(store: Store, batch: int) -> None:
    records = [Achievement(id=f"A{n}", title="成果") for n in (3, 1, 2, 4)]
    put(store, "achievement", *records)
    found = list(store.iterate("achievement", batch))
    assert [record.id for record in found] == ["A1", "A2", "A3", "A4"]
    assert store.count("achievement") == 4
    assert store.count("need") == 0


def test_changes_come_in_the_order_of_revisions(store: Store) -> None:
    put(store, "need", Need(id="N1", title="甲"), Need(id="N2", title="乙"))
    put(store, "achievement", Achievement(id="A1", title="丙"))
    put(store, "need", Need(id="N1", title="甲二"))
    changes = list(store.changes_since("need", 0, batch=1))
    assert [(revision, id_) for revision, id_, _ in changes] == [(2, "N2"), (4, "N1")]
    assert changes[1][2] == Need(id="N1", title="甲二")
    assert [id_ for _, id_, _ in store.changes_since("need", 2)] == ["N1"]
    assert list(store.changes_since("need", 4)) == []
    assert store.count_changes_since("need", 0) == 2
    assert store.count_changes_since("need", 4) == 0
    assert (store.last_revision("need"), store.last_revision("achievement")) == (4, 3)


def test_an_empty_store_has_revision_zero(store: Store) -> None:
    assert store.last_revision("need") == 0
    assert list(store.changes_since("need", 0)) == []
    assert list(store.iterate("need")) == []


def test_a_withdrawn_record_is_out_of_sight_but_told_to_the_index(store: Store) -> None:
    put(store, "need", Need(id="N1", title="甲"), Need(id="N2", title="乙"))
    assert store.withdraw("need", ["N1", "N1", "X"]) == 1
    assert store.withdraw("need", ["N1"]) == 0
    assert store.get("need", "N1") is None
    assert [record.id for record in store.iterate("need")] == ["N2"]
    assert store.count("need") == 1
    assert list(store.changes_since("need", 2)) == [(3, "N1", None)]
    details = store.details("need", "N1")
    assert details is not None
    assert details.withdrawn


def test_a_withdrawn_record_comes_back_with_the_next_import(store: Store) -> None:
    need = Need(id="N1", title="甲")
    put(store, "need", need)
    store.withdraw("need", ["N1"])
    assert put(store, "need", need) == ["updated"]
    assert store.get("need", "N1") == need
    assert list(store.changes_since("need", 2)) == [(3, "N1", need)]


def test_details_tell_source_and_times(store: Store) -> None:
    before = datetime.now(UTC)
    put(store, "need", Need(id="N1", title="甲"))
    created = store.details("need", "N1")
    with store.importing("need", "second.csv") as batch:
        batch.put(Need(id="N1", title="乙"))
    updated = store.details("need", "N1")
    assert created is not None
    assert updated is not None
    assert (created.source, updated.source) == ("file.csv", "second.csv")
    assert before <= created.created_at == created.updated_at < updated.updated_at
    assert updated.created_at == created.created_at
    assert updated.updated_at.tzinfo is not None
    assert (created.revision, updated.revision) == (1, 2)
    assert store.details("need", "X") is None


def test_two_opened_stores_see_the_same_records(store: Store) -> None:
    put(store, "need", Need(id="N1", title="甲"))
    with Store.open(Path(store.where)) as other:
        assert other.get("need", "N1") == store.get("need", "N1")


def test_a_store_can_be_opened_by_url(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'by-url.db'}") as opened:
        assert put(opened, "need", Need(id="N1", title="甲")) == ["new"]
    assert (tmp_path / "by-url.db").exists()


def test_any_number_of_ids_can_be_asked_for(store: Store) -> None:
    odd = ['a"b', "甲%", "x'y", "a\\b"]
    with store.importing("need", "f") as batch:
        for id_ in odd:
            batch.put(Need(id=id_, title=id_))
    column = TABLES["need"].c.id
    with store.reading() as connection:
        many = [*odd[:3], *(f"N{at}" for at in range(70_000))]
        for asked in (many, [], odd):
            found = connection.scalars(select(column).where(among(connection, column, asked)))
            assert set(found) == set(odd) & set(asked)
