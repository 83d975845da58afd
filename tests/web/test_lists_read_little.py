"""Lists of many records: what is shown is read, and the rest is told by indexes."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import connect
from typing import Any, cast

import pytest
from sqlalchemy import event

from matcher.types import Need, Side
from service.access.caller import SCOPES_OF_ROLE, Caller
from service.access.sight import hidden_ids
from service.pages.browse import Wanted, listed
from service.store.batch import Incoming
from service.store.store import Store
from service.web.workplace import Workplace
from service.workbench import records

SIDES: tuple[Side, ...] = ("need", "achievement")
BROKER = Caller(1, "li", "李", 1, "丙中心", "broker", SCOPES_OF_ROLE["broker"])


class Shelf:
    """A running server of which only the store is there."""

    is_ready = False

    def __init__(self, store: Store) -> None:
        self.store = store


@pytest.fixture
def store(tmp_path: Path, empty_database: bytes) -> Iterator[Store]:
    path = tmp_path / "x.db"
    path.write_bytes(empty_database)
    with Store.open(path) as opened:
        yield opened


@contextmanager
def asked(store: Store) -> Iterator[list[tuple[str, Any]]]:
    """What is asked of the database meanwhile, with its values."""
    found: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            found.append((statement, values))

    event.listen(store._engine, "before_cursor_execute", note)
    yield found
    event.remove(store._engine, "before_cursor_execute", note)


def steps(store: Store, call: Callable[[], Any]) -> list[str]:
    """How SQLite goes about what a call asks for."""
    with asked(store) as statements:
        call()
    assert statements
    with closing(connect(store.where)) as plain:
        return [
            row[3]
            for statement, values in statements
            for row in plain.execute(f"EXPLAIN QUERY PLAN {statement}", values)
        ]


def list_page(store: Store, side: Side, **wanted: Any) -> Any:
    return listed(cast("Workplace", Shelf(store)), BROKER, side, Wanted(**wanted), 50)


def api_page(store: Store, side: Side) -> list[records.Held]:
    with store.reading() as connection:
        return records.page(connection, BROKER, side, after="M")


def hidden(store: Store, side: Side) -> frozenset[str]:
    with store.reading() as connection:
        return hidden_ids(connection, side, BROKER)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(
    "read",
    [
        list_page,
        lambda store, side: list_page(store, side, page=300),
        lambda store, side: list_page(store, side, mine=True),
        api_page,
        hidden,
        lambda store, side: list(store.iterate(side)),
        lambda store, side: list(store.changes_since(side, 10)),
        lambda store, side: store.count(side),
    ],
)
def test_no_list_sorts_or_reads_what_it_does_not_show(
    store: Store, side: Side, read: Callable[[Store, Side], Any]
) -> None:
    for step in steps(store, lambda: read(store, side)):
        assert "TEMP B-TREE" not in step
        how, what, *rest = step.split()
        if what == f"{side}s":
            assert "INDEX" in rest  # else it goes through all records
            assert how == "SEARCH" or f"ix_{side}s_listed" in rest


def test_a_text_is_searched_once_for_a_page_and_its_count(store: Store) -> None:
    with asked(store) as statements:
        list_page(store, "need", q="涂层", region="江苏")
    assert sum("text LIKE" in statement for statement, _ in statements) == 1


def test_words_are_found_whatever_their_case_and_signs_stand_for_themselves(store: Store) -> None:
    texts = {"N1": "PEEK 100%", "N2": "peek_x", "N3": "Peek\\y", "N4": "别的"}
    with store.importing("need", "test") as batch:
        batch.put_many([Incoming(Need(id=id_, title=text)) for id_, text in texts.items()])
    found = {
        word: [one.id for one in list_page(store, "need", q=word)[0]]
        for word in ("peEK", "%", "_", "\\", "n4", "无")
    }
    assert found["peEK"] == ["N3", "N2", "N1"]  # the latest first
    assert found["%"] == ["N1"]
    assert found["_"] == ["N2"]
    assert found["\\"] == ["N3"]
    assert found["n4"] == ["N4"]
    assert found["无"] == []


def test_pages_of_found_records_are_cut_and_counted(store: Store) -> None:
    with store.importing("need", "test") as batch:
        batch.put_many([Incoming(Need(id=f"N{n:03}", title="水泵")) for n in range(120)])
    for more in ({}, {"q": "水泵"}):
        pages = [list_page(store, "need", page=number, **more) for number in (1, 2, 3, 4)]
        assert [len(found) for found, _ in pages] == [50, 50, 20, 0]
        assert {total for _, total in pages} == {120}
        ids = [one.id for found, _ in pages for one in found]
        assert ids == [f"N{n:03}" for n in reversed(range(120))]
