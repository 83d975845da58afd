"""What holds for tantivy beyond the contract: stored lengths, removed documents, files."""

import math
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from indexing import tantivy_index
from indexing.bm25_oracle import LENGTHS, ExactLexicalIndex, quantised
from indexing.errors import CorruptIndexError, IndexWriteError
from indexing.files import save_bits
from indexing.tantivy_files import segments
from indexing.tantivy_index import TantivyIndex
from tests.indexing.checks import assert_best, rows_of


def oracle_scores(oracle: ExactLexicalIndex, query: list[str]) -> dict[int, float]:
    hits = oracle.search(query, len(oracle))
    return dict(zip(hits.rows.tolist(), hits.scores.tolist(), strict=True))


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_one_byte_lengths_are_those_of_lucene():
    # Values of Lucene's SmallFloat.byte4ToInt.
    assert LENGTHS[:44].tolist() == [*range(40), 40, 42, 44, 46]
    assert LENGTHS[[47, 48, 49, 56, 255]].tolist() == [54, 56, 60, 88, 2_013_265_944]
    assert [quantised(length) for length in (39, 41, 43, 57, 100)] == [39, 40, 42, 56, 96]


def test_long_documents_score_with_the_length_that_one_byte_holds():
    rng = np.random.default_rng(1)
    documents = [list(rng.choice(["膜", "热", "电", "光"], n)) for n in range(1, 1500, 13)]
    index, oracle = TantivyIndex(), ExactLexicalIndex(quantised_lengths=True)
    for each in (index, oracle):
        each.add(np.arange(len(documents)), documents)
    for query in (["膜"], ["热", "光", "光"]):
        assert_best(index.search(query, 500), oracle_scores(oracle, query), 500)


def test_removed_documents_count_in_the_statistics_until_a_merge():
    index, oracle = TantivyIndex(), ExactLexicalIndex(counts_removed=True)
    for each in (index, oracle):
        each.add(np.arange(10), [["膜", "热"][: 1 + row % 2] for row in range(10)])
        each.remove(rows_of(0, 1, 2, 3))
    assert index.removed_share == 0.4
    np.testing.assert_allclose(index.idf(["膜", "热"]), [math.log(1 + 0.5 / 10.5), math.log(2)])
    assert_best(index.search(["热", "膜"], 9), oracle_scores(oracle, ["热", "膜"]), 9)


def test_segments_are_merged_and_scores_stay_exact():
    index, oracle = TantivyIndex(), ExactLexicalIndex()
    for row in range(12):
        for each in (index, oracle):
            each.add(rows_of(row), [["膜"] * (row + 1) + ["热"]])
        index.search(["膜"], 1)
    assert len(segments(index._folder)) < 8
    assert_best(index.search(["膜", "热"], 20), oracle_scores(oracle, ["膜", "热"]), 20)


def test_merging_forgets_removed_documents():
    index = TantivyIndex()
    for row in range(0, 40, 2):
        index.add(rows_of(row, row + 1), [["膜", "热"], ["膜"]])
        index.search(["膜"], 1)
        index.remove(rows_of(row))
    # At most the segments that wait for their merge still hold removed documents.
    assert 0 < index.removed_share < 0.5
    assert index.search(["膜"], 99).rows.tolist() == list(range(1, 40, 2))
    assert len(index.search(["热"], 99).rows) == 0


@pytest.mark.parametrize("cost", [0, 1_000_000])
def test_both_ways_to_filter_give_the_same(monkeypatch, cost):
    rng = np.random.default_rng(2)
    documents = [list(rng.choice(["膜", "热", "电", "光", "声"], 6)) for _ in range(600)]
    index, oracle = TantivyIndex(), ExactLexicalIndex()
    for each in (index, oracle):
        each.add(np.arange(600), documents)
    monkeypatch.setattr(tantivy_index, "ROW_COST", cost)
    for allowed in (np.arange(600) % 7 == 0, np.arange(300) % 2 == 0, np.arange(600) == 599):
        scores = oracle_scores(oracle, ["膜", "声"])
        assert_best(index.search(["膜", "声"], 12, allowed), scores, 12, allowed)


def test_a_filter_that_keeps_only_the_worst_rows_is_still_exact():
    # The allowed rows all score below the others, so the first guess of how many to fetch fails.
    documents = [["膜"]] * 900 + [["膜", "热", "电"]] * 100
    index, oracle = TantivyIndex(), ExactLexicalIndex()
    for each in (index, oracle):
        each.add(np.arange(1000), documents)
    allowed = np.arange(1000) >= 900
    hits = index.search(["膜"], 5, allowed)
    assert hits.rows.tolist() == [900, 901, 902, 903, 904]
    assert_best(hits, oracle_scores(oracle, ["膜"]), 5, allowed)


def test_a_loaded_folder_is_never_written(folder):
    saved = TantivyIndex()
    saved.add(np.arange(5), [["膜"]] * 5)
    saved.save(folder)
    before = content(folder)
    loaded = TantivyIndex.load(folder)
    loaded.search(["膜"], 3)
    loaded.remove(rows_of(1, 2))
    for row in range(20, 32):
        loaded.add(rows_of(row), [["热"]])
        loaded.search(["热"], 3)
    saved.remove(rows_of(0))
    saved.search(["膜"], 1)
    assert content(folder) == before
    assert len(TantivyIndex.load(folder).search(["膜"], 9).rows) == 5


@pytest.mark.parametrize("refused", [["link"], ["link", "symlink"]])
def test_loading_works_where_files_cannot_be_linked(folder, monkeypatch, refused):
    saved = TantivyIndex()
    saved.add(np.arange(5), [["膜"]] * 5)
    saved.save(folder)

    def refuse(*_args, **_kwargs):
        raise OSError(18, "Invalid cross-device link")

    for name in refused:
        monkeypatch.setattr(os, name, refuse)
    loaded = TantivyIndex.load(folder)
    loaded.add(rows_of(9), [["膜"]])
    (folder / "again").mkdir()
    loaded.save(folder / "again")
    assert not any(path.is_symlink() for path in (folder / "again").iterdir())
    monkeypatch.undo()
    assert len(TantivyIndex.load(folder / "again").search(["膜"], 9).rows) == 6


@pytest.mark.parametrize("unwritten", [1, 5000])
def test_its_private_folder_goes_with_it(unwritten):
    index = TantivyIndex()
    index.add(np.arange(unwritten), [["膜"]] * unwritten)
    folder = index._folder
    assert folder.is_dir()
    del index
    assert not folder.exists()


def test_rows_that_do_not_fit_the_documents_are_damage(folder):
    index = TantivyIndex()
    index.add(np.arange(5), [["膜"]] * 5)
    index.save(folder)
    save_bits(folder / "present.npy", np.ones(4, dtype=np.bool_))
    with pytest.raises(CorruptIndexError, match="不一致"):
        TantivyIndex.load(folder)


def test_a_refused_write_is_told_and_never_half_saved(folder, monkeypatch):
    index = TantivyIndex()
    index.add(np.arange(3), [["膜"]] * 3)

    class FullDisk:
        def commit(self):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(index, "_writers", [FullDisk()])
    with pytest.raises(IndexWriteError, match="磁盘空间"):
        index.search(["膜"], 1)
    with pytest.raises(IndexWriteError, match="没有完成"):
        index.save(folder)
    with pytest.raises(IndexWriteError, match="没有完成"):
        index.add(rows_of(7), [["热"]])


def test_a_document_that_got_lost_is_noticed(folder):
    index = TantivyIndex()
    index.add(np.arange(3), [["膜"]] * 3)
    index._present.add(rows_of(9))
    with pytest.raises(IndexWriteError, match="没有完成"):
        index.save(folder)


def test_many_threads_may_search_right_after_a_change():
    index = TantivyIndex()
    index.add(np.arange(200), [["膜", f"词{row}"] for row in range(200)])
    start = threading.Barrier(8)

    def ask(at: int) -> list[int]:
        start.wait()
        return index.search([f"词{at}"], 5).rows.tolist()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [[at] for at in range(8)]
