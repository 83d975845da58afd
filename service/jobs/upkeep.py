"""What the program does about jobs by itself: after a sudden end, and from time to time."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime

from service.jobs import queue, uploads
from service.jobs.kinds import Kind
from service.web.workplace import Workplace

log = logging.getLogger(__name__)

ADVICE = "请重试；如果仍然失败，请把作业号告诉管理员。"


def recover(place: Workplace, kinds: Sequence[Kind]) -> None:
    """Queue again what was running when the last server died, and remove uploads without a job.

    What it died of may have been the job itself, so a job has only so many attempts.
    """
    most = {kind.name: kind.attempts for kind in kinds}
    with place.store.writing() as (connection, _, _):
        for job in queue.of_state(connection, "running"):
            if job.cancel_asked and not job.result:
                queue.set_state(connection, job.id, "cancelled")
            elif job.attempts >= most.get(job.kind, 1):
                error = f"服务在执行它时中断了 {job.attempts} 次，不再自动重试。{ADVICE}"
                queue.set_state(connection, job.id, "failed", error=error)
            else:
                queue.queue_again(connection, job.id)
            log.warning("job found running id=%d attempts=%d", job.id, job.attempts)
        unfinished = queue.of_state(connection, "queued", "failed", "cancelled")
    needed = {str(job.arguments.get("folder", "")) for job in unfinished}
    if gone := uploads.sweep(place.home, needed):
        log.info("uploads removed count=%d", gone)


def ask_regularly(place: Workplace, kinds: Sequence[Kind]) -> None:
    """Queue the program's own work that is due, `every` after it was last asked for."""
    due = {kind.name: kind.every for kind in kinds if kind.every is not None}
    if not due:
        return
    now = datetime.now(UTC)
    with place.store.reading() as connection:
        last = queue.last_asked(connection, due)
        there = {job.kind for job in queue.of_state(connection, "queued", "running")}
    late = [
        name
        for name, every in due.items()
        if name not in there and (name not in last or last[name] + every <= now)
    ]
    if late:
        with place.store.writing() as (connection, _, _):
            for name in late:
                queue.enqueue(connection, name, {}, None)
