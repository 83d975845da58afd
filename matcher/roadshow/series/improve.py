"""Goes over the events again and again, each time filling one anew while the others stay."""

from collections.abc import Sequence

from matcher.roadshow.series.cast import Cast, local_cells
from matcher.roadshow.series.fill import LEAST_GAIN, exchange, fill
from matcher.roadshow.series.hall import Hall, Reals
from matcher.roadshow.series.ledger import Ledger
from matcher.roadshow.series.promise import Promise, promise_cells

ROUNDS = 2


def improve(halls: Sequence[Hall], ledger: Ledger, asked: Promise, casts: list[Cast]) -> None:
    """Improve `casts` in place; the worth of the series never falls, promises stay kept."""
    for _ in range(ROUNDS):
        moved = False
        for at, hall in enumerate(halls):
            old = casts[at]
            ledger.show(hall.who[old.chosen], -1)
            casts[at] = _refilled(hall, ledger, asked, at, old)
            ledger.show(hall.who[casts[at].chosen])
            moved = moved or set(casts[at].chosen) != set(old.chosen)
        if not moved:
            break


def _refilled(hall: Hall, ledger: Ledger, asked: Promise, at: int, old: Cast) -> Cast:
    here = frozenset(ledger.institution[hall.who[old.chosen]].tolist())
    open_, price = ledger.open_(hall), ledger.cost(hall)
    cells = local_cells(hall, [*ledger.share_cells(hall), *promise_cells(asked, ledger, at, here)])
    kept = Cast(hall, cells, old.chosen)
    moved = exchange(kept, open_, price)
    anew = exchange(fill(hall, cells, open_, price), open_, price)
    best = max((moved, anew), key=lambda one: standing(one, price))
    rank, now = standing(best, price), standing(kept, price)
    if rank[:2] > now[:2] or (rank[:2] == now[:2] and rank[2] > now[2] + LEAST_GAIN):
        return best
    return kept


def standing(cast: Cast, price: Reals) -> tuple[int, int, float]:
    """What counts: bounds kept, places filled, worth."""
    return -cast.deficit, len(cast.chosen), cast.value - float(price[cast.chosen].sum())


def rescue(halls: Sequence[Hall], ledger: Ledger, asked: Promise, casts: list[Cast]) -> None:
    """Find another place for institutions whose reserved one quotas or rivals have taken."""
    for institution, at in _failed(ledger, asked):
        if not ledger.shares[institution]:
            hall, old = halls[at], casts[at]
            ledger.show(hall.who[old.chosen], -1)
            here = frozenset(ledger.institution[hall.who[old.chosen]].tolist())
            open_, price = ledger.open_(hall), ledger.cost(hall)
            more = promise_cells(asked, ledger, at, here | {institution})
            cells = local_cells(hall, [*ledger.share_cells(hall), *more])
            anew = fill(hall, cells, open_, price)
            kept = len(anew.chosen) >= len(old.chosen) and anew.deficit <= old.deficit
            casts[at] = anew if kept else old
            ledger.show(hall.who[casts[at].chosen])


def _failed(ledger: Ledger, asked: Promise) -> list[tuple[int, int]]:
    """Institutions whose reserved place came to nothing, beside each event that could show them."""
    return [
        (one, at)
        for one, events in sorted(asked.members.items())
        if one not in asked.unreached and not ledger.shares[one]
        for at in sorted(events)
    ]
