from itertools import combinations, permutations

import numpy as np
import pytest

from matcher.capital.triples import TripleCaps, choose_triples
from matcher.capital.types import MandateFit, Ruling
from matcher.errors import RoadshowError
from matcher.roadshow.pool import PairFit
from matcher.types import Level


def pair(need, achievement, score):
    return PairFit(
        entrant=achievement,
        guest=need,
        probabilities=(1 - score, 0.0, score, 0.0),
        level=Level.FAIRLY_STRONG if score > 0.5 else Level.NONE,
    )


def capital(fund, side, seeker, score, *, out=False):
    rulings = (Ruling("region", "broken", "不在本省"),) if out else ()
    return MandateFit(fund, seeker, side, 0.0 if out else score, (), rulings)


def random_case(seed, needs=3, achievements=3, funds=2):
    rng = np.random.default_rng(seed)
    pairs = [
        pair(f"N{n}", f"A{a}", float(rng.uniform(0.2, 1)))
        for n in range(needs)
        for a in range(achievements)
    ]
    sides = [("need", f"N{n}") for n in range(needs)]
    sides += [("achievement", f"A{a}") for a in range(achievements)]
    offers = [
        capital(f"F{f}", side, id_, float(rng.uniform(0.2, 1)), out=bool(rng.random() < 0.2))
        for f in range(funds)
        for side, id_ in sides
    ]
    return pairs, offers


def by_hand(pairs, offers, caps):
    scores = {(one.side, one.seeker, one.mandate): one for one in offers}
    open_ = []
    for one in pairs:
        for fund in sorted({offer.mandate for offer in offers}):
            answer = scores["achievement", one.entrant, fund]
            asks = scores["need", one.guest, fund]
            fine = not answer.excluded and not asks.excluded
            floor = min(answer.score, asks.score)
            if fine and floor >= caps.capital_floor and one.score >= caps.pair_floor:
                value = one.score * (answer.score + asks.score) / 2
                open_.append((value, (one.guest, one.entrant, fund)))
    limits = (caps.need, caps.achievement, caps.mandate)
    best = 0.0
    for size in range(1, min(len(open_), caps.total or 4) + 1):
        for some in combinations(open_, size):
            counts = [{}, {}, {}]
            for _, ids in some:
                for side, id_ in enumerate(ids):
                    counts[side][id_] = counts[side].get(id_, 0) + 1
            if all(max(c.values()) <= m for c, m in zip(counts, limits, strict=True)):
                best = max(best, sum(value for value, _ in some))
    return best


@pytest.mark.parametrize("seed", range(12))
def test_no_other_set_within_the_caps_is_worth_more(seed) -> None:
    pairs, offers = random_case(seed)
    caps = TripleCaps(mandate=2, achievement=1, need=1)
    found = choose_triples(pairs, offers, caps)
    assert found.status == "optimal"
    assert found.gap == 0
    assert found.value == pytest.approx(by_hand(pairs, offers, caps))
    assert found.value == pytest.approx(sum(one.value for one in found.triples))
    for side, limit in ((0, 1), (1, 1), (2, 2)):
        named = [one.ids[side] for one in found.triples]
        assert max(map(named.count, named), default=0) <= limit


def test_each_triple_names_its_edges_and_its_worth() -> None:
    offers = [capital("F1", "need", "N1", 0.6), capital("F1", "achievement", "A1", 0.8)]
    found = choose_triples([pair("N1", "A1", 0.9)], offers)
    (one,) = found.triples
    assert one.ids == ("N1", "A1", "F1")
    assert one.rank == 1
    assert one.value == pytest.approx(0.9 * 0.7)
    assert (one.for_need.score, one.for_achievement.score) == (0.6, 0.8)
    assert found.considered == 1


def test_who_is_excluded_or_below_a_floor_takes_no_part() -> None:
    offers = [
        capital("F1", "need", "N1", 0.6, out=True),
        capital("F2", "need", "N1", 0.2),
        *(capital(fund, "achievement", "A1", 0.9) for fund in ("F1", "F2", "F3")),
    ]
    assert choose_triples([pair("N1", "A1", 0.9)], offers).triples == ()
    fits = [capital("F3", "need", "N1", 0.9), *offers]
    assert choose_triples([pair("N1", "A1", 0.2)], fits).considered == 0
    assert choose_triples([pair("N1", "A1", 0.9)], fits).considered == 1


def test_the_total_is_kept() -> None:
    pairs, offers = random_case(3)
    assert len(choose_triples(pairs, offers, TripleCaps(mandate=9, total=1)).triples) == 1


def test_the_order_of_input_moves_nothing() -> None:
    pairs = [pair("N1", "A1", 0.8), pair("N2", "A1", 0.8), pair("N1", "A2", 0.8)]
    offers = [capital("F1", "need", id_, 0.5) for id_ in ("N1", "N2")]
    offers += [capital("F1", "achievement", id_, 0.5) for id_ in ("A1", "A2")]
    expected = choose_triples(pairs, offers)
    for shuffled in permutations(pairs):
        assert choose_triples(shuffled, reversed(offers)) == expected


def test_a_cap_below_one_is_refused() -> None:
    with pytest.raises(RoadshowError, match="资金上限为 0"):
        choose_triples([], [], TripleCaps(mandate=0))


def test_nothing_gives_nothing() -> None:
    assert choose_triples([], []).triples == ()
