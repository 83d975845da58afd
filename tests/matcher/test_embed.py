import numpy as np
import pytest

from matcher.documents import Document
from matcher.embed import Centre, Embedder, role_of
from matcher.types import Achievement, Need
from tests.fakes import CharEncoder
from tests.matcher.worlds import ACHIEVEMENTS, CENTRE_TEXTS, NEEDS, CheapEncoder, SignEncoder, ids


class RoleEncoder:
    """An `Encoder` without tokens whose sides lie in different directions."""

    name = "role"
    dim = 3
    max_tokens = 8
    fingerprint = "role-1"

    def encode(self, texts, role):
        towards = [3.0, 0.0, 4.0] if role == "query" else [0.0, 4.0, 3.0]
        return np.array(
            [np.array(towards) / 5 if text else np.zeros(3) for text in texts], dtype=np.float32
        ).reshape(-1, 3)


def documents(segmenter, records):
    return [Document.of(record, segmenter) for record in records]


def test_the_mean_is_taken_away_and_rows_are_unit_again():
    query, passage = np.array([0.6, 0.0]), np.array([0.0, -0.2])
    centre = Centre(query.astype(np.float32), passage.astype(np.float32))
    vectors = np.array([[1.0, 0.0], [0.6, 0.8]], dtype=np.float32)
    np.testing.assert_allclose(centre(vectors, "query"), [[1, 0], [0, 1]], atol=1e-6)
    moved = vectors - passage
    expected = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    np.testing.assert_allclose(centre(vectors, "passage"), expected, atol=1e-6)
    assert centre(vectors, "query").dtype == np.float32


def test_the_row_of_an_empty_text_stays_zero():
    centre = Centre.of(CharEncoder(), CENTRE_TEXTS)
    vectors = CharEncoder().encode(["", "石墨烯"], "query")
    moved = centre(vectors, "query")
    np.testing.assert_array_equal(moved[0], 0)
    assert np.linalg.norm(moved[1]) == pytest.approx(1, abs=1e-6)


def test_a_row_that_is_the_mean_itself_is_no_division_by_zero():
    mean = np.array([0.6, 0.8], dtype=np.float32)
    np.testing.assert_array_equal(Centre(mean, mean)(mean[None], "query"), 0)


def test_the_centre_is_the_mean_of_each_role_to_five_digits():
    centre = Centre.of(RoleEncoder(), ["甲", "乙", ""])
    np.testing.assert_allclose(centre.query, [0.4, 0, 0.53333], atol=1e-7)
    np.testing.assert_allclose(centre.passage, [0, 0.53333, 0.4], atol=1e-7)


def test_a_stored_centre_is_the_one_that_was_measured():
    centre = Centre.of(CharEncoder(), CENTRE_TEXTS)
    means = {
        role: getattr(centre, role).astype(float).round(5).tolist() for role in ("query", "passage")
    }
    again = Centre.stored(means)
    np.testing.assert_array_equal(again.query, centre.query)
    np.testing.assert_array_equal(again.passage, centre.passage)
    assert again.fingerprint == centre.fingerprint
    other = Centre.stored({**means, "query": [0.5] * CharEncoder.dim})
    assert other.fingerprint != centre.fingerprint


def test_needs_ask_and_achievements_answer(segmenter):
    centre = Centre(np.zeros(3, dtype=np.float32), np.zeros(3, dtype=np.float32))
    embedder = Embedder(RoleEncoder(), CharEncoder(), centre)
    asked = embedder.vectors(documents(segmenter, NEEDS[:2]))
    offered = embedder.vectors(documents(segmenter, ACHIEVEMENTS[:1]))
    np.testing.assert_allclose(asked, [[0.6, 0, 0.8]] * 2, atol=1e-6)
    np.testing.assert_allclose(offered, [[0, 0.8, 0.6]], atol=1e-6)
    assert role_of(documents(segmenter, NEEDS)) == "query"
    assert role_of(documents(segmenter, ACHIEVEMENTS)) == "passage"
    assert role_of([]) == "passage"


def test_an_encoder_without_tokens_takes_them_from_a_late_one(segmenter):
    late = SignEncoder("late-1")
    centre = Centre.of(RoleEncoder(), CENTRE_TEXTS)
    embedder = Embedder(RoleEncoder(), late, centre)
    read = documents(segmenter, NEEDS[:3])
    vectors, tokens = embedder.embed(read)
    np.testing.assert_array_equal(vectors, embedder.vectors(read))
    expected = late.encode_tokens([document.full for document in read], "query")[1]
    for one, other in zip(tokens, expected, strict=True):
        np.testing.assert_array_equal(one.vectors, other.vectors)
        np.testing.assert_array_equal(one.spans, other.spans)
    assert vectors.shape == (3, 3)
    assert embedder.fingerprint == f"role-1+late-1-{centre.fingerprint}"


def test_one_encoder_gives_both_and_is_named_once(world):
    read = [world.read(record) for record in ACHIEVEMENTS[:4]]
    vectors, tokens = world.embedder.embed(read)
    np.testing.assert_array_equal(vectors, world.embedder.vectors(read))
    for one, other in zip(tokens, world.embedder.tokens(read), strict=True):
        np.testing.assert_array_equal(one.vectors, other.vectors)
    assert world.embedder.fingerprint.startswith("char-1-")


def test_token_vectors_are_stored_unless_they_are_cheap():
    centre = Centre.of(CharEncoder(), CENTRE_TEXTS)
    assert Embedder(CharEncoder(), SignEncoder(), centre).stores_tokens
    assert not Embedder(CharEncoder(), CheapEncoder(), centre).stores_tokens


def test_cheap_and_stored_tokens_give_the_same_lists(world, cheap_world):
    for record in (NEEDS[0], NEEDS[6], ACHIEVEMENTS[10]):
        one, other = world.matcher().match(record), cheap_world.matcher().match(record)
        assert ids(one) == ids(other)
        assert [m.score for m in one.matches] == pytest.approx([m.score for m in other.matches])


def test_a_record_without_text_has_no_tokens(segmenter):
    embedder = Embedder(CharEncoder(), CharEncoder(), Centre.of(CharEncoder(), CENTRE_TEXTS))
    vectors, tokens = embedder.embed(
        documents(segmenter, [Need(id="N0"), Need(id="N1", title=" ")])
    )
    np.testing.assert_array_equal(vectors, 0)
    assert [len(one.vectors) for one in tokens] == [0, 0]
    assert embedder.vectors(documents(segmenter, [Achievement(id="A", text="膜")])).any()
