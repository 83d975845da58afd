"""Which levels cannot be excluded, and when a pair is left to a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.abstention import FLAG, flags_of, possible_levels
from matcher.fit import Fit
from matcher.types import Level

MASSES = st.lists(st.floats(0.001, 1), min_size=4, max_size=4)
BOUNDS = st.floats(0.001, 1)


def fit_of(*masses):
    total = sum(masses)
    return Fit(0.0, {}, {level: mass / total for level, mass in zip(Level, masses, strict=True)})


@pytest.mark.parametrize(
    ("shares", "bound", "levels"),
    [
        ((0.7, 0.2, 0.05, 0.05), 0.3, (1,)),
        ((0.7, 0.2, 0.05, 0.05), 0.2, (1, 2)),
        ((0.4, 0.3, 0.2, 0.1), 0.15, (1, 2, 3)),
        ((0.4, 0.1, 0.1, 0.4), 0.3, (1, 2, 3, 4)),  # without gaps
        ((0.1, 0.2, 0.3, 0.4), 0.9, (4,)),  # the likeliest stands below the bound
        ((0.0, 0.0, 1.0, 0.0), 1.0, (3,)),
    ],
)
def test_levels_from_the_bound_on_are_possible(shares, bound, levels):
    assert possible_levels(Fit(0.0, {}, dict(zip(Level, shares, strict=True))), bound) == levels


@given(MASSES, BOUNDS)
def test_the_likeliest_level_is_always_possible_and_there_are_no_gaps(masses, bound):
    fit = fit_of(*masses)
    found = possible_levels(fit, bound)
    assert max(fit.probabilities, key=fit.probabilities.get) in found
    assert list(found) == [Level(at) for at in range(found[0], found[-1] + 1)]
    assert all(level in found for level in Level if fit.probabilities[level] >= bound)


@given(MASSES, BOUNDS, BOUNDS)
def test_a_lower_bound_never_excludes_more(masses, one, other):
    fit = fit_of(*masses)
    low, high = sorted((one, other))
    assert set(possible_levels(fit, high)) <= set(possible_levels(fit, low))


@given(MASSES, BOUNDS)
def test_three_possible_levels_are_left_to_a_person(masses, bound):
    fit = fit_of(*masses)
    assert flags_of(fit, bound) == ((FLAG,) if len(possible_levels(fit, bound)) >= 3 else ())


def test_without_a_bound_no_pair_is_marked():
    assert flags_of(fit_of(1, 1, 1, 1), 0.0) == ()
    assert flags_of(fit_of(1, 1, 1, 1), 0.2) == ("needs_person",)
