"""Why a request has no meeting, in words."""

from collections import Counter

import numpy as np
import numpy.typing as npt

from matcher.roadshow.agenda.grid import Grid
from matcher.roadshow.agenda.program import Options, bounds_of, tight
from matcher.roadshow.agenda.result import Reason, Unmet
from matcher.roadshow.agenda.types import AgendaPlan, Request


def unmet_requests(
    plan: AgendaPlan, layout: Grid, every: Options, chosen: npt.NDArray[np.bool_]
) -> list[Unmet]:
    """The requests without a meeting, the weightiest first, each with what stood in its way."""
    placed = set(every.request[chosen].tolist())
    full = tight(every, chosen)
    left = [
        _unmet(plan, layout, every, full, position)
        for position in range(len(plan.requests))
        if position not in placed
    ]
    weights = {one.id: one.weight for one in plan.requests}
    return sorted(left, key=lambda one: (-weights[one.id], one.id))


def _unmet(
    plan: AgendaPlan, layout: Grid, every: Options, full: npt.NDArray[np.bool_], position: int
) -> Unmet:
    wish = plan.requests[position]
    ways = [
        [every.bounds[row] for row in bounds_of(every, option) if full[row]]
        for option in np.flatnonzero(every.request == position)
    ]
    reason, text = _reason(plan, wish, layout, ways)
    return Unmet("request", wish.id, reason, text)


def _reason(
    plan: AgendaPlan, wish: Request, layout: Grid, ways: list[list[tuple[str, int, int]]]
) -> tuple[Reason, str]:
    if not ways:
        return "no_common_time", "双方没有共同的空闲时段；请增加时段，或请一方调整到场时间。"
    if not all(ways):
        return "time_ran_out", "仍有空位，但求解时间已到；请增加求解时间后重排。"
    names = {row: plan.parties[row].name or one for one, row in layout.party.items()}
    capped = sorted({row for way in ways for kind, row, _ in way if kind == "most"})
    if capped:
        who = "、".join(f"“{names[row]}”" for row in capped)
        return "most", f"{who}的洽谈已达到其上限；如需增加，请提高上限。"
    counts: Counter[int | str] = Counter()
    for way in ways:
        counts.update("tables" if kind == "tables" else row for kind, row, _ in way)
    said = [
        f"“{names[row]}”已有安排 {counts[row]} 个"
        for row in (layout.party[wish.host], layout.party[wish.guest])
        if counts[row]
    ]
    if counts["tables"]:
        said.append(f"桌位已满 {counts['tables']} 个")
    only_tables = any(all(kind == "tables" for kind, _, _ in way) for way in ways)
    advice = "增加桌位或时段" if only_tables else "增加时段，或提高此项洽谈的权重"
    text = f"双方共同空闲的 {len(ways)} 个时段中，{'，'.join(said)}；可{advice}。"
    return ("tables" if only_tables else "busy"), text
