"""Backups that are damaged, foreign or dangerous: refused, and nothing is changed."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from zipfile import ZipFile

import pytest

from service.backup.errors import BackupFileError
from service.backup.manifest import MANIFEST
from service.backup.restore import restore
from service.backup.verify import verify
from service.backup.write import write_backup
from service.errors import FileMissingError
from service.settings import Home
from service.store.store import Store


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Write a backup again with other contents."""
    with ZipFile(path) as packed:
        contents = {name: packed.read(name) for name in packed.namelist()}
    change(contents)
    other = path.with_name("改过.zip")
    with ZipFile(other, "w") as packed:
        for name, content in contents.items():
            packed.writestr(name, content)
    return other


def manifest_changed(path: Path, **changes: object) -> Path:
    def change(contents: dict[str, bytes]) -> None:
        manifest = json.loads(contents[MANIFEST]) | changes
        contents[MANIFEST] = json.dumps(manifest).encode()

    return rewritten(path, change)


def refused(path: Path, tmp_path: Path) -> str:
    home = tmp_path / "never"
    with pytest.raises(BackupFileError) as caught:
        restore(path, Home(home))
    assert not home.exists()
    assert not [one for one in tmp_path.iterdir() if "restoring" in one.name]
    assert "什么也没有改动" in str(caught.value)
    return str(caught.value)


def test_each_damaged_byte_is_noticed(backup: Path, tmp_path: Path) -> None:
    content = backup.read_bytes()
    other = tmp_path / "d.zip"
    for at in range(200, len(content), len(content) // 12):
        changed = bytearray(content)
        changed[at] ^= 0xFF
        other.write_bytes(changed)
        try:
            verify(other)
        except BackupFileError:
            continue
        # Bytes of a zip's own directory, such as times, are no content.
        with ZipFile(backup) as one, ZipFile(other) as two:
            for name in one.namelist():
                assert one.read(name) == two.read(name)


def test_a_truncated_backup_is_refused(backup: Path, tmp_path: Path) -> None:
    backup.write_bytes(backup.read_bytes()[:-100])
    assert "不是完好的 zip" in refused(backup, tmp_path)


def test_a_file_that_is_no_backup_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_text("不是压缩包")
    assert "不是完好的 zip" in refused(path, tmp_path)
    with ZipFile(path, "w") as packed:
        packed.writestr("a.txt", "x")
    assert "不是 duijie 的备份" in refused(path, tmp_path)
    with ZipFile(path, "w") as packed:
        packed.writestr(MANIFEST, "[" * 100_000)
    assert "清单读不出来" in refused(path, tmp_path)
    with pytest.raises(FileMissingError):
        restore(tmp_path / "none.zip", Home(tmp_path / "never"))


def test_changed_contents_are_refused(backup: Path, tmp_path: Path) -> None:
    def change(contents: dict[str, bytes]) -> None:
        contents["weights/w.json"] = b"other weights"

    assert "weights/w.json" in refused(rewritten(backup, change), tmp_path)

    def lengthen(contents: dict[str, bytes]) -> None:
        contents["weights/w.json"] *= 1000

    assert "weights/w.json" in refused(rewritten(backup, lengthen), tmp_path)

    def add(contents: dict[str, bytes]) -> None:
        contents["extra"] = b""

    assert "与清单不符" in refused(rewritten(backup, add), tmp_path)

    def without_database(contents: dict[str, bytes]) -> None:
        del contents["duijie.db"]
        manifest = json.loads(contents[MANIFEST])
        manifest["files"] = [one for one in manifest["files"] if one["name"] != "duijie.db"]
        contents[MANIFEST] = json.dumps(manifest).encode()

    assert "没有数据库" in refused(rewritten(backup, without_database), tmp_path)


@pytest.mark.parametrize("name", ["../out", "/etc/x", "a/../../x", "a\\..\\x", "C:x", "a//b", "."])
def test_names_that_lead_elsewhere_are_refused(backup: Path, tmp_path: Path, name: str) -> None:
    kept = {"name": name, "size": 0, "sha256": "0" * 64}
    assert "不是 duijie 备份的清单" in refused(manifest_changed(backup, files=[kept]), tmp_path)


def test_two_files_of_one_name_are_refused(backup: Path, tmp_path: Path) -> None:
    kept = [{"name": name, "size": 0, "sha256": "0" * 64} for name in ("a", "A")]
    assert "清单" in refused(manifest_changed(backup, files=kept), tmp_path)


def test_a_newer_backup_is_refused(backup: Path, tmp_path: Path) -> None:
    assert "升级 duijie" in refused(manifest_changed(backup, version=2), tmp_path)


def test_a_backup_of_a_newer_database_is_refused(
    filled: Home, store: Store, tmp_path: Path
) -> None:
    store.close()
    with closing(sqlite3.connect(filled.database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    write_backup(filled, tmp_path / "b.zip")
    assert "9999" in refused(tmp_path / "b.zip", tmp_path)


def test_other_counts_than_the_manifests_are_refused(backup: Path, tmp_path: Path) -> None:
    counts = {"needs": 21, "achievements": 0}
    assert "记录数" in refused(manifest_changed(backup, counts=counts), tmp_path)
