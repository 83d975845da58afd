"""Institutions that no event shows, each with the reason."""

from collections import defaultdict
from collections.abc import Sequence

from matcher.roadshow.pool import Entrant, Pool
from matcher.roadshow.series.hall import Hall
from matcher.roadshow.series.ledger import Ledger
from matcher.roadshow.series.outcome import Forgotten
from matcher.roadshow.series.plan import SeriesPlan
from matcher.roadshow.series.promise import Promise, worthy


def forgotten(
    pool: Pool, plan: SeriesPlan, halls: Sequence[Hall], ledger: Ledger, asked: Promise
) -> tuple[Forgotten, ...]:
    """List them, those that a promise was made to first, then by name."""
    owned: defaultdict[int, list[int]] = defaultdict(list)
    for at, institution in enumerate(ledger.institution.tolist()):
        if institution >= 0:
            owned[institution].append(at)
    promised = worthy(pool, ledger, plan.promised_quality)
    offered = {int(one) for hall in halls for one in hall.who}
    found = []
    for institution, name in enumerate(ledger.names):
        if ledger.shares[institution]:
            continue
        own = owned[institution]
        entrants = [pool.entrants[at] for at in own]
        reason = _reason(plan, ledger, asked, institution, own, entrants, offered)
        ids = tuple(one.id for one in entrants)
        found.append(Forgotten(name, ids, institution in promised, reason))
    return tuple(sorted(found, key=lambda one: (not one.promised, one.institution)))


def _reason(
    plan: SeriesPlan,
    ledger: Ledger,
    asked: Promise,
    institution: int,
    own: Sequence[int],
    entrants: Sequence[Entrant],
    offered: set[int],
) -> str:
    quality = plan.promised_quality
    best = max(one.quality for one in entrants)
    if quality is not None and best < quality:
        return f"成果描述质量最高 {best:.2f}，低于承诺展示的 {quality:.2f}"
    good = [
        at
        for at, one in zip(own, entrants, strict=True)
        if quality is None or one.quality >= quality
    ]
    if not any(at in offered for at in good):
        return "没有一场待定活动的主题包含其成果"
    if all(ledger.times[at] >= ledger.most[at] for at in good if at in offered):
        return f"其成果的登台次数已达上限 {plan.most_times} 次"
    if quality is None:
        return "未承诺每家单位都展示，其成果在各场均未入选"
    if institution in asked.unreached:
        return "能展示其成果的场次名额已全部留给其他应展示的单位，请增加名额或放宽主题"
    return "能展示其成果的场次受名额规则或互斥限制，请放宽规则"
