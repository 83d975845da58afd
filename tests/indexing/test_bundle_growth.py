"""What a change costs does not depend on how much is there; readers are never in the way."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from indexing.bundle import Bundle, Entry
from indexing.errors import IndexWriteError
from tests.indexing.checks import unit_vectors
from tests.indexing.worlds import COLUMNS, DIM, entry


class Small(Bundle):
    VECTORS = "ivf:exact_up_to=400,lists=8,recall=1.0"


class Flat(Bundle):
    VECTORS = "flat"


def many(count: int) -> Bundle:
    bundle = Small.create(dim=DIM, fingerprint="编码器甲", columns=COLUMNS, token_dim=4)
    bundle.upsert([entry(number) for number in range(count)])
    return bundle


def newly_written(root: Path) -> int:
    """Bytes of the newest generation that no other one shares."""
    newest = max(root.glob("gen-*"))
    files = [path for path in newest.rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in files if path.stat().st_nlink == 1)


def test_a_few_changes_to_a_large_bundle_write_few_bytes(folder):
    many(3000).save(folder)
    whole = newly_written(folder)
    bundle = Bundle.open(folder)
    bundle.upsert([entry(number, revision=50) for number in range(10)])
    bundle.remove(["A11"])
    bundle.save(folder)
    assert newly_written(folder) < whole / 8
    opened = Bundle.open(folder, verify="full")
    assert len(opened) == 2999
    assert opened.ids(opened.dense(entry(3, revision=50).vector, 1).rows) == ["A3"]


def test_a_saved_bundle_reads_from_its_files(folder):
    bundle = many(500)
    bundle.save(folder)
    vectors = bundle._parts.vectors._store._blocks
    assert all(isinstance(block.vectors.base, np.memmap) for block in vectors)


@pytest.mark.parametrize("refused", [["link"], ["link", "symlink"]])
def test_one_process_saves_again_and_again_where_no_file_can_be_linked(
    folder, monkeypatch, refused
):
    """As where the temporary folder and the home lie on different file systems."""
    real = os.link

    def refuse(source, target, **given):
        if Path(source).parents[2] == Path(target).parents[2]:  # within the home
            return real(source, target, **given)
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    def refuse_always(*_args, **_kwargs):
        raise OSError(errno.EPERM, "Operation not permitted")

    many(50).save(folder)
    monkeypatch.setattr(os, "link", refuse)
    if "symlink" in refused:
        monkeypatch.setattr(os, "symlink", refuse_always)
    bundle = Bundle.open(folder)
    for revision in range(6):
        bundle.upsert([entry(number, revision=60 + revision) for number in range(3)])
        bundle.save(folder)
        assert len(bundle.lexical_search([f"版{60 + revision}"], 9).rows) == 3
    opened = Bundle.open(folder, verify="full")
    assert len(opened.lexical_search(["共同"], 99).rows) == 50
    assert len(opened.lexical_search(["版65"], 9).rows) == 3
    if "symlink" not in refused:
        private = [path for path in bundle._parts.lexical._folder.iterdir() if path.is_symlink()]
        assert private
        assert all(path.resolve().parents[1] == max(folder.glob("gen-*")) for path in private)


def test_words_that_cannot_be_kept_are_written_no_more(folder, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    many(50).save(folder)
    with monkeypatch.context() as patch:
        patch.setattr(os, "link", refuse)
        bundle = Bundle.open(folder)
    bundle.upsert([entry(1, revision=60)])
    monkeypatch.setattr(os, "symlink", refuse)
    bundle.save(folder)
    assert len(bundle.lexical_search(["版60"], 9).rows) == 1
    with pytest.raises(IndexWriteError, match="重新打开"):
        bundle.upsert([entry(1, revision=61)])


def test_compaction_is_a_change_like_any_other(folder):
    bundle = many(500)
    bundle.save(folder)
    reader = Bundle.open(folder)
    assert bundle.compaction_due
    bundle.compact()
    bundle.save(folder)
    opened = Bundle.open(folder, fingerprint="编码器甲", verify="full")
    assert not opened.compaction_due
    for each in (bundle, opened, reader):
        for number in (0, 250, 499):
            hits = each.dense(entry(number).vector, 3)
            assert each.ids(hits.rows)[0] == f"A{number}"
    opened.upsert([entry(0, revision=50)])
    opened.save(folder)
    again = Bundle.open(folder, verify="full")
    assert again.ids(again.dense(entry(0, revision=50).vector, 1).rows) == ["A0"]


def test_an_index_of_another_kind_has_nothing_to_compact(folder):
    bundle = Flat.create(dim=DIM, fingerprint="甲", columns={})
    bundle.upsert([Entry("A1", unit_vectors(1, DIM, 1)[0], ["词"])])
    assert not bundle.compaction_due
    bundle.compact()
    bundle.save(folder)
    assert Bundle.open(folder).layout.vectors == "flat"


@pytest.mark.parametrize("changes", [1, 12])
def test_what_was_changed_a_little_at_a_time_is_what_was_made_at_once(folder, changes):
    Bundle.create(dim=DIM, fingerprint="甲", columns=COLUMNS, token_dim=4).save(folder)
    for turn in range(0, 120, 120 // changes):
        bundle = Bundle.open(folder)
        bundle.upsert([entry(number) for number in range(turn, turn + 120 // changes)])
        bundle.save(folder)
    bundle = Bundle.open(folder, verify="full")
    for number in (0, 59, 119):
        rows = bundle.rows([f"A{number}"])
        np.testing.assert_array_equal(bundle.vectors(rows)[0], entry(number).vector)
        assert bundle.ids(bundle.lexical_search([f"词{number}"], 5).rows) == [f"A{number}"]
        assert len(bundle.token_vectors(rows)[0]) == number % 4
    assert bundle.counts("region") == {"省0": 40, "省1": 40, "省2": 40}
