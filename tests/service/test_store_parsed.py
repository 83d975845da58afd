import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from alembic import command
from alembic.config import Config

from matcher.types import Achievement, Need, Side
from service.settings import Home
from service.store import schema
from service.store.batch import Incoming
from service.store.engine import WRITES, open_engine
from service.store.rows import cells, content_hash
from service.store.store import Store

NEED = Need(id="N1", title="耐高温涂层", text="长期工作", budget_wan=50.0)
READ = {"version": 1, "budget": {"raw": "50万元"}}


def put(store: Store, item: Incoming, side: Side = "need") -> str:
    with store.importing(side, "file.csv") as batch:
        return batch.put_many([item])[0].status


def old_home(home: Home) -> None:
    """A database of the first version with one need in it, written without today's code."""
    engine = open_engine(f"sqlite:///{home.database}")
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        config = Config()
        config.set_main_option("script_location", str(schema.MIGRATIONS))
        config.set_main_option("path_separator", "newline")
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    with closing(sqlite3.connect(home.database)) as connection:
        values = {
            "id": NEED.id,
            "title": NEED.title,
            "text": NEED.text,
            "budget_wan": 50.0,
            **dict.fromkeys(("organisation", "industry", "region", "cooperation", "source"), ""),
            "visibility": "公开",
            "content_hash": content_hash(cells("need", NEED)),
            "revision": 1,
            "withdrawn": 0,
            "extra": "{}",
            **dict.fromkeys(("created_at", "updated_at"), "2026-01-01 00:00:00.000000"),
        }
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        row = tuple(values.values())
        connection.execute(f"INSERT INTO needs ({names}) VALUES ({marks})", row)
        connection.execute("UPDATE counters SET value = 1")
        connection.commit()


def test_an_old_database_opens_and_its_rows_are_read_at_the_next_import(home: Home) -> None:
    old_home(home)
    with Store.open(home.database) as store:
        details = store.details("need", "N1")
        assert details is not None
        assert (details.record, details.parsed) == (NEED, {})
        assert put(store, Incoming(NEED, parsed=READ)) == "unchanged"
        details = store.details("need", "N1")
        assert details is not None
        assert (details.parsed, details.revision) == (READ, 1)


def test_what_was_read_is_stored_with_new_and_changed_records(store: Store) -> None:
    assert put(store, Incoming(NEED, parsed=READ)) == "new"
    again = {"version": 1, "budget": {"raw": "60"}}
    changed = replace(NEED, budget_wan=60.0)
    assert put(store, Incoming(changed, parsed=again)) == "updated"
    details = store.details("need", "N1")
    assert details is not None
    assert details.parsed == again


def test_nothing_read_leaves_what_was_read_before(store: Store) -> None:
    put(store, Incoming(NEED, parsed=READ))
    assert put(store, Incoming(NEED)) == "unchanged"
    details = store.details("need", "N1")
    assert details is not None
    assert details.parsed == READ


@pytest.mark.parametrize("side", ["need", "achievement"])
def test_a_stated_industry_code_is_kept_and_makes_a_record_another(
    store: Store, side: Side
) -> None:
    kind = Need if side == "need" else Achievement
    plain = kind(id="X1", title="耐高温涂层")
    coded = replace(plain, industry_code="C30")
    assert content_hash(cells(side, plain)) != content_hash(cells(side, coded))
    put(store, Incoming(plain), side)
    assert put(store, Incoming(coded), side) == "updated"
    assert store.get(side, "X1") == coded
