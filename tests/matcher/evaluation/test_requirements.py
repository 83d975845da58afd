import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score, f1_score

from matcher.evaluation.agreement import level_agreement, verdict_agreement
from matcher.evaluation.requirements import (
    Retrieved,
    extraction,
    indicator_reading,
    matches,
    overlap_of,
)
from matcher.evaluation.verdicts import NAMES, evidence_score, verdict_scores
from matcher.quantities import Indicator
from matcher.types import Requirement, Span, Verdict

SPANS = st.builds(
    lambda start, length: (start, start + length), st.integers(0, 20), st.integers(1, 8)
)


def asked(start, end, kind="effect", field="text"):
    return Requirement(f"r{start}", kind, Span(field, start, end, "字" * (end - start)))


def number(comparator=">=", low=1200.0, high=None, unit="MPa"):
    return Indicator("强度", comparator, low, low if high is None else high, unit, (0, 9), (4, 9))


def says(name, *spans, field="text"):
    return Verdict(asked(0, 4), name, 0.9, evidence=tuple(Span(field, *at, "") for at in spans))


def test_overlap_is_intersection_over_union():
    assert overlap_of(asked(0, 10).span, asked(5, 15).span) == pytest.approx(5 / 15)
    assert overlap_of(asked(0, 10).span, asked(0, 10).span) == 1.0
    assert overlap_of(asked(0, 5).span, asked(5, 9).span) == 0.0
    assert overlap_of(asked(0, 5).span, asked(0, 5, field="title").span) == 0.0
    assert overlap_of(asked(3, 3).span, asked(3, 3).span) == 0.0


def test_half_an_overlap_is_enough_and_less_is_not():
    gold = [asked(0, 10)]
    assert len(matches([asked(0, 5)], gold)) == 1
    assert matches([asked(0, 4)], gold) == []
    assert matches([], gold) == matches([asked(0, 5)], []) == []


def test_most_pairs_are_made_even_where_one_overlap_is_greater():
    # The long one fits both marks; taking its better fit would leave the second mark alone.
    found, gold = [asked(0, 10), asked(0, 8)], [asked(0, 7), asked(2, 12)]
    paired = matches(found, gold)
    assert {(one.span.end, other.span.end) for one, other in paired} == {(10, 12), (8, 7)}


@given(st.lists(SPANS, max_size=5), st.lists(SPANS, max_size=5))
def test_matching_is_one_to_one_and_as_large_as_can_be(ours, marked):
    found, gold = [asked(*at) for at in ours], [asked(*at) for at in marked]
    paired = matches(found, gold)
    assert all(overlap_of(one.span, other.span) >= 0.5 for one, other in paired)
    assert len({id(one) for one, _ in paired}) == len({id(two) for _, two in paired}) == len(paired)
    few, many = sorted((found, gold), key=len)
    best = max(
        sum(overlap_of(one.span, other.span) >= 0.5 for one, other in zip(few, some, strict=True))
        for some in itertools.permutations(many, len(few))
    )
    assert len(paired) == best


def test_extraction_sums_over_needs_and_tells_kinds_apart():
    gold = {"n1": [asked(0, 10), asked(20, 30, "indicator")], "n2": [asked(0, 6, "method")]}
    found = {
        "n1": [asked(0, 9), asked(21, 30, "effect"), asked(40, 45)],
        "unmarked": [asked(0, 3)],
    }
    told = extraction(found, gold)
    assert told.overall == Retrieved(found=3, gold=3, matched=2)
    assert told.overall.precision == told.overall.recall == told.overall.f1 == 2 / 3
    assert told.f1.value == pytest.approx(2 / 3)
    assert told.f1.low < told.f1.value <= told.f1.high
    assert told.kind_accuracy == 1 / 2
    assert told.by_kind["effect"] == Retrieved(found=3, gold=1, matched=1)
    assert told.by_kind["indicator"] == Retrieved(found=0, gold=1, matched=0)
    assert told.by_kind["method"].recall == 0.0
    assert math.isnan(told.by_kind["method"].precision)
    assert math.isnan(told.by_kind["product"].recall)
    assert math.isnan(told.by_kind["product"].f1)


def test_nothing_found_is_no_error():
    told = extraction({}, {"n": [asked(0, 4)]})
    assert told.overall.f1 == 0.0
    assert math.isnan(told.kind_accuracy)


@pytest.mark.parametrize(
    ("read", "comparator", "value", "unit"),
    [
        (number(), 1, 1, 1),
        (number(unit=" ＭＰａ"), 1, 1, 1),
        (number(low=1.2, unit="GPa"), 1, 1, 1),
        (number(unit="GPa"), 1, 0, 1),
        (number(">"), 0, 1, 1),
        (number(low=1201.0), 1, 0, 1),
        (number(low=1200.0, high=1300.0), 1, 0, 1),
        (number(unit="℃"), 1, 1, 0),
        (number(unit="某种单位"), 1, 1, 0),
        (number(low=1.2, unit="某种单位"), 1, 0, 0),
        (number(low=None, high=None), 1, 0, 1),
        (None, 0, 0, 0),
    ],
)
def test_numbers_are_compared_in_comparator_value_and_unit(read, comparator, value, unit):
    told = indicator_reading([(read, number()), (read, None)])
    assert told.count == 1
    assert (told.comparator, told.value, told.unit) == (comparator, value, unit)
    assert told.exact == min(comparator, value, unit)


def test_a_vague_number_is_only_equal_to_a_vague_one():
    vague = Indicator("", "~", None, None, "", (0, 4), (0, 4))
    assert indicator_reading([(vague, vague)]).exact == 1.0
    told = indicator_reading([(number("~", unit=""), vague), (vague, vague)])
    assert (told.value, told.exact) == (0.5, 0.5)
    assert math.isnan(indicator_reading([(vague, None)]).exact)


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), min_size=1))
def test_verdict_figures_agree_with_scikit_learn(pairs):
    truth, given_names = map(list, zip(*pairs, strict=True))
    told = verdict_scores(truth, given_names)
    theirs = f1_score(truth, given_names, labels=NAMES, average="macro", zero_division=0)
    assert told.macro_f1 == pytest.approx(theirs)
    assert told.accuracy == pytest.approx(sum(a == b for a, b in pairs) / len(pairs))
    assert sum(map(sum, told.confusion)) == len(pairs)


def test_the_confusion_of_verdicts_has_the_truth_in_its_rows():
    told = verdict_scores(["met", "met", "missing"], ["met", "partly", "partly"])
    met, partly, missing = (NAMES.index(name) for name in ("met", "partly", "missing"))
    assert told.confusion[met][met] == 1
    assert told.confusion[met][partly] == 1
    assert told.confusion[missing][partly] == 1
    assert told.by_name["met"].recall == 1 / 2
    assert told.by_name["met"].precision == 1.0
    assert told.by_name["partly"].count == 0


def test_evidence_is_judged_where_both_say_met():
    pairs = [
        (says("met", (0, 5)), says("met", (4, 20))),
        (says("met", (0, 5)), says("met", (5, 20))),
        (says("met", (0, 5)), says("met", (30, 40), (1, 2))),
        (says("met", (0, 5)), says("met", (0, 5), field="title")),
        (says("met", (0, 5)), says("met")),
        (says("met"), says("met", (0, 5))),
        (says("partly", (0, 5)), says("met", (0, 5))),
        (says("met", (0, 5)), says("missing")),
    ]
    told = evidence_score(pairs)
    assert (told.right, told.count) == (2, 5)
    assert told.accuracy == 2 / 5
    assert math.isnan(evidence_score([]).accuracy)


def test_two_labellers_are_compared_on_what_both_labelled():
    first = {"a": 1, "b": 4, "c": 3, "mine": 2}
    second = {"a": 1, "b": 3, "c": 3, "theirs": 4}
    told = level_agreement(first, second)
    assert told.count == 3
    assert told.exact == 2 / 3
    assert told.kappa == pytest.approx(
        cohen_kappa_score([1, 4, 3], [1, 3, 3], weights="quadratic", labels=[1, 2, 3, 4])
    )


def test_agreement_on_verdicts_is_cohens_kappa():
    # observed 1/2; by chance (2*3 + 2*1) / 16
    first = dict(enumerate(["met", "met", "missing", "missing"]))
    second = dict(enumerate(["met", "met", "met", "missing"]))
    told = verdict_agreement(first, second)
    assert told.exact == 3 / 4
    assert told.kappa == pytest.approx((3 / 4 - 1 / 2) / (1 - 1 / 2))


def test_labels_that_never_differ_say_nothing_about_chance():
    told = verdict_agreement({1: "met", 2: "met"}, {1: "met", 2: "met"})
    assert math.isnan(told.kappa)
    assert told.exact == 1.0
    for agreement in (level_agreement({1: 2}, {2: 2}), verdict_agreement({1: "met"}, {})):
        assert agreement.count == 0
        assert math.isnan(agreement.kappa)
        assert math.isnan(agreement.exact)
