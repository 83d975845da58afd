import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexing.bundle import Bundle, Entry
from indexing.errors import (
    ColumnError,
    CorruptIndexError,
    DimensionError,
    FilterError,
    FingerprintMismatchError,
    IndexConflictError,
    IndexMissingError,
    NotFiniteError,
    UnknownIdError,
    UnknownRowError,
)
from indexing.filters import Equals, InRange
from tests.indexing.checks import rows_of, unit_vectors
from tests.indexing.worlds import DIM, assert_is_revision, at_revision, empty, entry, generations


def test_every_part_answers_under_the_same_rows():
    bundle = empty()
    bundle.upsert([entry(number) for number in range(10)])
    mask = bundle.mask([Equals("region", "省1"), InRange("trl", 2)])
    wanted = bundle.rows(["A4", "A7"])
    np.testing.assert_array_equal(np.flatnonzero(mask), wanted)
    assert bundle.ids(bundle.dense(entry(7).vector, 1, mask).rows) == ["A7"]
    assert sorted(bundle.ids(bundle.lexical_search(["共同"], 9, mask).rows)) == ["A4", "A7"]
    np.testing.assert_array_equal(bundle.vectors(wanted)[1], entry(7).vector)
    assert [len(vectors) for vectors in bundle.token_vectors(wanted)] == [0, 3]
    np.testing.assert_allclose(bundle.idf(["词4", "共同"]), np.log([1 + 9.5 / 1.5, 1 + 0.5 / 10.5]))
    assert bundle.fingerprint == "编码器甲"
    np.testing.assert_array_equal(bundle.numbers("trl", wanted), [4, 7])
    assert "A4" in bundle
    assert "A99" not in bundle
    assert bundle.mask([]) is None


def test_an_id_that_is_written_again_gets_a_new_row_and_the_old_one_is_gone():
    bundle = empty()
    bundle.upsert([entry(1), entry(2)])
    old = bundle.rows(["A1"])
    bundle.upsert([entry(1, revision=5)])
    assert len(bundle) == 2
    assert bundle.rows(["A1"]) > old.max()
    with pytest.raises(UnknownRowError):
        bundle.vectors(old)
    with pytest.raises(UnknownRowError):
        bundle.ids(old)
    assert bundle.ids(bundle.lexical_search(["版0"], 9).rows) == ["A2"]
    assert not bundle.mask([Equals("modes", "转让")])[old].any()
    assert bundle.removed_share == pytest.approx(1 / 3)


def test_of_two_entries_with_one_id_the_later_counts():
    bundle = empty()
    bundle.upsert([entry(1), entry(2), entry(1, revision=3)])
    assert len(bundle) == 2
    assert bundle.ids(bundle.lexical_search(["版3"], 9).rows) == ["A1"]
    bundle.upsert([])
    assert len(bundle) == 2


def test_removing_counts_those_that_were_there():
    bundle = empty()
    bundle.upsert([entry(1), entry(2)])
    assert bundle.remove(["A1", "A1", "A9"]) == 1
    assert bundle.remove(["A1"]) == 0
    with pytest.raises(UnknownIdError, match="A1"):
        bundle.rows(["A1"])


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"vector": np.zeros(DIM + 1)}, DimensionError, "记录“A1”的向量"),
        ({"vector": np.zeros((1, DIM))}, DimensionError, "记录“A1”的向量"),
        ({"vector": np.full(DIM, np.nan)}, NotFiniteError, "记录“A1”的向量"),
        ({"token_vectors": np.zeros((2, 5))}, DimensionError, "记录“A1”的词向量"),
        ({"columns": {"trl": "高"}}, ColumnError, "trl"),
    ],
)
def test_one_wrong_entry_leaves_the_bundle_as_it_was(changes, error, said):
    bundle = at_revision(3)
    good = {"id": "A1", "vector": np.zeros(DIM), "tokens": []}
    with pytest.raises(error, match=said):
        bundle.upsert([entry(0, revision=4), Entry(**{**good, **changes})])
    assert_is_revision(bundle, 3)


def test_token_vectors_are_optional():
    bundle = empty(token_dim=None)
    bundle.upsert([Entry("A1", unit_vectors(1, DIM, 1)[0], ["词"])])
    assert bundle.token_vectors(bundle.rows(["A1"])) is None
    with pytest.raises(DimensionError):
        bundle.upsert([entry(2)])


def test_a_missing_token_matrix_is_an_empty_one():
    bundle = empty()
    bundle.upsert([Entry("A1", unit_vectors(1, DIM, 1)[0], ["词"])])
    assert bundle.token_vectors(bundle.rows(["A1"]))[0].shape == (0, 4)


def test_what_was_saved_opens_the_same_and_goes_on(folder):
    root = folder / "needs"
    assert not Bundle.exists(root)
    bundle = at_revision(1)
    bundle.save(root)
    assert Bundle.exists(root)
    for revision in range(2, 6):
        opened = Bundle.open(root, fingerprint="编码器甲", verify="full")
        assert_is_revision(opened, revision - 1)
        at_revision(revision, opened)
        opened.save(root)
        assert_is_revision(opened, revision)
    assert_is_revision(Bundle.open(root), 5)


def test_one_bundle_may_be_saved_again_and_again(folder):
    bundle = empty()
    for revision in range(1, 5):
        at_revision(revision, bundle).save(folder)
        assert_is_revision(bundle, revision)
        assert_is_revision(Bundle.open(folder, verify="full"), revision)


def test_the_generation_before_is_kept_and_older_ones_are_removed(folder):
    bundle = empty()
    (folder / ".tmp-dead").mkdir()
    (folder / ".tmp-pointer").write_text("gen-")
    (folder / "gen-notes").mkdir()
    for revision in range(1, 5):
        at_revision(revision, bundle).save(folder)
    assert generations(folder) == ["gen-000003", "gen-000004", "gen-notes"]
    assert not (folder / ".tmp-pointer").exists()


def test_an_open_bundle_outlives_the_removal_of_its_generation(folder):
    at_revision(1).save(folder)
    reader = Bundle.open(folder)
    writer = Bundle.open(folder)
    for revision in (2, 3, 4):
        at_revision(revision, writer).save(folder)
    assert "gen-000001" not in generations(folder)
    assert_is_revision(reader, 1)


def test_a_saved_generation_never_changes(folder):
    bundle = at_revision(1)
    bundle.save(folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    opened = Bundle.open(folder)
    for each in (bundle, opened):
        at_revision(2, each)
        each.lexical_search(["共同"], 3)
    assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_unchanged_files_are_shared_with_the_generation_before_and_keep_their_hash(folder):
    bundle = at_revision(1, size=200)
    bundle.save(folder)
    bundle.upsert([entry(250)])
    bundle.save(folder)
    first, second = (folder / name for name in generations(folder))
    parts = {"vectors/vectors-000", "ids/text-000", "columns/000-000", "tokens/codes-000"}
    for name in (f"{part}.npy" for part in parts):
        assert (second / name).samefile(first / name)
    tokens = second / "tokens" / "codes-000.npy"
    # Bytes that go bad are not declared good by the next save.
    content = tokens.read_bytes()
    tokens.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    bundle.upsert([entry(251)])
    bundle.save(folder)
    with pytest.raises(CorruptIndexError, match="SHA-256"):
        Bundle.open(folder, verify="full")


def test_another_fingerprint_is_refused_and_both_are_named(folder):
    at_revision(1).save(folder)
    with pytest.raises(FingerprintMismatchError, match=r"--rebuild.*“编码器甲”.*“编码器乙”"):
        Bundle.open(folder, fingerprint="编码器乙")


def test_nothing_saved_is_told_with_what_to_do(folder):
    for root in (folder, folder / "missing"):
        with pytest.raises(IndexMissingError, match="duijie index"):
            Bundle.open(root)


def test_a_bundle_that_was_overtaken_is_not_saved(folder):
    at_revision(1).save(folder)
    mine, theirs = Bundle.open(folder), Bundle.open(folder)
    at_revision(2, theirs).save(folder)
    with pytest.raises(IndexConflictError, match=r"gen-000001.*gen-000002"):
        at_revision(3, mine).save(folder)
    assert_is_revision(Bundle.open(folder), 2)


def test_a_new_bundle_replaces_whatever_is_there(folder):
    at_revision(1).save(folder)
    at_revision(7).save(folder)
    assert_is_revision(Bundle.open(folder), 7)
    (folder / "CURRENT").write_text("nonsense")
    at_revision(8).save(folder)
    assert_is_revision(Bundle.open(folder), 8)


def test_a_system_that_cannot_flush_folders_still_saves(folder, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Windows opens no folders")

    bundle = at_revision(1)
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        bundle.save(folder)
    assert_is_revision(Bundle.open(folder), 1)


def test_a_folder_that_cannot_be_read_is_not_taken_for_an_empty_one(folder, monkeypatch):
    at_revision(1).save(folder)

    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(CorruptIndexError, match="无法读取：Permission denied"):
        Bundle.open(folder)


def test_a_bundle_may_be_saved_elsewhere(folder):
    at_revision(1).save(folder / "a")
    Bundle.open(folder / "a").save(folder / "b")
    assert_is_revision(Bundle.open(folder / "b", verify="full"), 1)
    assert_is_revision(Bundle.open(folder / "a"), 1)


def test_unknown_filter_fields_are_named():
    with pytest.raises(FilterError, match="region（文字）"):
        empty().mask([Equals("colour", "红")])


def test_the_manifest_says_what_the_generation_is(folder):
    at_revision(1).save(folder)
    manifest = json.loads((folder / "gen-000001" / "manifest.json").read_bytes())
    assert (manifest["format"], manifest["records"]) == (2, 11)
    assert manifest["layout"]["fingerprint"] == "编码器甲"
    assert manifest["libraries"].keys() == {"python", "numpy", "faiss-cpu", "tantivy"}
    assert manifest["created"].endswith("+00:00")
    on_disk = {
        path.relative_to(folder / "gen-000001").as_posix()
        for path in (folder / "gen-000001").rglob("*")
        if path.is_file()
    }
    assert manifest["files"].keys() | {"manifest.json"} == on_disk


changes = st.lists(
    st.tuples(st.sampled_from(["upsert", "remove", "reopen"]), st.sets(st.integers(0, 8))),
    max_size=6,
)


@given(changes=changes)
@settings(max_examples=12, deadline=None)
def test_any_sequence_of_changes_leaves_what_a_dict_would_hold(changes, tmp_path_factory):
    root = tmp_path_factory.mktemp("bundle")
    bundle, model = empty(), {}
    for revision, (change, numbers) in enumerate(changes):
        ids = [f"A{number}" for number in sorted(numbers)]
        if change == "upsert":
            bundle.upsert([entry(number, revision) for number in sorted(numbers)])
            model.update({f"A{number}": entry(number, revision) for number in numbers})
        elif change == "remove":
            assert bundle.remove(ids) == len(model.keys() & set(ids))
            model = {id_: each for id_, each in model.items() if id_ not in ids}
        else:
            bundle.save(root)
            bundle = Bundle.open(root, verify="full")
    assert len(bundle) == len(model)
    rows = bundle.rows(list(model))
    np.testing.assert_array_equal(
        bundle.vectors(rows), np.array([e.vector for e in model.values()]).reshape(-1, DIM)
    )
    found = bundle.ids(bundle.lexical_search(["共同"], 99).rows)
    assert sorted(found) == sorted(model)
    assert sorted(bundle.ids(bundle.dense(np.zeros(DIM), 99).rows)) == sorted(model)
    mask = bundle.mask([Equals("region", "省1")])
    passing = rows_of(*np.flatnonzero(mask))
    assert sorted(bundle.ids(passing)) == sorted(
        id_ for id_, each in model.items() if each.columns["region"] == "省1"
    )
