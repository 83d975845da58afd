import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from indexing.errors import FingerprintMismatchError
from matcher.fields.industry import read_industry
from matcher.indexer import (
    bundle_fingerprint,
    column_values,
    create,
    open_or_create,
    update,
)
from matcher.pipeline import SearchSide
from matcher.types import Achievement, Need
from tests.fakes import ListSource
from tests.matcher.worlds import (
    ACHIEVEMENTS,
    NEEDS,
    OFFERED,
    SignEncoder,
    contents,
    embedder_of,
    ids,
)

WANTED = Achievement(
    id="A99", title="锂电池低温电解液", text="零下４０℃仍能放电。电 解 液阻燃。" + OFFERED
)


@pytest.fixture(params=["world", "cheap_world"])
def any_world(request):
    return request.getfixturevalue(request.param)


def change(world, side, changed=(), removed=()):
    update(side.bundle, changed, removed, world.embedder, world.segmenter)


def matches(world, bundle, records, record=NEEDS[3], **settings):
    matcher = world.matcher({"achievement": SearchSide(bundle, ListSource(records))}, **settings)
    return matcher.match(record, k=50)


@pytest.mark.parametrize("rerank", [0, 50])
def test_a_record_that_was_written_is_found_and_one_taken_out_is_not(any_world, rerank):
    side = any_world.side("achievement", ACHIEVEMENTS)
    every = [*ACHIEVEMENTS, WANTED]
    assert WANTED.id not in ids(matches(any_world, side.bundle, every, rerank=rerank))
    change(any_world, side, [WANTED])
    assert ids(matches(any_world, side.bundle, every, rerank=rerank))[0] == WANTED.id
    change(any_world, side, removed=[WANTED.id, "never there"])
    assert len(side.bundle) == len(ACHIEVEMENTS)
    assert WANTED.id not in ids(matches(any_world, side.bundle, every, rerank=rerank))


@pytest.mark.parametrize("rerank", [0, 50])
def test_a_rewritten_record_is_as_if_it_had_always_been_so(any_world, rerank):
    side = any_world.side("achievement", ACHIEVEMENTS[:4])
    rewritten = replace(WANTED, id="A03")
    change(any_world, side, [rewritten])
    records = [*ACHIEVEMENTS[:2], rewritten, ACHIEVEMENTS[3]]
    fresh = any_world.side("achievement", records)
    one = matches(any_world, side.bundle, records, rerank=rerank)
    other = matches(any_world, fresh.bundle, records, rerank=rerank)
    assert ids(one)[0] == "A03"
    if rerank:  # BM25 statistics keep removed records until a rebuild, pair scores do not care
        assert contents(one)[3] == contents(other)[3]


def test_writing_nothing_changes_nothing(any_world):
    side = any_world.side("achievement", ACHIEVEMENTS[:2])
    change(any_world, side)
    assert len(side.bundle) == 2


def test_token_vectors_are_kept_where_they_are_dear(world, cheap_world):
    rows = np.array([0], dtype=np.int64)
    kept = world.sides["achievement"].bundle.token_vectors(rows)
    document = world.read(ACHIEVEMENTS[0])
    np.testing.assert_allclose(kept[0], world.embedder.tokens([document])[0].vectors, atol=1e-6)
    assert cheap_world.sides["achievement"].bundle.token_vectors(rows) is None


@pytest.mark.parametrize("rerank", [0, 50])
def test_a_record_that_changed_since_it_was_indexed_is_compared_as_it_is_now(any_world, rerank):
    side = any_world.side("achievement", ACHIEVEMENTS)
    longer = replace(ACHIEVEMENTS[1], text="新增：散热膜厚度可调。")
    now = [ACHIEVEMENTS[0], longer, *ACHIEVEMENTS[2:]]
    found = matches(any_world, side.bundle, now, NEEDS[0], rerank=rerank, evidence=50)
    match = next(one for one in found.matches if one.record.id == longer.id)
    assert match.record == longer
    assert len(found.matches) == len(ACHIEVEMENTS)
    spans = [one.right for one in match.evidence if one.right]
    assert all(getattr(longer, span.field)[span.start : span.end] == span.text for span in spans)
    if rerank:
        assert any(span.field == "text" for span in spans)


@pytest.mark.parametrize("rerank", [0, 50])
def test_a_record_withdrawn_from_the_source_is_passed_over(any_world, rerank):
    side = any_world.side("achievement", ACHIEVEMENTS)
    found = matches(any_world, side.bundle, ACHIEVEMENTS[1:], rerank=rerank)
    assert sorted(ids(found)) == [one.id for one in ACHIEVEMENTS[1:]]
    assert [one.rank for one in found.matches] == list(range(1, len(ACHIEVEMENTS)))
    assert matches(any_world, side.bundle, [], rerank=rerank).matches == ()


def test_columns_hold_what_can_be_filtered_by(world):
    values = column_values(world.read(ACHIEVEMENTS[0]))
    assert values == {
        "region": "江苏省南京市",
        "trl": 7,
        "transfer_modes": ("许可", "转让"),
        "published": "2025-05-01",
        "visibility": "公开",
        "has_text": 1.0,
        "province": "江苏省",
        "city": "南京市",
        "modes": ("许可", "转让"),
        "readiness": 7,
        **inferred(ACHIEVEMENTS[0]),
    }


def inferred(record):
    industry = read_industry(record)
    assert industry is not None
    return {"industry_section": industry.section, "industry_division": industry.division}


def test_empty_values_are_left_out_but_zero_is_a_value(world):
    need = Need(id="N", title="膜", budget_wan=0.0, deadline=date(2026, 1, 2), text="　")
    assert column_values(world.read(need)) == {
        "budget_wan": 0.0,
        "deadline": "2026-01-02",
        "visibility": "公开",
        "has_text": 0.0,
    }


def test_a_folder_without_a_bundle_gives_an_empty_one(world):
    with tempfile.TemporaryDirectory() as name:
        bundle = open_or_create(Path(name), "need", world.embedder, world.segmenter)
    assert len(bundle) == 0
    assert bundle.fingerprint == bundle_fingerprint(world.embedder, world.segmenter)


def test_a_bundle_of_another_encoder_is_refused(world):
    with tempfile.TemporaryDirectory() as name:
        create("need", world.embedder, world.segmenter).save(Path(name))
        other = embedder_of(SignEncoder("char-2"))
        with pytest.raises(FingerprintMismatchError):
            open_or_create(Path(name), "need", other, world.segmenter)
