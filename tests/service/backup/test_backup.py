"""Backups: written while others write, and put back whole or not at all."""

import shutil
import threading
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest
from filelock import FileLock
from sqlalchemy import func, insert, select

from matcher.types import Need
from service.backup import restore as restoring
from service.backup.errors import BackupError
from service.backup.manifest import MANIFEST
from service.backup.restore import restore
from service.backup.verify import verify
from service.backup.write import write_backup
from service.errors import CorruptStoreError, DiskFullError
from service.settings import Home
from service.store.people_tables import OrganisationRow, SessionRow, UserRow
from service.store.store import Store
from tests.service_parts import Caller


def names(path: Path) -> set[str]:
    with ZipFile(path) as packed:
        return set(packed.namelist())


def test_a_backup_holds_what_cannot_be_made_anew(backup: Path, filled: Home) -> None:
    kept = {"reports/r.json", "rejects/坏 行.csv", "uploads/ab/x.csv", "weights/w.json"}
    assert names(backup) == kept | {"duijie.db", MANIFEST}
    assert verify(backup).counts == {"needs": 20, "achievements": 0}


def test_a_backup_may_hold_the_index_too(filled: Home, tmp_path: Path) -> None:
    write_backup(filled, tmp_path / "b.zip", with_index=True)
    assert "index/needs/CURRENT" in names(tmp_path / "b.zip")


def test_an_index_that_names_a_place_on_a_server_is_left_out(filled: Home, tmp_path: Path) -> None:
    (filled.root / "index" / "milvus-scope").write_text("duijie_0a1b2c3d")
    write_backup(filled, tmp_path / "b.zip", with_index=True)
    assert not [name for name in names(tmp_path / "b.zip") if name.startswith("index/")]


def test_what_was_backed_up_is_there_again(backup: Path, tmp_path: Path) -> None:
    new = Home(tmp_path / "新 目录")
    done = restore(backup, new)
    assert (done.home, done.aside, done.upgraded_from) == (new.root, None, None)
    assert (new.root / "rejects/坏 行.csv").read_text("utf-8") == "rejects/坏 行.csv"
    with Store.open(new.database) as store:
        assert [need.title for need in store.iterate("need")] == sorted(
            f"需求{number}" for number in range(20)
        )
        assert store.last_revision("need") == 20
    leftovers = [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]
    assert leftovers == []


def test_a_backup_is_one_moment_while_others_write(filled: Home, tmp_path: Path) -> None:
    """Pairs are written together; a backup in the middle holds both of a pair or neither."""
    ended = threading.Event()
    written = []

    def write() -> None:
        with Store.open(filled.database) as store:
            for number in range(10_000):
                if ended.is_set():
                    return
                with store.importing("need", "b") as batch:
                    batch.put(Need(id=f"左{number}", title="一对"))
                    batch.put(Need(id=f"右{number}", title="一对"))
                written.append(number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            at_least = len(written)
            write_backup(filled, tmp_path / f"{number}.zip")
            restore(tmp_path / f"{number}.zip", Home(tmp_path / f"home{number}"))
            with Store.open(tmp_path / f"home{number}" / "duijie.db") as store:
                ids = {need.id for need in store.iterate("need")}
            left = {id_[1:] for id_ in ids if id_[0] == "左"}
            assert left == {id_[1:] for id_ in ids if id_[0] == "右"}
            assert len(left) >= at_least
    finally:
        ended.set()
        writer.join()


def test_sessions_do_not_come_back(store: Store, home: Home, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    with store.writing() as (connection, _, _):
        organisation = {"id": 1, "name": "甲", "kind": "platform"}
        connection.execute(insert(OrganisationRow).values(**organisation, created_at=now))
        user = {"id": 1, "login": "a", "name": "a", "organisation_id": 1, "role": "admin"}
        connection.execute(insert(UserRow).values(**user, password="x", created_at=now))
        session = {"token_hash": "x", "user_id": 1, "csrf": "y"}
        connection.execute(insert(SessionRow).values(**session, created_at=now, expires_at=now))
    write_backup(home, tmp_path / "b.zip")
    restore(tmp_path / "b.zip", Home(tmp_path / "new"))
    with Store.open(tmp_path / "new" / "duijie.db") as restored, restored.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(SessionRow)) == 0
        assert connection.scalar(select(UserRow.password)) == "x"


def test_a_used_home_is_not_written_over(backup: Path, filled: Home) -> None:
    with pytest.raises(BackupError, match="--force"):
        restore(backup, filled)
    assert (filled.root / "weights/w.json").is_file()


def test_a_used_home_is_put_aside_where_that_is_asked_for(
    backup: Path, filled: Home, store: Store
) -> None:
    with store.importing("need", "later") as batch:
        batch.put(Need(id="后来", title="后来的"))
    done = restore(backup, filled, force=True)
    assert done.aside is not None
    with Store.open(done.aside / "duijie.db") as old, Store.open(filled.database) as new:
        assert (old.count("need"), new.count("need")) == (21, 20)


def test_a_home_that_was_only_looked_at_may_be_taken(backup: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "seen")
    (home.root / "logs").mkdir(parents=True)
    (home.root / "duijie.lock").touch()
    assert restore(backup, home).aside is None
    assert home.database.is_file()
    assert [path.name for path in tmp_path.iterdir() if "before" in path.name] == []


def test_a_home_that_a_server_uses_stays(backup: Path, filled: Home) -> None:
    with FileLock(filled.serving), pytest.raises(BackupError, match="停止 duijie serve"):
        restore(backup, filled, force=True)
    assert (filled.root / "weights/w.json").is_file()


def test_a_home_that_cannot_be_moved_stays(
    backup: Path, filled: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path, _target: Path) -> None:
        raise OSError(16, "Device or resource busy")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(BackupError, match="挂载点"):
        restore(backup, filled, force=True)
    assert (filled.root / "weights/w.json").is_file()


def test_an_old_home_comes_back_where_the_new_one_cannot_be_put(
    backup: Path, filled: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.rename

    def fail(path: Path, target: Path) -> Path:
        if "restoring" in path.name:
            raise OSError(5, "Input/output error")
        return real(path, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OSError, match="Input/output"):
        restore(backup, filled, force=True)
    assert (filled.root / "weights/w.json").is_file()


def test_a_disk_without_room_is_noticed_before_anything_is_written(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=10)
    monkeypatch.setattr(restoring.shutil, "disk_usage", lambda _path: usage)
    with pytest.raises(DiskFullError):
        restore(backup, Home(tmp_path / "new"))


def test_a_backup_is_not_written_over_anything(filled: Home, backup: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="已经存在"):
        write_backup(filled, backup)
    with pytest.raises(BackupError, match="不存在"):
        write_backup(filled, tmp_path / "no" / "b.zip")
    with pytest.raises(BackupError, match="没有数据库"):
        write_backup(Home(tmp_path / "empty"), tmp_path / "b.zip")


def test_a_damaged_database_is_not_backed_up(filled: Home, store: Store, tmp_path: Path) -> None:
    store.close()
    filled.database.write_bytes(b"no database" * 1000)
    for side in ("-wal", "-shm"):
        filled.database.with_name(filled.database.name + side).unlink(missing_ok=True)
    with pytest.raises(CorruptStoreError):
        write_backup(filled, tmp_path / "b.zip")
    assert not [path for path in tmp_path.iterdir() if "b.zip" in path.name]


def test_a_backup_written_into_its_home_does_not_hold_itself(filled: Home) -> None:
    target = filled.root / "b.zip"
    write_backup(filled, target)
    assert not {name for name in names(target) if "b.zip" in name}
    assert sum(name.endswith("duijie.db") for name in names(target)) == 1


def test_a_zip_without_compression_is_as_good(backup: Path, tmp_path: Path) -> None:
    with ZipFile(backup) as packed, ZipFile(tmp_path / "s.zip", "w", ZIP_STORED) as other:
        for name in packed.namelist():
            other.writestr(name, packed.read(name))
    restore(tmp_path / "s.zip", Home(tmp_path / "new"))
    with Store.open(tmp_path / "new" / "duijie.db") as store:
        assert store.count("need") == 20


def test_one_command_backs_up_and_one_restores(duijie_indexed: Caller, tmp_path: Path) -> None:
    duijie, file, new = duijie_indexed, tmp_path / "b.zip", tmp_path / "new"
    assert duijie("backup", file) == 0, duijie.err
    assert "需求 3 条，成果 5 项" in duijie.out
    counts = {"needs": 3, "achievements": 5}
    assert duijie.document("restore", file, "--home", new)["counts"] == counts
    assert Home(new).database.is_file()
    assert duijie("restore", file) == 2
    assert "--force" in duijie.err
    assert duijie("restore", file, "--force") == 0
    assert "原有的数据目录保留在" in duijie.out
    assert duijie.document("backup", tmp_path / "c.zip")["counts"] == counts
