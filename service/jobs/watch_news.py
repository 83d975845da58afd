"""Looks after all watches: finds their news, and sends those that have a webhook."""

import logging
from datetime import timedelta

from service.errors import ServiceError
from service.jobs.kinds import Arguments, IsCancelled, Kind, Progress, Result, Stopped
from service.web.workplace import Workplace
from service.workbench.news import deliver
from service.workbench.watches import all_watches, check

log = logging.getLogger(__name__)


def look_after_watches(
    place: Workplace, _arguments: Arguments, progress: Progress, is_cancelled: IsCancelled
) -> Result:
    """Check each watch and send its news; what cannot be sent is tried again the next time.

    Returns:
        How many watches were looked at, how many news were found and sent, and how many webhooks
        failed.

    Raises:
        Stopped: it was asked to.
    """
    counts = {"watches": 0, "found": 0, "sent": 0, "failed": 0}
    watches = all_watches(place)
    for at, one in enumerate(watches, start=1):
        if is_cancelled():
            raise Stopped
        counts["watches"] += 1
        counts["found"] += len(check(place, one))
        try:
            counts["sent"] += deliver(place, one, allow_private=place.settings.webhook_private)
        except ServiceError as error:
            counts["failed"] += 1
            log.warning("webhook of watch %s failed: %s", one.id, type(error).__name__)
        progress(at / len(watches))
    return counts


KIND = Kind(
    name="watches",
    title="检查提醒",
    run=look_after_watches,
    alone=True,
    every=timedelta(hours=1),
)
