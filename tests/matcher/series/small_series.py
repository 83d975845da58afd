"""Small pools and series, and the best series by trying everything."""

from datetime import date
from itertools import combinations, product

import numpy as np

from matcher.roadshow.board import Board
from matcher.roadshow.plan import Plan, Worth
from matcher.roadshow.pool import Entrant, Guest, PairFit, Pool
from matcher.roadshow.series.plan import Event, SeriesPlan
from matcher.types import Level

DAYS = (date(2027, 3, 1), date(2027, 6, 1), date(2027, 9, 1), date(2027, 12, 1))


def entrant(id_, institution="甲校", *, industry="纺织业", quality=0.8, shown=0, **more):
    groups = {"industry": (industry,), "institution": (institution,) if institution else ()}
    return Entrant(
        id=id_, title=f"成果{id_}", groups={**groups, **more}, quality=quality, shown=shown
    )


def fit(entrant_id, guest, level=4):
    chances = [0.0] * 4
    chances[level - 1] = 1.0
    return PairFit(
        entrant=entrant_id, guest=guest, probabilities=tuple(chances), level=Level(level)
    )


def guest(id_, **more):
    return Guest(id=id_, title=f"需求{id_}", **more)


def random_pool(seed, entrants=5, guests=4, institutions=3):
    rng = np.random.default_rng(seed)
    people = [
        Entrant(
            id=f"a{n}",
            title=f"成果{n}",
            groups={
                "industry": (str(rng.choice(["纺织业", "农业"])),),
                "institution": (f"单位{rng.integers(institutions)}",),
            },
            quality=float(rng.random()),
            published=date(2026, int(rng.integers(1, 13)), 1),
            shown=int(rng.integers(0, 2)),
        )
        for n in range(entrants)
    ]
    needs = [
        Guest(id=f"n{n}", title=f"需求{n}", weight=float(rng.choice([1.0, 2.0])))
        for n in range(guests)
    ]
    fits = []
    for one in people:
        for need in needs:
            if rng.random() < 0.7:
                p = tuple(float(x) for x in rng.dirichlet([1.0, 1.0, 1.0, 1.0]))
                fits.append(
                    PairFit(
                        entrant=one.id,
                        guest=need.id,
                        probabilities=(p[0], p[1], p[2], p[3]),
                        level=Level(int(np.argmax(p)) + 1),
                    )
                )
    return Pool(tuple(people), tuple(needs), tuple(fits))


def series(*events, **changes):
    return SeriesPlan(events=tuple(events), **changes)


def event(number, **changes):
    values = {"id": f"E{number}", "held_on": DAYS[number % 4], "places": 2}
    return Event(**{**values, **changes})


def worth_of(pool, plan, chosen):
    """What a series is worth, event by event, counted as one event's board counts."""
    total, times = 0.0, {one.id: one.shown for one in pool.entrants}
    place = {one.id: at for at, one in enumerate(pool.entrants)}
    for one in plan.ordered():
        as_plan = Plan(size=one.stage, held_on=one.held_on, worth=plan.worth)
        terms = Board.of(pool, as_plan).terms([place[id_] for id_ in chosen[one.id]])
        total += sum(terms.values()) - terms["fairness"]
        for id_ in chosen[one.id]:
            total -= plan.worth.fairness * times[id_]
            times[id_] += 1
    return total


def best_by_hand(pool, plan):
    """The best worth over all series that fill every place and keep caps and promise."""
    ids = [one.id for one in pool.entrants]
    owner = {one.id: one.institution for one in pool.entrants}
    shown = {one.id: one.shown for one in pool.entrants}
    places = sum(one.stage for one in plan.events)
    share = places if plan.most_share is None else max(1, int(plan.most_share * places + 1e-9))
    promised = {
        one.institution
        for one in pool.entrants
        if plan.promised_quality is not None
        and one.quality >= plan.promised_quality
        and (plan.most_times is None or one.shown < plan.most_times)
    }
    found = None
    for stages in product(*(combinations(ids, one.stage) for one in plan.ordered())):
        flat = [id_ for stage in stages for id_ in stage]
        if plan.most_times is not None and any(
            flat.count(one) + shown[one] > plan.most_times for one in set(flat)
        ):
            continue
        owners = [owner[id_] for id_ in flat]
        if max(map(owners.count, owners)) > share or not promised <= set(owners):
            continue
        chosen = {one.id: stage for one, stage in zip(plan.ordered(), stages, strict=True)}
        worth = worth_of(pool, plan, chosen)
        found = worth if found is None else max(found, worth)
    return found


PLAIN = Worth(quality=0.0, freshness=0.0, diversity=0.0, fairness=0.0)
"""Coverage alone."""


def crowd():
    """One strong institution with four answers to the need, and three weak ones."""
    strong = [entrant(f"a{n}", "甲校") for n in range(4)]
    weak = [entrant(f"b{n}", f"乙{n}所") for n in range(3)]
    fits = [fit(one.id, "n1", 4) for one in strong] + [fit(one.id, "n1", 2) for one in weak]
    return Pool(tuple(strong + weak), (guest("n1"),), tuple(fits))
