"""The engine of the vectors is gone: lists are found by words, scored as ever, and say so."""

import pytest

from indexing.bundle import Bundle
from indexing.errors import EngineUnavailableError
from matcher.pipeline import WORDS_ONLY, SearchSide
from matcher.types import Need
from service.present import NOTES, list_as_json, list_as_text
from tests.matcher.worlds import NEEDS, ids


class Severed(Bundle):
    """A bundle whose vectors do not answer."""

    def dense(self, *_given):
        raise EngineUnavailableError("http://milvus", "node offline")

    vectors = dense


class Fading(Bundle):
    """Its engine answers the search and is gone when the best are compared."""

    asked = 0

    def vectors(self, rows):
        self.asked += 1
        if self.asked > 1:
            raise EngineUnavailableError("http://milvus", "node offline")
        return super().vectors(rows)


def over(world, kind, **settings):
    side = world.sides["achievement"]
    bundle = kind(side.bundle.layout, side.bundle._parts)
    bundle.meta = side.bundle.meta
    return world.matcher({"achievement": SearchSide(bundle, side.records)}, **settings)


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: need.id)
def test_a_record_that_words_find_has_the_score_that_it_always_has(read_world, need):
    whole = {one.record.id: one for one in read_world.matcher().match(need, k=20).matches}
    found = over(read_world, Severed).match(need, k=20)
    assert found.matches
    for one in found.matches:
        usual = whole[one.record.id]
        assert one.score == pytest.approx(usual.score, abs=1e-6)
        assert one.flags == (*usual.flags, WORDS_ONLY)
    words = set(read_world.read(need).words)
    for one in found.matches:
        assert words & set(read_world.read(one.record).words)


def test_a_list_by_words_alone_says_so_and_has_another_name(world):
    usual, found = world.matcher().match(NEEDS[0]), over(world, Severed).match(NEEDS[0])
    assert (usual.notes, found.notes) == ((), (WORDS_ONLY,))
    assert usual.fingerprint != found.fingerprint
    assert NOTES[WORDS_ONLY] in "\n".join(list_as_text(found))
    assert NOTES[WORDS_ONLY] not in "\n".join(list_as_text(usual))
    assert "notes" not in list_as_json(usual)
    shaped = list_as_json(found)
    assert shaped["notes"] == [WORDS_ONLY]
    assert all(WORDS_ONLY in one["flags"] for one in shaped["matches"])


def test_without_reranking_too(world):
    found = over(world, Severed, rerank=0).match(NEEDS[0], k=3)
    assert found.matches[0].record.id == "A01"
    assert all(one.flags == ("unread", WORDS_ONLY) for one in found.matches)


def test_a_filter_holds_for_words_alone(world):
    found = over(world, Severed).match(NEEDS[0], hidden=["A01"])
    assert "A01" not in ids(found)


def test_an_engine_that_goes_after_the_search_changes_nothing(world):
    usual, found = world.matcher().match(NEEDS[0]), over(world, Fading).match(NEEDS[0])
    assert found.notes == ()
    assert ids(found) == ids(usual)
    assert [one.score for one in found.matches] == pytest.approx(
        [one.score for one in usual.matches], abs=1e-6
    )


def test_without_words_there_is_nothing_left_to_search_by(world):
    with pytest.raises(EngineUnavailableError):
        over(world, Severed, lexical=False).match(NEEDS[0])
    with pytest.raises(EngineUnavailableError):
        over(world, Severed).match(Need(id="?", title="——！"))
