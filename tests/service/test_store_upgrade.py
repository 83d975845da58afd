"""A database of the last released schema, opened by this code: all is there, and matches alike."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from matcher.types import Side
from service.backup.restore import restore
from service.backup.write import write_backup
from service.settings import Home, Settings
from service.store import schema
from service.store.engine import WRITES, open_engine
from service.store.merges import Merges, Proposal
from service.store.rows import FIELDS, TABLES, cells, content_hash
from service.store.store import Store
from service.sync import bring_up_to_date
from tests.service_parts import ACHIEVEMENTS, NEEDS, ReadingParts

RELEASED = "0003"
NOW = "2026-03-01 08:00:00.000000"


def at_version(database: Path, version: str) -> None:
    """Make an empty database as the code of that version made it."""
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    engine = open_engine(f"sqlite:///{database}")
    plain = engine.connect()
    with plain.execution_options(**{WRITES: True}) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, version)
    engine.dispose()


def fill(database: Path) -> None:
    """Write records as the code of that version wrote them: plain SQL, its columns only."""
    revision = 0
    with closing(sqlite3.connect(database)) as connection:
        for side, records in (("need", NEEDS), ("achievement", ACHIEVEMENTS)):
            for record in records:
                revision += 1
                row = dict(zip(FIELDS[side], cells(side, record), strict=True))
                row |= {"content_hash": content_hash(cells(side, record)), "revision": revision}
                row |= {"withdrawn": False, "source": "旧.csv", "extra": '{"备注":"甲"}'}
                row |= {"parsed": "{}", "created_at": NOW, "updated_at": NOW}
                if side == "achievement":
                    row["transfer_modes"] = json.dumps(list(record.transfer_modes))
                names = ",".join(row)
                marks = ",".join("?" * len(row))
                table = TABLES[side].name
                connection.execute(
                    f"INSERT INTO {table} ({names}) VALUES ({marks})", [*row.values()]
                )
        connection.execute(
            "INSERT INTO merges (kind, kept, absorbed, score, reasons, state, found_at, decided_by)"
            " VALUES ('achievement', 'A1', 'A4', 0.9, '[]', 'merged', ?, '程序')",
            [NOW],
        )
        connection.execute(
            "UPDATE achievements SET merged_into='A1', revision=? WHERE id='A4'", [revision + 1]
        )
        connection.execute("UPDATE needs SET withdrawn=1 WHERE id='N3'")
        connection.execute("UPDATE counters SET value=?", [revision + 1])
        connection.commit()


@pytest.fixture
def old(tmp_path: Path) -> Home:
    home = Home(tmp_path / "old")
    home.prepare()
    at_version(home.database, RELEASED)
    fill(home.database)
    return home


def test_the_released_schema_is_brought_up_to_date_with_all_that_it_holds(old: Home) -> None:
    with Store.open(old.database) as store:
        assert [*store.iterate("need")] == [*NEEDS[:2]]
        assert [one.id for one in store.iterate("achievement")] == ["A1", "A2", "A3", "A5"]
        held = store.details("achievement", "A2")
        assert held is not None
        assert (held.record, held.extra, held.holder) == (ACHIEVEMENTS[1], {"备注": "甲"}, None)
        assert held.created_at.isoformat() == "2026-03-01T08:00:00+00:00"
        (merge,) = Merges(store).listed("achievement", ["merged"])
        assert (merge.kept, merge.absorbed) == ("A1", "A4")
        with store.reading() as connection:
            assert schema.version(connection) == schema.HEAD


def scores(home: Home, parts: ReadingParts) -> dict[str, list[tuple[str, float, int]]]:
    settings = Settings(home=home.root)
    with parts.open_store(settings) as store:
        bring_up_to_date(store, home, parts.make_indexer(settings))
        matcher = parts.make_matcher(settings, store)
        return {
            need.id: [
                (match.record.id, match.score, match.level)
                for match in matcher.match(need, k=5).matches
            ]
            for need in store.iterate("need")
        }


def test_matches_of_an_upgraded_database_are_those_of_a_new_one(old: Home, tmp_path: Path) -> None:
    parts = ReadingParts()
    new = Home(tmp_path / "new")
    new.prepare()
    sides: tuple[Side, ...] = ("need", "achievement")
    with Store.open(new.database) as store:
        for side, records in zip(sides, (NEEDS, ACHIEVEMENTS), strict=True):
            with store.importing(side, "新.csv") as batch:
                for record in records:
                    batch.put(record)
        store.withdraw("need", ["N3"])
        merges = Merges(store)
        numbers = merges.propose("achievement", [Proposal("A1", "A4", 0.9, ())])
        merges.merge("achievement", numbers)
    found = scores(old, parts)
    assert found == scores(new, parts)
    assert {id_ for one in found.values() for id_, _, _ in one} >= {"A1", "A2"}


def test_a_backup_of_the_released_schema_is_upgraded_when_it_is_restored(
    old: Home, tmp_path: Path
) -> None:
    write_backup(old, tmp_path / "b.zip")
    done = restore(tmp_path / "b.zip", Home(tmp_path / "new"))
    assert done.upgraded_from == RELEASED
    with Store.open(tmp_path / "new" / "duijie.db") as store:
        assert store.count("need") == 2
    with closing(sqlite3.connect(old.database)) as connection:
        (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    assert version == RELEASED
