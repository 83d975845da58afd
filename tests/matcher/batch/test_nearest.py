from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexing.base import Hits, Rows, Vectors
from indexing.ranking import best, inner_products
from matcher.batch import nearest as module
from matcher.batch.nearest import nearest

DIM = 8


def units(count: int, seed: int, distinct: int | None = None) -> Vectors:
    chance = np.random.default_rng(seed)
    made = chance.standard_normal((distinct or count, DIM)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return made[chance.integers(0, len(made), count)] if distinct else made


def stored(vectors: Vectors, rows: Rows) -> Callable[[Rows], Vectors]:
    place = {int(row): at for at, row in enumerate(rows)}
    return lambda wanted: vectors[[place[int(row)] for row in wanted]]


def one_by_one(queries: Vectors, rows: Rows, vectors: Vectors, keep: int) -> list[Hits]:
    return [best(rows, inner_products(vectors, query), keep) for query in queries]


def same(found: list[Hits], wanted: list[Hits]) -> bool:
    return len(found) == len(wanted) and all(
        np.array_equal(one.rows, other.rows) and np.array_equal(one.scores, other.scores)
        for one, other in zip(found, wanted, strict=True)
    )


@given(
    count=st.integers(0, 300),
    distinct=st.sampled_from([None, 1, 3, 40]),
    asked=st.integers(0, 7),
    keep=st.integers(1, 60),
    tile=st.sampled_from([1, 7, 8, 64, 1024]),
    settled=st.sampled_from([1, 5, 300]),
    seed=st.integers(0, 1000),
)
def test_the_answer_is_that_of_comparing_one_by_one(
    count: int, distinct: int | None, asked: int, keep: int, tile: int, settled: int, seed: int
) -> None:
    chance = np.random.default_rng(seed)
    rows = np.sort(chance.choice(5 * count + 1, count, replace=False)).astype(np.int64)
    vectors = units(count, seed, distinct) if count else np.zeros((0, DIM), dtype=np.float32)
    queries = units(asked, seed + 1) if asked else np.zeros((0, DIM), dtype=np.float32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "TILE", tile)
        patch.setattr(module, "SETTLED_AT", settled)
        found = nearest(queries, rows, stored(vectors, rows), keep)
    assert same(found, one_by_one(queries, rows, vectors, keep))


@pytest.mark.parametrize("order", [1, -1])
def test_vectors_in_the_worst_order_are_found_as_well(order: int) -> None:
    vectors, query = units(5000, 3), units(1, 4)
    by_likeness = vectors[np.argsort(order * (vectors @ query[0]))]
    rows = np.arange(5000)
    found = nearest(query, rows, stored(by_likeness, rows), 20)
    assert same(found, one_by_one(query, rows, by_likeness, 20))


def test_of_many_equals_those_with_the_lowest_rows_are_kept() -> None:
    vectors = np.repeat(units(1, 5), 4000, axis=0)
    rows = np.arange(0, 8000, 2)
    (found,) = nearest(units(1, 6), rows, stored(vectors, rows), 10)
    assert found.rows.tolist() == list(range(0, 20, 2))
