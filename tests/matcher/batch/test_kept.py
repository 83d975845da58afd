import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from indexing.base import Hits
from indexing.ranking import best
from matcher.batch.kept import Kept, merged
from matcher.batch.searched import Searched, change

SCORES = st.integers(0, 5).map(lambda score: np.float32(score / 4))
WORLD = st.dictionaries(st.integers(0, 30), SCORES)
"""Row -> score of one need; few values, so that many tie."""


def top(world: dict[int, np.float32], keep: int) -> Hits:
    rows = np.array(sorted(world), dtype=np.int64)
    scores = np.array([world[row] for row in sorted(world)], dtype=np.float32)
    return best(rows, scores, keep)


def searched(world: dict[int, np.float32]) -> Searched:
    """A score stands for the digest: it tells whether a record changed."""
    rows = np.array(sorted(world), dtype=np.int64)
    digests = np.array([int(world[row] * 4) for row in sorted(world)], dtype=np.uint64)
    return Searched(rows, digests)


def kept(world: dict[int, np.float32], keep: int) -> Kept:
    hits = top(world, keep)
    return Kept(hits.rows, hits.scores, len(world) <= keep)


def brought_up(before: Kept, old: dict, new: dict, keep: int) -> Kept:
    diff = change(searched(old), searched(new))
    fresh = top({int(row): new[int(row)] for row in diff.fresh}, keep)
    return merged(before, diff.gone, fresh, keep=keep, passing=len(new))


@given(WORLD, st.lists(WORLD, min_size=1, max_size=4), st.integers(1, 12))
def test_a_merged_list_is_the_beginning_of_the_whole_one(
    first: dict, later: list[dict], keep: int
) -> None:
    own, old = kept(first, keep), first
    for new in later:
        own, whole = brought_up(own, old, new, keep), top(new, keep)
        size = len(own.rows)
        assert size <= len(whole.rows)
        assert own.rows.tolist() == whole.rows[:size].tolist()
        assert own.scores.tolist() == whole.scores[:size].tolist()
        assert own.is_complete == (size == len(new))
        old = new


@given(WORLD, WORLD, st.integers(1, 12))
def test_a_list_that_loses_nothing_stays_as_long_as_it_was(
    first: dict, added: dict, keep: int
) -> None:
    new = added | first
    assume(len(first) >= keep)
    own = brought_up(kept(first, keep), first, new, keep)
    assert len(own.rows) == keep
    assert own.rows.tolist() == top(new, keep).rows.tolist()


@given(WORLD, WORLD)
def test_a_change_names_what_is_gone_and_what_is_new(old: dict, new: dict) -> None:
    diff = change(searched(old), searched(new))
    same = {row for row in old if row in new and old[row] == new[row]}
    assert set(diff.fresh.tolist()) == set(new) - same
    assert set(np.flatnonzero(diff.gone).tolist()) == set(old) - same
