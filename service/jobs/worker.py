"""Works off the `jobs` table with a few threads of the server.

What happens to a job, whatever happens to the server:

    queued ──claim──> running ──> done | failed | cancelled
       ^                 │
       └── busy store, server ended or killed (until the kind's attempts are used up)
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Lock, Thread
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import Connection

from indexing.errors import IndexingError
from matcher.errors import MatchError
from models.errors import ModelsError
from service.errors import HomeBusyError, ServiceError, StoreBusyError
from service.jobs import queue, upkeep
from service.jobs.kinds import Kind, Stopped
from service.jobs.queue import Job
from service.jobs.upkeep import ADVICE
from service.web.errors import NotReadyError
from service.web.workplace import Workplace

log = logging.getLogger(__name__)

PASSING = (StoreBusyError, HomeBusyError, NotReadyError)
"""Errors that are worth another attempt."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How the worker goes about it.

    Attributes:
        threads: jobs at a time.
        seconds: between two looks for work, if nobody tells that there is some.
        again_seconds: before another attempt; doubled with each.
        patience: seconds that running work is given to stop when the server ends.
    """

    threads: int = 2
    seconds: float = 1.0
    again_seconds: float = 5.0
    patience: float = 10.0


@dataclass
class Worker:
    """The server's hands; `start` once the workplace is open, `stop` before it closes.

    Only one server works for a home: the others wait until its lock is free.
    """

    place: Workplace
    kinds: Sequence[Kind]
    pace: Pace = field(default_factory=Pace)
    _threads: list[Thread] = field(init=False, default_factory=list)
    _ended: Event = field(init=False, default_factory=Event)
    _wake: Event = field(init=False, default_factory=Event)
    _lock: Lock = field(init=False, default_factory=Lock)
    _taking: Lock = field(init=False, default_factory=Lock)
    _shares: dict[int, float] = field(init=False, default_factory=dict)
    _stops: set[int] = field(init=False, default_factory=set)
    _busy: set[str] = field(init=False, default_factory=set)

    def start(self) -> None:
        """Begin to work."""
        self._threads = [Thread(target=self._live, name="job-keeper", daemon=True)]
        self._threads[0].start()

    def stop(self) -> None:
        """Ask running work to stop, and wait for it; it is begun anew at the next start."""
        self._ended.set()
        self._wake.set()
        for thread in tuple(self._threads):
            thread.join(self.pace.patience)

    def tell(self) -> None:
        """Say that work was queued."""
        self._wake.set()

    @property
    def is_ending(self) -> bool:
        """Whether the server ends."""
        return self._ended.is_set()

    def share(self, job: Job) -> float:
        """How much of a job is done, in [0, 1]; the table knows it only at the ends."""
        return self._shares.get(job.id, job.progress) if job.state == "running" else job.progress

    def ask_to_stop(self, number: int) -> None:
        """Ask a job to stop if it runs; for the table, `service.jobs.queue.cancel`.

        Running work may hold the store for writing, so it is told before the table is.
        """
        with self._lock:
            if number in self._shares:
                self._stops.add(number)

    def _live(self) -> None:
        lock = FileLock(self.place.home.serving)
        while not self._ended.is_set():
            with suppress(Timeout):
                lock.acquire(timeout=0)
                break
            self._ended.wait(self.pace.seconds)
        else:
            return
        try:
            self._work()
        finally:
            lock.release()

    def _work(self) -> None:
        self._surely(lambda: upkeep.recover(self.place, self.kinds))
        hands = [
            Thread(target=self._hand, name=f"job-{number}", daemon=True)
            for number in range(self.pace.threads)
        ]
        for hand in hands:
            hand.start()
        while not self._ended.wait(self.pace.seconds):
            self._surely(lambda: upkeep.ask_regularly(self.place, self.kinds))
        for hand in hands:
            hand.join(self.pace.patience)

    def _hand(self) -> None:
        while not self._ended.is_set():
            self._wake.clear()
            taken = self._surely(self._take)
            if taken is None:
                self._wake.wait(self.pace.seconds)
                continue
            job, kind = taken
            try:
                self._do(job, kind)
            finally:
                with self._lock:
                    self._shares.pop(job.id, None)
                    self._stops.discard(job.id)
                    if kind.alone:
                        self._busy.discard(kind.name)

    def _take(self) -> tuple[Job, Kind] | None:
        """Claim a job; kinds that work alone are left while one of them is at it."""
        with self._taking:
            free = {one.name: one for one in self.kinds if one.name not in self._busy}
            with self.place.store.reading() as connection:
                if not queue.is_waiting(connection, free):
                    return None
            with self.place.store.writing() as (connection, _, _):
                job = queue.claim(connection, free)
            if job is None:
                return None
            kind = free[job.kind]
            with self._lock:
                if kind.alone:
                    self._busy.add(kind.name)
                self._shares[job.id] = 0.0
            return job, kind

    def _do(self, job: Job, kind: Kind) -> None:
        log.info("job begun id=%d kind=%s attempt=%d", job.id, job.kind, job.attempts)
        ending = _Ending("failed", error="")
        try:
            arguments = {**job.arguments, "job": job.id}
            result = kind.run(
                self.place,
                arguments,
                lambda share: self._shares.update({job.id: share}),
                lambda: job.id in self._stops or self._ended.is_set(),
            )
            ending = _Ending("done", result=result)
        except Stopped:
            ending = _Ending("cancelled" if job.id in self._stops else "queued")
        except (ServiceError, MatchError, IndexingError, ModelsError) as error:
            again = isinstance(error, PASSING) and job.attempts < kind.attempts
            # Others than the platform's people read it: no path of this machine.
            said = str(error).replace(f"{self.place.home.root}/", "")
            ending = _Ending("queued" if again else "failed", error=said)
            if again and job.id in self._stops:  # it would be forgotten, and begun once more
                ending = _Ending("cancelled")
            log.warning("job stopped id=%d error=%s", job.id, type(error).__name__)
        except Exception as error:
            # The type alone: a message could quote a text.
            log.error("job failed id=%d error=%s", job.id, type(error).__name__)
            ending = _Ending("failed", error=f"程序出错（{type(error).__name__}）。{ADVICE}")
        self._end(job, ending)

    def _end(self, job: Job, ending: "_Ending") -> None:
        """Write down how a job ended, as soon as the store can be written."""
        again = self.pace.again_seconds * 2 ** (job.attempts - 1)
        delay = timedelta(seconds=again if ending.error else 0.0)

        def keep() -> bool:
            with self.place.store.writing() as (connection, _, _):
                _keep(connection, job, ending, delay)
            return True

        while not self._surely(keep):
            if self._ended.wait(self.pace.seconds):
                return  # the table still says running: the next start finds it
        log.info("job ended id=%d kind=%s state=%s", job.id, job.kind, ending.state)

    def _surely(self, act: Callable[[], Any]) -> Any:
        """Do something that the store may refuse now; it is tried again later."""
        try:
            return act()
        except Exception as error:
            # It must go on: whatever it was may be over the next time.
            log.warning("jobs not kept: %s", type(error).__name__)
            return None


@dataclass(frozen=True, slots=True)
class _Ending:
    state: queue.State
    result: dict[str, Any] | None = None
    error: str = ""


def _keep(connection: Connection, job: Job, ending: _Ending, delay: timedelta) -> None:
    if ending.state == "queued":
        queue.queue_again(connection, job.id, delay)
        if ending.error:
            queue.write(connection, job.id, error=ending.error)
        else:  # the server ends politely: no attempt has failed
            queue.write(connection, job.id, attempts=job.attempts - 1)
    elif ending.state == "done":
        queue.set_state(connection, job.id, "done", progress=1.0, result=ending.result, error="")
    else:
        queue.set_state(connection, job.id, ending.state, error=ending.error)
