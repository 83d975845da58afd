"""Lists that were just made, so that going back to one costs nothing.

A list is given again only to who would get the very same: the name of everything that it depends on
holds the index and the models, the question, what is hidden from the caller, and the corrections.
"""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import func, select

from matcher.documents import side_of
from matcher.pipeline import Matcher
from matcher.types import MatchList, Record
from service.access.caller import Caller
from service.access.sight import hidden_ids
from service.store.workbench_tables import CorrectionRow
from service.web.workplace import Workplace
from service.workbench.lists import OTHER, ranked

MOST = 128
"""Lists that are kept of one matcher."""

_Lists = OrderedDict[Hashable, MatchList]
_lists: WeakKeyDictionary[Matcher, _Lists] = WeakKeyDictionary()
_lock = Lock()


def ranked_once(
    place: Workplace, caller: Caller, asking: Record, k: int, filters: Sequence[str] = ()
) -> MatchList:
    """Rank as `service.workbench.lists.ranked`, or give the list that was made a moment ago."""
    matcher = place.matcher
    name = _name(place, caller, asking, k, filters)
    with _lock:
        known = _lists.setdefault(matcher, OrderedDict())
        if name in known:
            known.move_to_end(name)
            return known[name]
    found = ranked(place, caller, asking, k, filters)
    if place.matcher is matcher:  # else the index has changed meanwhile
        with _lock:
            known[name] = found
            while len(known) > MOST:
                known.popitem(last=False)
    return found


def _name(
    place: Workplace, caller: Caller, asking: Record, k: int, filters: Sequence[str]
) -> Hashable:
    changes = select(func.count(), func.max(CorrectionRow.updated_at))
    with place.store.reading() as connection:
        hidden = hidden_ids(connection, OTHER[side_of(asking)], caller)
        corrections = tuple(connection.execute(changes).one())
    return asking, k, tuple(filters), hidden, caller.organisation_id, corrections
