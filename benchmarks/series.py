"""A year's series: 10 large, 50 medium and 100 small events from one pool of 3,000 entrants.

The pool is made, by a fixed seed, from what ships: the achievements of the sample and of the gold
set, and the needs of both as audience. Graded pairs keep their level; their probabilities are
drawn around it (Dirichlet, 8 parts on the level, 1 each on its neighbours), since a matcher would
not give them as certain. Each need also gets 12 ungraded achievements of its industry, as a
retriever would propose them, with levels 1 to 3 drawn at 60, 30 and 10 %. The gold set names no
owners or places: those are drawn, owners from 1,200 invented ones whose sizes fall as
1 / rank**0.6, places from the sample's own. Descriptions get a quality drawn from Beta(5, 2).

Large events are open to all, with 150 needs in the hall and 30 places; medium ones are about two
industries (60 needs, 15 places); small ones are held for one province (8 places, up to 25 of its
needs). Processor seconds stand beside wall seconds, which say little on a machine that is shared.
"""

import os
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from benchmarks.measuring import table
from matcher.fields.region import read_region
from matcher.gold import read_gold
from matcher.roadshow.pool import Entrant, Guest, PairFit, Pool
from matcher.roadshow.series.cast import local_cells
from matcher.roadshow.series.exposure import Exposure, of_entrants, of_institutions
from matcher.roadshow.series.fill import fill
from matcher.roadshow.series.hall import furnish
from matcher.roadshow.series.plan import Event, SeriesPlan, Size
from matcher.roadshow.series.solve import fits_by_entrant, plan_series
from matcher.roadshow.theme import Theme
from matcher.types import Achievement, Level, Need
from service.sample.read import sample_judgements

ENTRANTS, OWNERS, NEIGHBOURS = 3000, 1200, 12
YEAR = date(2027, 1, 4)
SEED = 20


def main() -> None:
    pool = made_pool()
    print(
        f"{len(pool.entrants)} entrants of "
        f"{len({one.institution for one in pool.entrants})} institutions, "
        f"{len(pool.guests)} needs, {len(pool.fits)} fits; {os.cpu_count()} cores"
    )
    for large, medium, small in ((2, 5, 3), (5, 20, 25), (10, 50, 100)):
        _measure(pool, _events(pool, large, medium, small))
    _rolling(pool, _events(pool, 10, 50, 100))


def _measure(pool: Pool, events: tuple[Event, ...]) -> None:
    plan = SeriesPlan(events=events, most_times=3, most_share=0.02)
    began = time.process_time()
    naive, worth = _naive(pool, plan)
    middle = time.process_time()
    found = plan_series(pool, plan)
    ended = time.process_time()
    sizes = Counter(one.size for one in events)
    title = f"{len(events)} events ({sizes['large']}/{sizes['medium']}/{sizes['small']})"
    table(
        title,
        {
            "before: each event its own best": {
                "worth": f"{worth:.0f}",
                "bound": "–",
                "gap": "–",
                **_shown(pool, plan, naive),
                "processor s": f"{middle - began:.1f}",
                "wall s": "–",
            },
            "after: at most 3 times, share 2 %, nobody forgotten": {
                "worth": f"{found.value:.0f}",
                "bound": f"{found.bound:.0f}",
                "gap": f"{found.gap:.1%}",
                **_shown(pool, plan, found.chosen),
                "processor s": f"{ended - middle:.1f}",
                "wall s": f"{found.seconds:.1f}",
            },
        },
    )
    reasons = Counter(one.reason for one in found.forgotten if one.promised)
    print(f"\npromised and not shown: {sum(reasons.values())}")
    for reason, count in reasons.most_common():
        print(f"- {count}: {reason}")


def _shown(pool: Pool, plan: SeriesPlan, chosen: Mapping[str, Sequence[str]]) -> Mapping[str, str]:
    owners, entrants = of_institutions(pool, {}, chosen), of_entrants(pool, {}, chosen)
    return {
        "Gini of institutions": f"{owners.after.gini:.3f}",
        "most of one": str(owners.after.most),
        "never shown": f"{owners.after.never:.1%}",
        "Gini of entrants": f"{entrants.after.gini:.3f}",
        "most of one entrant": str(entrants.after.most),
        "entrants over the cap": str(_over(entrants, plan.most_times or 0)),
    }


def _over(entrants: Exposure, cap: int) -> int:
    return sum(one.after > cap for one in entrants.rows)


def _naive(pool: Pool, plan: SeriesPlan) -> tuple[dict[str, tuple[str, ...]], float]:
    """Each event fills its stage as if it were the only one; its worth is taken as the series'."""
    fits = fits_by_entrant(pool)
    times: Counter[str] = Counter()
    chosen, worth = {}, 0.0
    for event in plan.ordered():
        hall = furnish(pool, event, plan.worth, fits)
        nothing = np.zeros(hall.size)
        cast = fill(hall, local_cells(hall, ()), np.ones(hall.size, dtype=bool), nothing)
        ids = tuple(pool.entrants[int(one)].id for one in hall.who[cast.chosen])
        worth += cast.value - plan.worth.fairness * sum(times[one] for one in ids)
        times.update(ids)
        chosen[event.id] = ids
    return chosen, worth


def _rolling(pool: Pool, events: tuple[Event, ...]) -> None:
    """Half of the year is over, each event with its own best; the rest is planned anew."""
    plan = SeriesPlan(events=events, most_times=3, most_share=0.02)
    ordered = plan.ordered()
    naive, _ = _naive(pool, plan)
    rows = {}
    for held in (len(ordered) // 2,):
        past = {one.id: naive[one.id] for one in ordered[:held]}
        found = plan_series(pool, replace(plan, held=past))
        spread = found.institutions
        rows[f"{held} of {len(ordered)} held"] = {
            "Gini before": f"{spread.before.gini:.3f}",
            "Gini after": f"{spread.after.gini:.3f}",
            "never shown before": f"{spread.before.never:.1%}",
            "never shown after": f"{spread.after.never:.1%}",
            "gap": f"{found.gap:.1%}",
            "seconds": f"{found.seconds:.1f}",
        }
    table("the rest of the year planned anew", rows)


def made_pool() -> Pool:
    """Make the pool."""
    dice = np.random.default_rng(SEED)
    gold, sample = read_gold(), sample_judgements()
    levels = {**sample.levels, **gold.levels}
    needs = [*sample.needs, *(one.need for one in gold.needs)]
    graded = {id_ for some in levels.values() for id_ in some}
    offered = sorted([*sample.achievements, *gold.achievements], key=lambda one: one.id)
    offered.sort(key=lambda one: (one.id not in graded, one.id))
    offered = sorted(offered[:ENTRANTS], key=lambda one: one.id)
    field = {one.id: one.industry for one in needs}
    home = {id_: field[need] for need, some in sorted(levels.items()) for id_ in some}
    fields, places = sorted(set(field.values())), _provinces(offered)
    sizes = 1 / np.arange(1, OWNERS + 1) ** 0.6
    entrants = [
        Entrant(
            id=one.id,
            title=one.title,
            groups={
                "industry": (one.industry or home.get(one.id) or str(dice.choice(fields)),),
                "region": (_province(one.region) or str(dice.choice(places)),),
                "institution": (
                    one.owner or f"单位{int(dice.choice(OWNERS, p=sizes / sizes.sum())):04d}",
                ),
                "readiness": (str(one.trl or 7),),
            },
            quality=float(dice.beta(5, 2)),
            published=YEAR - timedelta(days=int(dice.integers(0, 1500))),
        )
        for one in offered
    ]
    guests = [
        Guest(
            id=one.id,
            title=one.title,
            region=_province(one.region) or str(dice.choice(places)),
            industry=one.industry,
        )
        for one in needs
    ]
    return Pool(tuple(entrants), tuple(guests), tuple(_fits(dice, entrants, needs, levels)))


def _fits(
    dice: np.random.Generator,
    entrants: Sequence[Entrant],
    needs: Sequence[Need],
    levels: Mapping[str, Mapping[str, int]],
) -> list[PairFit]:
    known = {one.id for one in entrants}
    by_field: dict[str, list[str]] = {}
    for one in entrants:
        by_field.setdefault(one.groups["industry"][0], []).append(one.id)
    found = []
    for need in sorted(needs, key=lambda one: one.id):
        drawn = {id_: level for id_, level in levels.get(need.id, {}).items() if id_ in known}
        near = by_field.get(need.industry, [])
        for id_ in dice.permutation(near)[:NEIGHBOURS].tolist():
            drawn.setdefault(id_, int(dice.choice([1, 2, 3], p=[0.6, 0.3, 0.1])))
        for id_, level in sorted(drawn.items()):
            parts = [8.0 if n == level else 1.0 if abs(n - level) == 1 else 0.1 for n in Level]
            p = dice.dirichlet(parts)
            shares = (float(p[0]), float(p[1]), float(p[2]), float(p[3]))
            found.append(
                PairFit(
                    entrant=id_,
                    guest=need.id,
                    probabilities=shares,
                    level=Level(int(np.argmax(p)) + 1),
                )
            )
    return found


def _provinces(offered: Sequence[Achievement]) -> list[str]:
    return sorted(place for one in offered if (place := _province(one.region)))


def _province(region: str) -> str:
    found = read_region(region) if region else None
    return found.place.province if found else ""


def _events(pool: Pool, large: int, medium: int, small: int) -> tuple[Event, ...]:
    dice = np.random.default_rng(SEED + 1)
    fields = sorted({one.industry for one in pool.guests})
    regions = Counter(one.region for one in pool.guests)
    common = sorted(regions, key=lambda one: (-regions[one], one))[:20]
    found = []
    sizes: list[Size] = ["large"] * large + ["medium"] * medium + ["small"] * small
    for at, size in enumerate(sizes):
        theme, seats = Theme(), 150
        if size == "medium":
            about = tuple(str(one) for one in dice.choice(fields, 2, replace=False))
            theme, seats = Theme(industries=about, audience_industries=about), 60
        elif size == "small":
            theme, seats = Theme(audience_regions=(common[at % len(common)],)), 25
        audience = [one.id for one in pool.guests if theme.invites(one)]
        seated = frozenset(dice.permutation(audience)[:seats].tolist())
        day = YEAR + timedelta(days=int(dice.integers(0, 360)))
        theme = replace(theme, guests=seated)
        found.append(Event(id=f"E{at:03d}", size=size, held_on=day, theme=theme))
    return tuple(found)


if __name__ == "__main__":
    main()
