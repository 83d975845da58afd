import ast
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from service.errors import CorruptStoreError, NewerStoreError, StoreAccessError
from service.settings import Home
from service.store import schema
from service.store.all_tables import METADATA
from service.store.engine import open_engine
from service.store.rows import FIELDS, TABLES
from service.store.store import Store


def test_the_migrations_make_exactly_the_tables_of_the_code(store: Store, home: Home) -> None:
    engine = create_engine(f"sqlite:///{home.database}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_the_newest_step_is_the_one_that_the_code_names(store: Store) -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    config.set_main_option("path_separator", "newline")
    assert ScriptDirectory.from_config(config).get_heads() == [schema.HEAD]


def test_a_current_database_is_opened_without_alembic(store: Store, home: Home) -> None:
    source = Path(schema.__file__).read_text("utf-8")
    outside_functions = [
        node for node in ast.parse(source).body if isinstance(node, ast.ImportFrom)
    ]
    assert not any((node.module or "").startswith("alembic") for node in outside_functions)
    engine = open_engine(f"sqlite:///{home.database}")
    with engine.connect() as connection:
        assert schema.version(connection) == schema.HEAD
    engine.dispose()


def test_each_field_of_a_record_has_its_column() -> None:
    for side, table in TABLES.items():
        assert set(FIELDS[side]) <= set(table.columns.keys())


def test_the_tables_can_be_made_in_postgresql() -> None:
    for table in METADATA.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=postgresql.dialect()))


def test_sqlite_is_set_up_for_many_readers_and_real_transactions(home: Home) -> None:
    engine = open_engine(f"sqlite:///{home.database}")
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    engine.dispose()
    assert pragmas == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "synchronous": 1,
    }


def test_a_newer_database_is_refused_and_left_alone(home: Home) -> None:
    Store.open(home.database).close()
    with closing(sqlite3.connect(home.database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(NewerStoreError, match=r"9999.*升级"):
        Store.open(home.database)
    with closing(sqlite3.connect(home.database)) as connection:
        found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    assert found == ("9999",)


def test_a_step_that_fails_leaves_nothing_behind(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A table of the same name makes the first step fail half way.
    with closing(sqlite3.connect(home.database)) as connection:
        connection.execute("CREATE TABLE achievements (x)")
        connection.commit()
    with pytest.raises(Exception, match="already exists"):
        Store.open(home.database)
    with closing(sqlite3.connect(home.database)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall()
    assert tables == [("achievements",)]


def test_a_file_that_is_no_database_is_told_so(home: Home) -> None:
    home.database.write_bytes(b"this is not a database, whatever its name says" * 50)
    with pytest.raises(CorruptStoreError, match="备份"):
        Store.open(home.database)


def test_a_database_that_cannot_be_opened_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(StoreAccessError, match="权限"):
        Store.open(tmp_path / "missing" / "x.db")


def test_a_damaged_page_is_told_so(home: Home) -> None:
    from matcher.types import Need

    with Store.open(home.database) as store, store.importing("need", "a") as batch:
        for n in range(300):
            batch.put(Need(id=f"N{n}", title="需求" * 20))
    content = bytearray(home.database.read_bytes())
    content[4096 * 3 :] = b"\xff" * (len(content) - 4096 * 3)
    home.database.write_bytes(content)
    with (
        pytest.raises(CorruptStoreError, match="损坏"),
        Store.open(home.database) as store,
    ):
        list(store.iterate("need"))
