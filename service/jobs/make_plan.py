"""The job that works out a series, a package, a supply list or stable pairs by their plan.

Judging all pairs takes seconds to minutes; what was judged is remembered, so a job that is begun
again, or by another plan, goes on from there.
"""

from datetime import UTC, datetime

from service.access.caller import Caller
from service.jobs.asked_once import CHANGED, ask_once
from service.jobs.kinds import Arguments, IsCancelled, Kind, Progress, Result, Stopped
from service.roadshow.on_behalf import scope_for, sight_of
from service.roadshow.open_kind import draft_of, kind_of, packed
from service.roadshow.saved import Saved, keep, saved
from service.web.errors import ConflictError
from service.web.workplace import Workplace

NAME = "plan"
_FITS = 0.8
"""Share of the work that is done when pairs are judged."""


def begin(place: Workplace, caller: Caller, one: Saved) -> int:
    """Queue the work on a plan, unless the same is under way; returns the job's number."""
    return ask_once(place, caller, one, NAME, "make", kind=one.heading.kind)


def run(
    place: Workplace, arguments: Arguments, progress: Progress, is_cancelled: IsCancelled
) -> Result:
    """Work a plan out, and keep what came of it.

    Raises:
        NotFoundError: the plan is not there any more.
        ConflictError: it was changed meanwhile.
        PlanFileError, RoadshowError: it does not suit the records.
        Stopped: it was asked to.
    """
    owner = arguments["owner"]
    one = saved(place, sight_of(owner), int(arguments["roadshow"]), arguments["kind"])
    if one.heading.version != arguments["version"]:
        raise ConflictError(CHANGED.format(verb="计算"))

    def tell(share: float, _words: str = "") -> None:
        if is_cancelled():
            raise Stopped
        progress(share * _FITS)

    kind = kind_of(one)
    found = kind.make(scope_for(place, owner), draft_of(place, one), tell)
    tell(1.0)
    made = {"told": kind.told(found), "at": datetime.now(UTC).isoformat()}
    if not keep(place, one, {"made": made}, packed(kind, found)):
        raise ConflictError(CHANGED.format(verb="计算"))
    return {"roadshow": one.number}


KIND = Kind(NAME, "路演的计划", run, shown=("roadshow", "kind", "step"), alone=True)
