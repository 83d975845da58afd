"""Which needs have no match that fits, by industry and by province.

Each need is asked about as a list is, but only the `NEAREST` candidates are compared, by stored
numbers, and no pair is read closely: counting hundreds of needs must not take minutes. What was
counted is remembered as long as the index is the same, so a board that did not get through in its
time goes on where it was.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from weakref import WeakKeyDictionary

from sqlalchemy import select

from matcher.errors import EmptyQueryError
from matcher.fields.industry_names import section_name
from matcher.fields.read import read_fields
from matcher.pipeline import Matcher
from matcher.types import Level, Need
from service.access.caller import Caller
from service.access.sight import hidden_ids, may_see
from service.store.tables import NeedRow
from service.web.workplace import Workplace

MOST = 200
"""Needs that are counted, the latest."""
NEAREST = 10
"""Candidates of each need that are compared."""
SECONDS = 10.0
"""That counting may take at a time."""
UNKNOWN = "未注明"
_Known = dict[tuple[Need, frozenset[str]], bool]
_known: WeakKeyDictionary[Matcher, _Known] = WeakKeyDictionary()
"""Whether a need had a match that fits, by the matcher: another index has another one."""


@dataclass(frozen=True, slots=True)
class Share:
    """Needs of one industry or province: how many there are, and how many have no match."""

    name: str
    needs: int
    unmet: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far the needs are covered.

    Attributes:
        needs: how many there are.
        counted: how many of them, the latest, were looked at.
        unmet: how many of these have no match of level 3 or more.
        by_industry, by_province: the same, taken apart; most unmet first.
        examples: ids of unmet needs, the latest first.
    """

    needs: int
    counted: int
    unmet: int
    by_industry: tuple[Share, ...]
    by_province: tuple[Share, ...]
    examples: tuple[str, ...]

    @property
    def share(self) -> float | None:
        """Share of the counted needs that have a match; None where none was counted."""
        return 1 - self.unmet / self.counted if self.counted else None


def coverage(place: Workplace, caller: Caller, seconds: float = SECONDS) -> Coverage:
    """Count the needs without a match: an enterprise's own, else all that the caller may see.

    Raises:
        NotReadyError: there is no index yet.
    """
    matcher = place.matcher
    with place.store.reading() as connection:
        hidden = hidden_ids(connection, "achievement", caller)
        condition = may_see("need", caller)
        if caller.role == "enterprise":
            condition = NeedRow.holder == caller.organisation_id
        there = (NeedRow.withdrawn.is_(False), NeedRow.merged_into.is_(None), condition)
        statement = select(NeedRow.id).where(*there).order_by(NeedRow.revision.desc())
        ids = list(connection.scalars(statement))
    records = place.store.get_many("need", ids[:MOST])
    needs = [one for one in records if isinstance(one, Need)]
    met = list(_met(matcher, needs, hidden, monotonic() + seconds))
    return _counted(len(ids), needs[: len(met)], met)


def _met(
    matcher: Matcher, needs: Sequence[Need], hidden: frozenset[str], until: float
) -> Iterable[bool]:
    """Whether each need has a match that fits, for as many as there is time for."""
    known = _known.setdefault(matcher, {})
    embedder, segmenter, weights, config, _reader = matcher.parts
    quick = Matcher(
        matcher.sides, embedder, segmenter, weights, replace(config, rerank=NEAREST, read=0)
    )
    for need in needs:
        if (need, hidden) not in known:
            if monotonic() > until:
                return
            known[need, hidden] = _has_match(quick, need, hidden)
        yield known[need, hidden]


def _has_match(matcher: Matcher, need: Need, hidden: frozenset[str]) -> bool:
    try:
        best = matcher.match(need, k=1, hidden=hidden).matches
    except EmptyQueryError:  # nothing but marks
        return False
    return any(one.level >= Level.FAIRLY_STRONG for one in best)


def _counted(total: int, needs: Sequence[Need], met: Sequence[bool]) -> Coverage:
    industries: Counter[tuple[str, bool]] = Counter()
    provinces: Counter[tuple[str, bool]] = Counter()
    for need, is_met in zip(needs, met, strict=True):
        parsed = read_fields(need)
        industry = section_name(parsed.industry.section) if parsed.industry else UNKNOWN
        province = parsed.region.place.province if parsed.region else UNKNOWN
        industries[industry, is_met] += 1
        provinces[province, is_met] += 1
    unmet = [need.id for need, is_met in zip(needs, met, strict=True) if not is_met]
    return Coverage(
        total, len(met), len(unmet), _shares(industries), _shares(provinces), tuple(unmet[:20])
    )


def _shares(counts: Counter[tuple[str, bool]]) -> tuple[Share, ...]:
    names = dict.fromkeys(name for name, _met in counts)
    found = [
        Share(name, counts[name, True] + counts[name, False], counts[name, False]) for name in names
    ]
    return tuple(sorted(found, key=lambda one: (-one.unmet, -one.needs, one.name)))
