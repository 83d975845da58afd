"""Looks after all watches: finds their news, and sends those that have a webhook."""

import logging
import random
from datetime import timedelta

from matcher.errors import MatchError
from service.jobs.kinds import Arguments, IsCancelled, Kind, Progress, Result, Stopped
from service.jobs.watch_post import Post
from service.web.errors import InvalidError
from service.web.workplace import Workplace
from service.workbench.news import deliver
from service.workbench.watches import Watch, all_watches, check

log = logging.getLogger(__name__)


def look_after_watches(
    place: Workplace, _arguments: Arguments, progress: Progress, is_cancelled: IsCancelled
) -> Result:
    """Check each watch and send its news; what cannot be sent is tried again the next time.

    Returns:
        How many watches were looked at, could not be looked at (`unread`), how many news were
        found and sent, how many webhooks failed, and how many were left for the next time.

    Raises:
        Stopped: it was asked to.
    """
    counts = {"watches": 0, "unread": 0, "found": 0}
    watches = all_watches(place)
    random.shuffle(watches)  # so that where time is short it is not always short for the same
    post = Post(lambda one: deliver(place, one, allow_private=place.settings.webhook_private))
    try:
        for at, one in enumerate(watches, start=1):
            if is_cancelled():
                raise Stopped
            _look(place, one, counts)
            if one.webhook:
                post.hand_in(one)
            progress(at / len(watches))
        post.finish(is_cancelled)
    finally:
        post.close()
    return {**counts, "sent": post.sent, "failed": post.failed, "postponed": post.postponed}


def _look(place: Workplace, one: Watch, counts: dict[str, int]) -> None:
    counts["watches"] += 1
    try:
        counts["found"] += len(check(place, one))
    except (MatchError, InvalidError) as error:  # of this need alone
        counts["unread"] += 1
        log.warning("watch %s not looked at: %s", one.id, type(error).__name__)


KIND = Kind(
    name="watches",
    title="检查提醒",
    run=look_after_watches,
    alone=True,
    every=timedelta(hours=1),
)
