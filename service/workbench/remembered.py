"""Lists that were just made, so that going back to one costs nothing.

A list is given again only to who would get the very same: the name of everything that it depends on
holds the index and the models, the records' last change, the question, what is hidden from the
caller, and the corrections.
"""

import hashlib
import json
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
    place: Workplace,
    caller: Caller,
    asking: Record,
    k: int,
    filters: Sequence[str] = (),
    *,
    whole: bool = False,
) -> MatchList:
    """Rank as `service.workbench.lists.ranked`, or give the list that was made a moment ago.

    Where many wait, a list that nobody has made yet comes without reading and says so: people get
    a first look instead of a time-out. `whole` is for lists that are handed out: they wait.
    """
    matcher = place.matcher
    name = _name(place, caller, asking, k, filters)
    with _lock:
        known = _lists.setdefault(matcher, OrderedDict())
        if name in known:
            known.move_to_end(name)
            return known[name]
    hurried = place.is_crowded and not whole
    found = ranked(place, caller, asking, k, filters, hurried=hurried)
    # Not what was found without vectors or reading, nor where index or sight changed meanwhile.
    same = place.matcher is matcher and _name(place, caller, asking, k, filters) == name
    if same and not found.notes:
        with _lock:
            known[name] = found
            while len(known) > MOST:
                known.popitem(last=False)
    return found


def _name(
    place: Workplace, caller: Caller, asking: Record, k: int, filters: Sequence[str]
) -> Hashable:
    side = OTHER[side_of(asking)]
    changes = select(func.count(), func.max(CorrectionRow.updated_at))
    with place.store.reading() as connection:
        hidden = hidden_ids(connection, side, caller)
        corrections = tuple(connection.execute(changes).one())
    return (
        *(asking, k, tuple(filters), place.store.last_revision(side)),
        *(_name_of(hidden), caller.organisation_id, caller.is_admin, corrections),
    )


def _name_of(ids: frozenset[str]) -> str:
    """Ids in a few bytes: thousands may be hidden, and each list is kept with its name."""
    return hashlib.sha256(json.dumps(sorted(ids)).encode()).hexdigest()
