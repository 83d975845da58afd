"""What is wrong on the disk is said by name; nothing is passed over in silence."""

import json
import shutil
from pathlib import Path

import pytest

from indexing import generations
from indexing.bundle import Bundle
from indexing.errors import CorruptIndexError
from indexing.files import digest
from tests.indexing.worlds import assert_is_revision, at_revision


@pytest.fixture
def saved(folder) -> Path:
    bundle = at_revision(1)
    bundle.save(folder)
    at_revision(2, bundle).save(folder)
    return folder / "gen-000002"


def files(generation: Path) -> list[Path]:
    return sorted(path for path in generation.rglob("*") if path.is_file())


def test_each_missing_file_is_named(saved):
    for path in files(saved):
        content = path.read_bytes()
        path.unlink()
        with pytest.raises(
            CorruptIndexError, match=r"文件不存在.*duijie index --rebuild"
        ) as caught:
            Bundle.open(saved.parent)
        assert caught.value.path == path
        path.write_bytes(content)
    assert_is_revision(Bundle.open(saved.parent), 2)


def test_each_shortened_file_is_named(saved):
    for path in files(saved):
        content = path.read_bytes()
        path.unlink()  # it may be a hard link into the other generation
        path.write_bytes(content[:-1])
        with pytest.raises(CorruptIndexError) as caught:
            Bundle.open(saved.parent)
        assert caught.value.path == path
        path.write_bytes(content)


def test_each_flipped_bit_is_found_by_the_full_check(saved):
    for path in files(saved):
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        with pytest.raises(CorruptIndexError, match="SHA-256") as caught:
            Bundle.open(saved.parent, verify="full")
        assert caught.value.path == path
        path.write_bytes(content)


def test_a_damaged_generation_is_reported_although_the_one_before_is_whole(saved):
    assert (saved.parent / "gen-000001").is_dir()
    shutil.rmtree(saved)
    with pytest.raises(CorruptIndexError, match=r"gen-000002.manifest\.json"):
        Bundle.open(saved.parent)


@pytest.mark.parametrize(
    "content", [b"", b"gen-000002", b"gen-000002 xyz\n", b"\xff\xfe", b"../x\n"]
)
def test_a_pointer_that_says_nothing_is_damage(saved, content):
    (saved.parent / "CURRENT").write_bytes(content)
    with pytest.raises(CorruptIndexError, match="CURRENT"):
        Bundle.open(saved.parent)


def rewrite_manifest(saved: Path, change) -> None:
    path = saved / "manifest.json"
    content = json.loads(path.read_bytes())
    change(content)
    path.write_text(json.dumps(content))
    (saved.parent / "CURRENT").write_text(f"{saved.name} {digest(path)}\n")


def test_a_format_that_is_not_known_is_told_with_its_number(saved):
    rewrite_manifest(saved, lambda content: content.update(format=9))
    with pytest.raises(CorruptIndexError, match="格式版本为 9，本程序只认识版本 2"):
        Bundle.open(saved.parent)


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.pop("files"),
        lambda content: content.pop("format"),
        lambda content: content["layout"].pop("dim"),
        lambda content: content.update(records=5),
        lambda content: content["layout"].update(vectors="unknown"),
    ],
    ids=["files", "format", "layout", "records", "kind"],
)
def test_a_manifest_that_does_not_fit_is_damage(saved, change):
    rewrite_manifest(saved, change)
    with pytest.raises(CorruptIndexError):
        Bundle.open(saved.parent)


def test_a_file_that_vanishes_between_two_looks_is_named(saved, monkeypatch):
    gone = saved / "ids" / "ids.json"
    stat = Path.stat

    def vanishing(path, **given):
        found = stat(path, **given)
        if path == gone:
            gone.unlink()
        return found

    monkeypatch.setattr(Path, "stat", vanishing)
    with pytest.raises(CorruptIndexError, match=r"ids\.json.*文件不存在"):
        Bundle.open(saved.parent, verify="full")


def test_a_generation_that_is_replaced_while_it_is_read_is_read_anew(saved, monkeypatch):
    root, check = saved.parent, generations.check_manifest
    writer, calls = Bundle.open(root), []

    def overtaken(generation):
        if not calls:
            calls.append(generation)
            for revision in (3, 4):
                at_revision(revision, writer).save(root)
        check(generation)

    monkeypatch.setattr(generations, "check_manifest", overtaken)
    assert_is_revision(Bundle.open(root), 4)
    assert calls
