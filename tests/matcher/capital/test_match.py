from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.capital.match import WEIGHTS, match_mandates
from matcher.capital.seeker import seeker_of
from matcher.errors import MandateError
from tests.matcher.capital.samples import TODAY, achievement, half, mandate, need


def match(funds, records, likeness=half, **settings):
    seekers = [seeker_of(one) for one in records]
    return match_mandates(funds, seekers, likeness, today=TODAY, **settings)


def test_the_score_is_the_weighted_mean_of_its_parts() -> None:
    (fit,) = match([mandate()], [achievement()])
    values = {one.name: one.value for one in fit.parts}
    assert values == {
        "field": 1.0, "region": 1.0, "readiness": 1.0, "stage": 0.5, "ticket": 1.0,
        "requirement": 1.0, "text": 0.5,
    }  # fmt: skip
    total = sum(WEIGHTS[name] for name in values)
    assert fit.score == pytest.approx(sum(WEIGHTS[k] * v for k, v in values.items()) / total)
    assert fit.score == pytest.approx(sum(one.adds for one in fit.parts))
    assert sum(one.weight for one in fit.parts) == pytest.approx(1)


def test_several_requirements_count_as_their_mean() -> None:
    (fit,) = match([mandate(requirements=("已授权发明专利", "高新技术企业"))], [achievement()])
    assert {one.name: one.value for one in fit.parts}["requirement"] == pytest.approx(0.75)


def test_an_excluded_pair_scores_nothing_keeps_its_reasons_and_comes_last() -> None:
    fits = match([mandate(id="F1", max_trl=6), mandate(id="F2")], [achievement()])
    assert [(one.mandate, one.excluded) for one in fits] == [("F2", False), ("F1", True)]
    assert fits[1].score == 0
    assert "目前 7 级" in fits[1].against[0]


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_alike_texts_never_lower_the_score(one, other) -> None:
    low, high = sorted((one, other))
    (below,) = match([mandate()], [achievement()], lambda pairs: [low])
    (above,) = match([mandate()], [achievement()], lambda pairs: [high])
    assert 0 <= below.score <= above.score <= 1


def test_the_order_of_input_moves_nothing() -> None:
    funds = [mandate(id="F1"), mandate(id="F2", industries=("制造业",)), mandate(id="F3")]
    records = [achievement(), need(), need(id="N2", region="江苏省")]
    expected = match(funds, records)
    for shuffled in permutations(funds):
        assert match(shuffled, reversed(records)) == expected


def test_the_likeness_is_asked_once_for_all_pairs() -> None:
    asked = []

    def likeness(pairs):
        asked.append([(fund.id, seeker.id) for fund, seeker in pairs])
        return half(pairs)

    match([mandate(id="F2"), mandate(id="F1")], [need(), achievement()], likeness)
    assert asked == [[("F1", "A1"), ("F2", "A1"), ("F1", "N1"), ("F2", "N1")]]


def test_nothing_to_match_asks_nothing() -> None:
    assert match([], [need()], lambda pairs: 1 / 0) == ()


@pytest.mark.parametrize("alike", [[], [1.5], [float("nan")]])
def test_a_likeness_that_makes_no_sense_is_refused(alike) -> None:
    with pytest.raises(MandateError, match="相似度"):
        match([mandate()], [need()], lambda pairs: alike)


def test_two_mandates_with_one_id_are_refused() -> None:
    with pytest.raises(MandateError, match="F1"):
        match([mandate(), mandate()], [need()])


def test_weights_that_leave_nothing_are_refused() -> None:
    with pytest.raises(MandateError, match="权重"):
        match([mandate()], [need()], weights={"text": 0.0})


def test_a_weight_of_nothing_leaves_its_part_out() -> None:
    (fit,) = match([mandate()], [achievement()], weights={"text": 1.0, "field": 1.0})
    assert {one.name for one in fit.parts} == {"text", "field"}
    assert fit.score == pytest.approx(0.75)
