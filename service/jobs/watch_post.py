"""Sends the news of many watches, so that no host holds up the others.

A host serves one watch at a time, several hosts at once. A host that gives no answer is left alone
for the rest of the round, and none has more than its share of it. What could not be sent stays
unsent, and goes with the next round.
"""

import logging
from collections import defaultdict, deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from urllib.parse import urlsplit

from service.errors import ServiceError
from service.jobs.kinds import IsCancelled, Stopped
from service.workbench.watches import Watch
from service.workbench.webhook import NoAnswerError

log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much time a round has for sending.

    Attributes:
        hosts: that are sent to at a time.
        host_seconds: of one host; beyond, the rest of its watches waits for the next round.
        seconds: after the last watch was handed in; then the round ends, whatever is left.
    """

    hosts: int = 8
    host_seconds: float = 60.0
    seconds: float = 120.0


@dataclass
class Post:
    """One round of sending: `hand_in` each watch, then `finish`; `close` whatever happens.

    Attributes:
        deliver: sends a watch's news and says how many; called on threads of its own.
        sent: news that were sent.
        failed: watches whose webhook failed.
        postponed: watches that were not tried, since their host gave no answer or time was up.
    """

    deliver: Callable[[Watch], int]
    bounds: Bounds = field(default_factory=Bounds)
    sent: int = 0
    failed: int = 0
    postponed: int = 0
    _pool: ThreadPoolExecutor = field(init=False)
    _hosts: list[Future[None]] = field(init=False, default_factory=list)
    _waiting: dict[str, deque[Watch]] = field(init=False)
    _spent: dict[str, float] = field(init=False)
    _busy: set[str] = field(init=False, default_factory=set)
    _silent: set[str] = field(init=False, default_factory=set)
    _open: int = field(init=False, default=0)
    _is_closed: bool = field(init=False, default=False)
    _lock: Lock = field(init=False, default_factory=Lock)

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(self.bounds.hosts, thread_name_prefix="webhook")
        self._waiting = defaultdict(deque)
        self._spent = defaultdict(float)

    def hand_in(self, one: Watch) -> None:
        """Send a watch's news as soon as its host is free."""
        host = urlsplit(one.webhook).netloc.lower()
        with self._lock:
            self._open += 1
            self._waiting[host].append(one)
            if host not in self._busy:
                self._busy.add(host)
                self._hosts.append(self._pool.submit(self._serve, host))

    def finish(self, is_cancelled: IsCancelled) -> None:
        """Wait until all is sent or the time is up; what is under way then counts as postponed.

        Raises:
            Stopped: it was asked to.
        """
        ends = monotonic() + self.bounds.seconds
        while wait(self._hosts, _LOOK_SECONDS).not_done and monotonic() < ends:
            if is_cancelled():
                raise Stopped
        self.close()

    def close(self) -> None:
        """Begin nothing more."""
        with self._lock:
            if not self._is_closed:
                self._is_closed = True
                self.postponed += self._open
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _serve(self, host: str) -> None:
        while (one := self._next(host)) is not None:
            began = monotonic()
            sent, failed = 0, 0
            try:
                sent = self.deliver(one)
            except Exception as error:
                # Whatever it is, it is this watch's alone: the others must be sent.
                failed = 1
                if isinstance(error, NoAnswerError):
                    self._silent.add(host)
                level = logging.WARNING if isinstance(error, ServiceError) else logging.ERROR
                log.log(level, "webhook of watch %s failed: %s", one.id, type(error).__name__)
            with self._lock:
                self._spent[host] += monotonic() - began
                if not self._is_closed:
                    self._open -= 1
                    self.sent += sent
                    self.failed += failed

    def _next(self, host: str) -> Watch | None:
        """Take the next watch of a host that may be sent to; None leaves the host."""
        with self._lock:
            if self._is_closed:
                return None
            waiting = self._waiting[host]
            if host in self._silent or self._spent[host] > self.bounds.host_seconds:
                self.postponed += len(waiting)
                self._open -= len(waiting)
                waiting.clear()
            if not waiting:
                self._busy.discard(host)
                return None
            return waiting.popleft()
