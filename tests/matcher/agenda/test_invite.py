"""Invitations against trying everything, brokers' loads, and lists on both sides."""

from collections import Counter
from dataclasses import replace
from itertools import chain, combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import RoadshowError
from matcher.roadshow.brokers import Broker, share_out
from matcher.roadshow.invite import Chance, Invitation, Limits, chances, invite
from matcher.roadshow.plan import Worth
from matcher.roadshow.pool import Entrant, Guest, PairFit, Pool
from matcher.roadshow.stable import stable
from matcher.types import Level

FEW = settings(max_examples=40, deadline=None, derandomize=True)
OWNER = {"n1": "甲公司", "n2": "甲公司", "n3": "乙公司", "n4": "丙公司"}


def chance(entrant: str, invitee: str, value: float = 1.0) -> Chance:
    return Chance(
        entrant=entrant, invitee=invitee, organisation=OWNER.get(invitee, invitee), value=value
    )


@st.composite
def offers(draw) -> list[Chance]:
    pairs = draw(
        st.sets(st.sampled_from(list(product(("a1", "a2", "a3"), OWNER))), min_size=1, max_size=8)
    )
    return [
        chance(*pair, draw(st.sampled_from([0.5, 1.0, 1.25, 3.0, 7.0]))) for pair in sorted(pairs)
    ]


bounds = st.builds(
    Limits,
    least_per_entrant=st.integers(0, 2),
    most_per_entrant=st.sampled_from([None, 2, 3]),
    most_per_invitee=st.sampled_from([None, 1, 2]),
    most_per_organisation=st.sampled_from([None, 1, 2]),
)


def kept(picked, limits) -> bool:
    counts = [
        (Counter(one.entrant for one in picked), limits.most_per_entrant),
        (Counter(one.invitee for one in picked), limits.most_per_invitee),
        (Counter(one.organisation for one in picked), limits.most_per_organisation),
        (Counter((one.entrant, one.organisation) for one in picked), 1),
    ]
    return all(most is None or max(count.values(), default=0) <= most for count, most in counts)


def missing(picked, limits) -> int:
    sent = Counter(one.entrant for one in picked)
    return sum(max(0, limits.least_per_entrant - sent[one]) for one in ("a1", "a2", "a3"))


@FEW
@given(offers(), bounds)
def test_no_invitations_are_worth_more_by_trying_everything(offered, limits) -> None:
    answer = invite(("a1", "a2", "a3"), offered, limits)
    assert kept(answer.items, limits)
    subsets = chain.from_iterable(combinations(offered, size) for size in range(len(offered) + 1))
    best = max(
        (-missing(one, limits), sum(each.value for each in one))
        for one in subsets
        if kept(one, limits)
    )
    assert (-missing(answer.items, limits), answer.value) == best
    assert sum(answer.missing.values()) == missing(answer.items, limits)
    assert answer.bound == answer.value
    assert answer.status == "optimal"


@FEW
@given(offers(), bounds, st.randoms())
def test_the_order_of_chances_makes_no_difference(offered, limits, chance_order) -> None:
    turned = list(offered)
    chance_order.shuffle(turned)
    first = invite(("a1", "a2", "a3"), offered, limits)
    assert invite(("a3", "a2", "a1"), turned, limits).items == first.items


def test_one_organisation_is_invited_once_and_its_other_needs_are_named() -> None:
    answer = invite(["a1"], [chance("a1", "n1", 2.0), chance("a1", "n2", 3.0)])
    assert answer.items == (Invitation("a1", "n2", "甲公司", 3.0, ("n1",)),)
    assert answer.missing == {"a1": 2}


def pool() -> Pool:
    def fit(entrant: str, guest: str, high: float) -> PairFit:
        return PairFit(
            entrant=entrant,
            guest=guest,
            probabilities=(1 - high, 0.0, 0.0, high),
            level=Level.STRONG if high > 0.5 else Level.NONE,
        )

    return Pool(
        entrants=(Entrant(id="a1", title=""), Entrant(id="a2", title="")),
        guests=(
            Guest(id="n1", title="", organisation="甲公司", weight=2.0),
            Guest(id="n2", title=""),
        ),
        fits=(fit("a1", "n1", 0.5), fit("a1", "n2", 0.2), fit("a2", "n2", 0.9)),
    )


def test_chances_are_the_fits_above_the_threshold_that_nothing_bars() -> None:
    found = chances(pool(), ["a1", "a2"], worth=Worth(strong=10.0))
    assert [(one.entrant, one.invitee, one.organisation, one.value) for one in found] == [
        ("a1", "n1", "甲公司", 10.0),
        ("a2", "n2", "n2", 9.0),
    ]
    assert chances(pool(), ["a1"], barred=[("a1", "n1")]) == []
    assert len(chances(pool(), ["a1"], threshold=0.1)) == 2
    assert chances(pool(), ["a1"], worth=Worth(strong=0, fairly_strong=0, weak=0)) == []
    with pytest.raises(RoadshowError, match="“a9”、“n9”"):
        chances(pool(), ["a9"], barred=[("a1", "n9")])


def test_all_mistakes_of_invitations_are_named() -> None:
    offered = [
        chance("a1", "n1"),
        chance("a1", "n1"),
        chance("a9", "n3"),
        chance("a1", "n4", float("nan")),
        replace(chance("a1", "n3"), organisation="丁公司"),
    ]
    with pytest.raises(RoadshowError) as raised:
        invite(
            ["a1"], offered, Limits(most_per_invitee=-1, least_per_entrant=4, most_per_entrant=3)
        )
    said = str(raised.value)
    assert "邀请名单有 6 处错误" in said
    for part in ("是 -1", "至少邀请 4，却至多邀请 3", "“a9”与“n3”：成果没有登台", "价值是 nan"):
        assert part in said
    assert "“a1”与“n1”写了 2 次" in said
    assert "“n3”同时属于 “丁公司”、“乙公司”" in said


@FEW
@given(
    st.sets(st.sampled_from("uvwxyz"), max_size=5),
    st.lists(
        st.tuples(st.sampled_from([None, 1, 2]), st.none() | st.sets(st.sampled_from("uvwxyz"))),
        min_size=1,
        max_size=3,
    ),
)
def test_loads_are_as_fair_as_can_be_by_trying_everything(names, team) -> None:
    brokers = [
        Broker(id=f"b{number}", most=most, only=None if only is None else tuple(only))
        for number, (most, only) in enumerate(team)
    ]
    answer = share_out(names, brokers)

    def able(name):
        return [None, *(one.id for one in brokers if one.only is None or name in one.only)]

    def fairness(given):
        loads = sorted((sum(who == one.id for who in given) for one in brokers), reverse=True)
        return (-sum(who is not None for who in given), loads)

    most = {one.id: len(names) if one.most is None else one.most for one in brokers}
    best = min(
        fairness(way)
        for way in product(*(able(name) for name in sorted(names)))
        if all(way.count(one) <= most[one] for one in most)
    )
    assert fairness([answer.broker.get(name) for name in sorted(names)]) == best
    assert sorted([*answer.broker, *answer.left]) == sorted(names)
    assert all(broker in able(name) for name, broker in answer.broker.items())


def test_among_fair_shares_organisations_stay_with_who_knows_them() -> None:
    team = [Broker(id="张", knows=("丁", "丙")), Broker(id="李")]
    answer = share_out(["甲", "乙", "丙", "丁"], team)
    assert answer.loads == {"张": 2, "李": 2}
    assert answer.broker == {"丁": "张", "丙": "张", "甲": "李", "乙": "李"}
    with pytest.raises(RoadshowError, match=r"2 处错误：\n1\. .*是 -1.*\n2\. .*写了 2 次"):
        share_out([], [Broker(id="张", most=-1), Broker(id="张")])


@FEW
@given(st.data())
def test_no_two_would_rather_have_each_other(draw) -> None:
    left, right = "abcd", "wxyz"

    def lists(those, others):
        return {
            one: draw.draw(
                st.permutations(others).map(lambda order: tuple(order[:3]))  # not all are wanted
            )
            for one in those
        }

    asking, asked = lists(left, right), lists(right, left)
    caps = {one: draw.draw(st.integers(0, 2)) for one in left + right}
    pairs = stable(asking, asked, caps, caps)
    met = {one: [b for a, b in pairs if a == one] for one in left}
    met |= {one: [a for a, b in pairs if b == one] for one in right}
    ranks = asking | asked
    assert all(len(met[one]) <= caps[one] for one in met)

    def wants(one, other):
        if other not in ranks[one] or caps[one] == 0:
            return False
        place = ranks[one].index
        return len(met[one]) < caps[one] or place(other) < max(map(place, met[one]))

    for one, other in product(left, right):
        if (one, other) in pairs:
            assert other in ranks[one]
            assert one in ranks[other]
        else:
            assert not (wants(one, other) and wants(other, one))


def test_who_asks_gets_the_best_stable_partner() -> None:
    asking = {"a": ("x", "y"), "b": ("y", "x")}
    asked = {"x": ("b", "a"), "y": ("a", "b")}
    assert stable(asking, asked) == (("a", "x"), ("b", "y"))
    assert stable(asked, asking) == (("x", "b"), ("y", "a"))
    with pytest.raises(RoadshowError, match="“a”的排序里“x”出现了不止一次"):
        stable({"a": ("x", "x")}, asked)


def test_values_that_cannot_be_counted_together_are_refused() -> None:
    offered = [
        replace(chance(f"a{n}", f"m{n}", 1e6), organisation=f"o{n}") for n in range(1, 10_000)
    ]
    with pytest.raises(RoadshowError, match="价值相差过大"):
        invite([one.entrant for one in offered], offered)
