"""What every lexical index must do; scores are compared with the formula, written out here."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexing.base import LexicalIndex
from indexing.bm25_oracle import ExactLexicalIndex
from indexing.errors import (
    CorruptIndexError,
    DimensionError,
    DuplicateRowError,
    NegativeRowError,
)
from indexing.tantivy_index import TantivyIndex
from tests.indexing.checks import assert_best, rows_of

MAKERS = {"exact": ExactLexicalIndex, "tantivy": TantivyIndex}
kinds = pytest.mark.parametrize("kind", list(MAKERS))

WORDS = ["石墨烯", "散热", "薄膜", "电池", "导热", "耐温", "1200℃", "的", "Al2O3", "c++", "“", "😀"]


def bm25(documents: dict[int, list[str]], query: list[str]) -> dict[int, float]:
    """Robertson & Zaragoza 2009, as `LexicalIndex` states it; rows that score 0 are left out."""
    size = len(documents)
    average = sum(map(len, documents.values())) / max(size, 1)
    df = {token: sum(token in document for document in documents.values()) for token in query}
    idf = {token: math.log(1 + (size - n + 0.5) / (n + 0.5)) for token, n in df.items()}
    scores: dict[int, float] = {}
    for row, document in documents.items():
        tf = Counter(document)
        norm = 1.2 * (1 - 0.75 + 0.75 * len(document) / average) if average else 1
        gain = sum(idf[token] * tf[token] * 2.2 / (tf[token] + norm) for token in query)
        if gain:
            scores[row] = gain
    return scores


def some_documents(count: int, seed: int = 0) -> dict[int, list[str]]:
    """Token lists shorter than 40, whose lengths one byte holds exactly."""
    rng = np.random.default_rng(seed)
    rows = rng.permutation(2 * count)[:count].tolist()
    weights = 1 / np.arange(1, len(WORDS) + 1)
    weights /= weights.sum()
    return {row: list(rng.choice(WORDS, rng.integers(0, 39), p=weights)) for row in rows}


def filled(kind: str, documents: dict[int, list[str]]) -> LexicalIndex:
    index = MAKERS[kind]()
    index.add(rows_of(*documents), list(documents.values()))
    return index


@kinds
def test_it_is_a_lexical_index_of_its_size(kind):
    index = filled(kind, some_documents(30))
    assert isinstance(index, LexicalIndex)
    assert len(index) == 30


@kinds
@pytest.mark.parametrize("k", [0, 1, 5, 200])
@pytest.mark.parametrize(
    "query",
    [["散热"], ["散热", "薄膜", "没有的词"], ["的", "的", "的", "导热"], ["😀", "“", "c++"], []],
    ids=["one", "unknown", "repeated", "odd", "none"],
)
def test_the_k_best_rows_come_with_their_bm25_scores(kind, query, k):
    documents = some_documents(80)
    assert_best(filled(kind, documents).search(query, k), bm25(documents, query), k)


@kinds
@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.9])
@pytest.mark.parametrize("k", [1, 10])
def test_a_filter_is_applied_before_ranking_and_leaves_scores_alone(kind, k, share):
    documents = some_documents(400)
    index = filled(kind, documents)
    allowed = np.random.default_rng(5).random(700) < share
    scores = bm25(documents, ["散热", "的", "耐温"])
    assert_best(index.search(["散热", "的", "耐温"], k, allowed), scores, k, allowed)


@kinds
def test_ties_are_broken_by_row_even_at_the_cut(kind):
    rows = np.random.default_rng(7).permutation(300).astype(np.int64)
    index = MAKERS[kind]()
    index.add(rows, [["导热", "膜"]] * 300)
    assert index.search(["膜"], 5).rows.tolist() == [0, 1, 2, 3, 4]
    odd = np.arange(300) % 2 == 1
    assert index.search(["膜"], 4, odd).rows.tolist() == [1, 3, 5, 7]
    assert index.search(["膜"], 2, np.isin(np.arange(300), [250, 9, 40])).rows.tolist() == [9, 40]


@kinds
def test_idf_follows_the_document_frequency(kind):
    index = filled(kind, {0: ["膜"], 3: ["膜", "热", "膜"], 4: ["热"], 9: []})
    expected = [math.log(1 + 2.5 / 2.5), math.log(1 + 4.5 / 0.5), math.log(1 + 2.5 / 2.5)]
    np.testing.assert_allclose(index.idf(["膜", "无", "热"]), expected, rtol=1e-6)
    assert index.idf([]).shape == (0,)
    assert index.idf(["膜"]).dtype == np.float32


@kinds
def test_an_empty_index_answers_nothing(kind, folder):
    index = MAKERS[kind]()
    index.save(folder)
    for empty in (index, MAKERS[kind].load(folder)):
        assert len(empty.search(["膜"], 3).rows) == 0
        np.testing.assert_allclose(empty.idf(["膜"]), [math.log(2)], rtol=1e-6)
        assert empty.remove(rows_of(1)) == 0


@kinds
def test_tokens_without_anything_to_match_are_dropped(kind):
    index = filled(kind, {0: ["", "  ", "\0", "\ud800", "膜"], 1: ["\u3000"]})
    plain = filled(kind, {0: ["膜"], 1: []})
    for query in (["膜"], ["", "膜", "\t"], ["膜\ud800"], ["\0膜"]):
        np.testing.assert_array_equal(index.search(query, 3).rows, [0])
        np.testing.assert_array_equal(index.search(query, 3).scores, plain.search(["膜"], 3).scores)
    assert len(index.search(["", " "], 3).rows) == 0
    np.testing.assert_array_equal(index.idf(["膜\0", " "]), plain.idf(["膜", "无"]))


@kinds
def test_a_token_stays_one_token_whatever_it_holds(kind):
    tokens = ["a b", "0.5～1.2mm", "γ-Fe₂O₃", "AND", "-x", '"q"', "f:y", "x" * 12_000, "\x1c1"]
    index = filled(kind, {at: [token] for at, token in enumerate(tokens)})
    for at, token in enumerate(tokens):
        assert index.search([token], 9).rows.tolist() == [at]
    assert index.search(["ab"], 9).rows.tolist() == [0]
    assert len(index.search(["a"], 9).rows) == 0


@kinds
def test_wrong_calls_are_refused(kind):
    index = filled(kind, {5: ["膜"]})
    with pytest.raises(DuplicateRowError, match="5"):
        index.add(rows_of(5), [["热"]])
    with pytest.raises(NegativeRowError):
        index.add(rows_of(-2), [["热"]])
    with pytest.raises(DimensionError, match="词表"):
        index.add(rows_of(6, 7), [["热"]])
    assert len(index) == 1


@kinds
def test_a_removed_row_is_gone_and_may_come_back_with_other_words(kind):
    index = filled(kind, {row: ["膜", f"词{row}"] for row in range(5)})
    assert index.remove(rows_of(2, 2, 77)) == 1
    assert 2 not in index.search(["膜", "词2"], 9).rows
    index.add(rows_of(2), [["热"]])
    assert index.search(["热"], 9).rows.tolist() == [2]
    assert index.search(["词2"], 9).rows.tolist() == []
    assert len(index) == 5


@kinds
def test_what_was_saved_answers_the_same_and_can_be_changed(kind, folder):
    index = filled(kind, some_documents(120, seed=3))
    index.remove(index.search(["散热"], 20).rows)
    index.save(folder)
    loaded = MAKERS[kind].load(folder)
    assert len(loaded) == 100
    for query in (["散热", "膜"], ["的"], ["耐温", "耐温", "c++"]):
        before, after = index.search(query, 30), loaded.search(query, 30)
        np.testing.assert_array_equal(before.rows, after.rows)
        np.testing.assert_array_equal(before.scores, after.scores)
        np.testing.assert_array_equal(index.idf(query), loaded.idf(query))
    loaded.add(rows_of(1000), [["新词"]])
    assert loaded.search(["新词"], 3).rows.tolist() == [1000]
    assert loaded.remove(rows_of(1000)) == 1
    assert len(index.search(["新词"], 3).rows) == 0


@kinds
def test_damage_is_told_with_the_way_out(kind, folder):
    index = filled(kind, some_documents(20))
    index.save(folder)
    for path in sorted(folder.iterdir()):
        content = path.read_bytes()
        path.unlink()
        if path.suffix not in {".pos", ".store"}:  # nobody reads these two
            with pytest.raises(CorruptIndexError, match="duijie index --rebuild"):
                MAKERS[kind].load(folder)
        path.write_bytes(content)
    assert len(MAKERS[kind].load(folder)) == 20
    for name in ("meta.json", "rows.npy", "documents.json"):
        if (folder / name).exists():
            for content in (b"{}", b"[1", b'{"segments": [{}]}'):
                (folder / name).write_bytes(content)
                with pytest.raises(CorruptIndexError):
                    MAKERS[kind].load(folder)


batches = st.lists(
    st.tuples(
        st.lists(st.lists(st.sampled_from(WORDS[:6]), max_size=6), max_size=5),
        st.sets(st.integers(0, 25), max_size=4),
    ),
    max_size=5,
)


@kinds
@given(batches=batches, query=st.lists(st.sampled_from(WORDS[:7]), max_size=4))
@settings(max_examples=25, deadline=None)
def test_any_sequence_of_changes_scores_like_the_oracle(kind, batches, query):
    # Statistics count removed documents as long as their segment holds a living one: 锚.
    index = MAKERS[kind]() if kind == "tantivy" else ExactLexicalIndex(counts_removed=True)
    oracle = ExactLexicalIndex(quantised_lengths=True, counts_removed=True)
    row = 0
    for documents, removed in batches:
        new = [*documents, ["锚"]]
        rows = np.arange(row, row + len(new), dtype=np.int64)
        row += len(new)
        gone = rows_of(*(removed - {int(rows[-1])} - anchors(batches, row)))
        for each in (index, oracle):
            each.add(rows, new)
        assert index.remove(gone) == oracle.remove(gone)
        index.search(["锚"], 1)
    hits, expected = index.search(query, 40), oracle.search(query, 40)
    assert_best(hits, dict(zip(expected.rows.tolist(), expected.scores.tolist(), strict=True)), 40)
    assert len(index) == len(oracle)
    np.testing.assert_allclose(index.idf(query), oracle.idf(query), rtol=1e-6)


def anchors(batches, before: int) -> set[int]:
    ends = np.cumsum([len(documents) + 1 for documents, _ in batches]) - 1
    return {int(end) for end in ends if end < before}
