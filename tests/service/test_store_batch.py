import sqlite3
import threading
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from matcher.types import Achievement, Need
from service.errors import DiskFullError, StoreBusyError
from service.settings import Home
from service.store.batch import Incoming, Outcome
from service.store.engine import clear_errors
from service.store.store import Store


def test_new_updated_and_unchanged_are_told_apart(store: Store) -> None:
    with store.importing("need", "a.csv") as batch:
        assert batch.put(Need(id="N1", title="甲")) == "new"
        assert batch.put(Need(id="N2", title="乙")) == "new"
    with store.importing("need", "b.csv") as batch:
        assert batch.put(Need(id="N1", title="甲")) == "unchanged"
        assert batch.put(Need(id="N2", title="乙", min_trl=3)) == "updated"
        assert batch.counts == {"unchanged": 1, "updated": 1}
    assert store.get("need", "N2") == Need(id="N2", title="乙", min_trl=3)


def test_only_changes_get_a_revision(store: Store) -> None:
    for _ in range(2):
        with store.importing("need", "a.csv") as batch:
            batch.put(Need(id="N1", title="甲"))
            batch.put(Need(id="N1", title="甲"))
    assert store.last_revision("need") == 1


def test_the_same_id_twice_in_a_file_is_a_duplicate_or_a_conflict(store: Store) -> None:
    with store.importing("need", "a.csv") as batch:
        outcomes = batch.put_many(
            [
                Incoming(Need(id="N1", title="甲"), position=2),
                Incoming(Need(id="N1", title="甲"), position=3),
                Incoming(Need(id="N1", title="乙"), position=4),
            ]
        )
        later = batch.put_many([Incoming(Need(id="N1", title="丙"), position=5)])
    assert outcomes == [
        Outcome("new"),
        Outcome("duplicate", other="N1", position=2),
        Outcome("conflict", position=2),
    ]
    assert later == [Outcome("conflict", position=2)]
    assert store.get("need", "N1") == Need(id="N1", title="甲")


def test_the_first_row_of_a_file_wins_even_when_the_store_holds_the_second(store: Store) -> None:
    with store.importing("need", "a.csv") as batch:
        batch.put(Need(id="N1", title="乙"))
    with store.importing("need", "b.csv") as batch:
        assert batch.put(Need(id="N1", title="甲"), position=2) == "updated"
        assert batch.put(Need(id="N1", title="乙"), position=3) == "conflict"
    assert store.get("need", "N1") == Need(id="N1", title="甲")


def test_a_derived_id_gives_way_to_a_record_with_the_same_content(store: Store) -> None:
    with store.importing("need", "a.csv") as batch:
        batch.put(Need(id="N1", title="甲"))
    with store.importing("need", "b.csv") as batch:
        outcomes = batch.put_many(
            [
                Incoming(Need(id="Nderived", title="甲"), derived=True),
                Incoming(Need(id="N9", title="乙")),
                Incoming(Need(id="Nother", title="乙"), derived=True),
            ]
        )
    assert outcomes == [
        Outcome("duplicate", other="N1"),
        Outcome("new"),
        Outcome("duplicate", other="N9"),
    ]
    assert store.count("need") == 2


def test_an_id_that_was_given_is_kept_even_with_the_same_content(store: Store) -> None:
    with store.importing("need", "a.csv") as batch:
        assert batch.put(Need(id="N1", title="甲")) == "new"
        assert batch.put(Need(id="N2", title="甲")) == "new"
    assert store.count("need") == 2


def test_a_derived_id_meets_itself_in_a_later_file(store: Store) -> None:
    record = Incoming(Need(id="Nderived", title="甲"), derived=True)
    for expected in ("new", "unchanged"):
        with store.importing("need", "a.csv") as batch:
            assert [one.status for one in batch.put_many([record])] == [expected]


def test_the_content_of_a_withdrawn_record_is_free(store: Store) -> None:
    with store.importing("need", "a.csv") as batch:
        batch.put(Need(id="N1", title="甲"))
    store.withdraw("need", ["N1"])
    with store.importing("need", "b.csv") as batch:
        assert batch.put(Need(id="Nderived", title="甲"), derived=True) == "new"


def test_sides_do_not_see_each_other(store: Store) -> None:
    with store.importing("need", "a.csv") as batch:
        batch.put(Need(id="X1", title="甲"))
    with store.importing("achievement", "a.csv") as batch:
        assert batch.put(Achievement(id="X1", title="甲")) == "new"


def test_other_columns_are_kept_and_count_as_a_change(store: Store) -> None:
    need = Need(id="N1", title="甲")
    for extra, expected in (({"备注": "急"}, "new"), ({"备注": "缓"}, "updated"), ({}, "updated")):
        with store.importing("need", "a.csv") as batch:
            (outcome,) = batch.put_many([Incoming(need, extra=extra)])
        assert outcome.status == expected
        details = store.details("need", "N1")
        assert details is not None
        assert details.extra == extra


def test_nothing_is_kept_when_the_block_raises(store: Store) -> None:
    with store.importing("need", "a.csv") as batch:
        batch.put(Need(id="N0", title="先"))

    def fail_half_way() -> None:
        with store.importing("need", "a.csv") as batch:
            batch.put(Need(id="N1", title="甲"))
            batch.put(Need(id="N0", title="后"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert store.count("need") == 1
    assert store.get("need", "N0") == Need(id="N0", title="先")
    assert store.last_revision("need") == 1


def test_nothing_is_kept_when_the_batch_is_discarded(store: Store) -> None:
    with store.importing("need", "a.csv") as batch:
        assert batch.put(Need(id="N1", title="甲")) == "new"
        batch.discard()
    assert store.count("need") == 0
    with store.importing("need", "a.csv") as batch:
        assert batch.put(Need(id="N1", title="甲")) == "new"
    assert store.last_revision("need") == 1


def test_readers_see_nothing_of_an_import_before_its_end(store: Store) -> None:
    with store.importing("need", "a.csv") as batch:
        batch.put(Need(id="N1", title="甲"))
        assert store.count("need") == 0
    assert store.count("need") == 1


def test_a_second_writer_waits_for_the_first(store: Store) -> None:
    second_done = threading.Event()

    def write_second() -> None:
        with store.importing("need", "b.csv") as batch:
            batch.put(Need(id="N2", title="乙"))
        second_done.set()

    with store.importing("need", "a.csv") as batch:
        thread = threading.Thread(target=write_second)
        thread.start()
        assert not second_done.wait(0.2)
        batch.put(Need(id="N1", title="甲"))
    thread.join(10)
    assert [revision for revision, _, _ in store.changes_since("need", 0)] == [1, 2]
    assert [id_ for _, id_, _ in store.changes_since("need", 0)] == ["N1", "N2"]


def test_an_import_is_remembered_with_its_counts(store: Store, home: Home) -> None:
    with store.importing("need", "a.csv", "ab" * 32) as batch:
        batch.put_many([Incoming(Need(id="N1", title="甲")), Incoming(Need(id="N2", title="乙"))])
    with closing(sqlite3.connect(home.database)) as connection:
        (row,) = connection.execute("SELECT kind, file, sha256, counts FROM imports").fetchall()
        assert row == ("need", "a.csv", "ab" * 32, '{"new":2}')
        ids = connection.execute("SELECT DISTINCT import_id FROM needs").fetchall()
        assert ids == [(1,)]


rows_of_a_file = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("甲乙丙")), max_size=12
)


@settings(max_examples=20, deadline=None)
@given(files=st.lists(rows_of_a_file, max_size=4), size=st.integers(1, 5))
def test_batches_of_any_size_do_what_a_plain_dictionary_does(
    tmp_path_factory: pytest.TempPathFactory,
    empty_database: bytes,
    files: list[list[tuple[str, str]]],
    size: int,
) -> None:
    held: dict[str, str] = {}
    file = tmp_path_factory.mktemp("batches") / "x.db"
    file.write_bytes(empty_database)
    with Store.open(file) as store:
        for rows in files:
            expected: list[str] = []
            in_file: dict[str, str] = {}
            for id_, title in rows:
                if id_ in in_file:
                    expected.append("duplicate" if in_file[id_] == title else "conflict")
                    continue
                same = "unchanged" if held.get(id_) == title else "updated"
                expected.append(same if id_ in held else "new")
                held[id_] = in_file[id_] = title
            with store.importing("need", "x") as batch:
                found: list[str] = []
                for start in range(0, len(rows), size):
                    part = rows[start : start + size]
                    incoming = [Incoming(Need(id=id_, title=title)) for id_, title in part]
                    found += [outcome.status for outcome in batch.put_many(incoming)]
            assert found == expected
        assert {need.id: need.title for need in store.iterate("need")} == held


def test_a_driver_that_takes_values_by_name_writes_the_same(store: Store) -> None:
    need = Need(id="N1", title="甲", budget_wan=1.5)
    with store.importing("need", "a.csv") as batch:
        assert batch._writer._order is not None
        batch._writer._order = None
        assert batch.put(need) == "new"
    assert store.get("need", "N1") == need


@pytest.mark.parametrize(
    ("words", "expected"),
    [("database or disk is full", DiskFullError), ("database is locked", StoreBusyError)],
)
def test_what_the_database_says_becomes_an_error_for_people(
    words: str, expected: type[Exception]
) -> None:
    with pytest.raises(expected, match=r"数据库|磁盘"), clear_errors("x.db"):
        raise OperationalError("INSERT", {}, sqlite3.OperationalError(words))


def test_errors_that_are_not_understood_pass_through() -> None:
    with pytest.raises(OperationalError), clear_errors("x.db"):
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("no such column"))
    with pytest.raises(FileNotFoundError), clear_errors("x.db"):
        raise FileNotFoundError(2, "none")


def test_a_full_disk_leaves_the_earlier_records_alone(store: Store, home: Home) -> None:
    with store.importing("need", "a.csv") as batch:
        batch.put(Need(id="N1", title="甲"))
    with closing(sqlite3.connect(home.database)) as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()

    def fill_the_disk() -> None:
        with store.importing("need", "b.csv") as batch:
            # SQLite's own way to run out of room.
            batch._connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 4}")
            for n in range(1000):
                batch.put(Need(id=f"M{n}", title="乙" * 50))

    with pytest.raises(DiskFullError, match="磁盘空间不足"):
        fill_the_disk()
    with Store.open(home.database) as reopened:
        assert [need.id for need in reopened.iterate("need")] == ["N1"]
        with reopened.importing("need", "c.csv") as batch:
            assert batch.put(Need(id="N2", title="丙")) == "new"
