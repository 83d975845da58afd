"""The job that chooses who goes on stage, or makes the timetable of who was chosen.

Judging all pairs takes seconds to minutes; what was judged is remembered, so a job that is begun
again, or by another plan, goes on from there.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

from matcher.roadshow.draws import sensitivity
from matcher.roadshow.tradeoff import front, prices
from service.access.caller import Caller
from service.jobs.asked_once import CHANGED, ask_once
from service.jobs.kinds import Arguments, IsCancelled, Kind, Progress, Result, Stopped
from service.roadshow.kept import pack
from service.roadshow.meetings import make_agenda, make_invitations, without
from service.roadshow.on_behalf import scope_for, sight_of
from service.roadshow.opening import (
    Agendas,
    Opened,
    agendas_as_made,
    opened,
    with_agendas,
    with_figures,
)
from service.roadshow.saved import Saved, keep, plan_of, saved
from service.roadshow.shortlist import Shortlist, make_shortlist
from service.web.errors import ConflictError
from service.web.workplace import Workplace

NAME = "roadshow"
Step = Literal["select", "agenda", "absent"]
_FITS, _CHOSEN, _DRAWN, _WEIGHED, _PRICED = 0.8, 0.85, 0.92, 0.96, 0.99
"""Shares of the work that are done when pairs are judged, a list is chosen, its sureness is known,
coverage is weighed against fairness, and rules have their prices."""
_INVITED, _ARRANGED = 0.3, 0.9
"""The same for invitations, and for a timetable."""
_DRAWS = 30
_PATIENCE = 15.0
"""Seconds for how sure a list is, and for what could be given up for what."""
_CHANGED = CHANGED.format(verb="选")


def begin(place: Workplace, caller: Caller, one: Saved, step: Step = "select", **more: str) -> int:
    """Queue a step of a roadshow, unless the same is under way; returns the job's number.

    Args:
        place: the running server.
        caller: who asks.
        one: the roadshow.
        step: to choose, to make a timetable, or to change it because somebody is `absent`.
        more: of the step: `party`, and `since`, a time as 14:30.
    """
    return ask_once(place, caller, one, NAME, step, **more)


def run(
    place: Workplace, arguments: Arguments, progress: Progress, is_cancelled: IsCancelled
) -> Result:
    """Take a step, and keep what came of it with the plan.

    A list is kept as soon as it is chosen; who cancels after that has it without its figures.

    Raises:
        NotFoundError: the roadshow is not there any more, or nobody was chosen yet.
        ConflictError: its plan was changed meanwhile, there is no timetable to change, or somebody
            on stage is gone.
        PlanFileError, RoadshowError: see `service.roadshow.shortlist.make_shortlist`.
        Stopped: it was asked to.
    """
    number, owner = int(arguments["roadshow"]), arguments["owner"]
    one = saved(place, sight_of(owner), number)
    if one.heading.version != arguments["version"]:
        raise ConflictError(_CHANGED)

    def tell(share: float) -> None:
        if is_cancelled():
            raise Stopped
        progress(share)

    if arguments["step"] == "select":
        counts = _select(place, one, tell)
    else:
        counts = _agenda(place, one, arguments, tell)
    return {"counts": counts, "roadshow": number}


KIND = Kind(NAME, "路演", run, shown=("roadshow", "step"), alone=True)


def summary(short: Shortlist) -> dict[str, Any]:
    """What lists and the API tell of a selection without opening it."""
    found = short.selection
    return {
        "chosen": len(found.chosen),
        "status": found.status,
        "gap": found.gap,
        "fingerprint": found.fingerprint,
        "at": datetime.now(UTC).isoformat(),
    }


def _select(place: Workplace, one: Saved, tell: Callable[[float], None]) -> dict[str, int]:
    scope = scope_for(place, one.heading.owner)
    short = make_shortlist(scope, plan_of(place, one), lambda share, _words: tell(share * _FITS))
    tell(_FITS)  # to choose takes its time too
    content = pack(short)
    _keep(place, one, {"selected": summary(short), "agenda": None}, content)
    tell(_CHOSEN)
    pool, plan = short.built.pool, short.plan
    quick = replace(plan, seconds=min(plan.seconds, _PATIENCE))
    drawn = sensitivity(pool, quick, short.selection, draws=_DRAWS, seconds=_PATIENCE)
    tell(_DRAWN)
    balances = front(pool, quick)
    tell(_WEIGHED)
    # Each bound is solved for anew, up and down.
    each = replace(plan, seconds=_PATIENCE / (2 + 2 * len(plan.quotas)))
    figures = with_figures(content, drawn, balances, prices(pool, each, short.selection))
    tell(_PRICED)
    _keep(place, one, {}, figures)
    return {"chosen": len(short.selection.chosen)}


def _agenda(
    place: Workplace, one: Saved, arguments: Arguments, tell: Callable[[float], None]
) -> dict[str, int]:
    found = opened(place, one)
    tell(0.0)
    if arguments["step"] == "agenda":
        invited = make_invitations(found.short)
        tell(_INVITED)
        agendas = Agendas(make_agenda(invited))
    else:
        agendas = _replanned(one, found, arguments)
    tell(_ARRANGED)
    made = agendas.now.agenda
    counts = {"talks": len(made.talks), "meetings": len(made.meetings), "unmet": len(made.unmet)}
    _keep(place, one, {"agenda": counts}, with_agendas(one.result or b"", agendas))
    return counts


def _replanned(one: Saved, found: Opened, arguments: Arguments) -> Agendas:
    """Change the timetable that is there because somebody is missing."""
    if one.result is None or found.agendas is None:
        raise ConflictError(
            "这场路演现在没有日程（名单重新选过），不能按缺席重排。请先排日程，再说谁来不了。"
        )
    shown, party = found.agendas, str(arguments["party"])
    if not any(party in (each.id, each.name) for each in shown.now.plan.parties):
        raise ConflictError("说来不了的单位不在现在的日程里。请刷新，从名单里再选一次。")
    real = {alias: id_ for id_, alias in shown.aliases.items()}
    since = datetime.fromisoformat(arguments["since"]) if arguments.get("since") else None
    before = agendas_as_made(one.result).now
    after, again = without(before, real.get(party, party), since)
    return Agendas(after, before, again.changes, again.moved_share)


def _keep(place: Workplace, one: Saved, told: dict[str, Any], content: bytes) -> None:
    if not keep(place, one, told, content):
        raise ConflictError(_CHANGED)
