"""What requests work with: the store, the matcher over the newest index, a bounded pool.

Computing never happens on the event loop: `compute` hands it to a few threads. When more wait
than the queue holds, the caller is told at once (429) instead of waiting without end.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Any, TypeVar

from indexing.errors import EngineError, IndexMissingError
from matcher.pipeline import Matcher
from matcher.types import Side
from service.lock import writing
from service.settings import Home, Settings
from service.store.store import Store
from service.sync import META_REVISION, SIDES, bring_up_to_date
from service.web.errors import NotReadyError, TooManyError, TooSlowError

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a server takes on.

    Attributes:
        threads: that compute at a time.
        patient: computations that may wait before lists are given by search alone.
        waiting: computations that may wait for one of them.
        seconds: that one computation may take, waiting included.
        upload_mb: size of an uploaded file, with what a form puts around it.
        body_mb: size of any other request.
        catch_up_seconds: how often the store is asked for what the index lacks, beside being told.
    """

    threads: int = 2
    patient: int = 2
    waiting: int = 64
    seconds: float = 30.0
    upload_mb: int = 50
    body_mb: int = 16
    catch_up_seconds: float = 30.0


@dataclass
class Workplace:
    """One running server's parts; `open` before the first request, `close` after the last.

    Attributes:
        settings: where things are.
        parts: the composition root; tests hand in one of their own.
        limits: how much it takes on.
        store: the records.
    """

    settings: Settings
    parts: Any
    limits: Limits = field(default_factory=Limits)
    store: Store = field(init=False)
    _pool: ThreadPoolExecutor = field(init=False, repr=False)
    _matcher: Matcher | None = field(init=False, default=None, repr=False)
    _indexer: Any = field(init=False, default=None, repr=False)
    _taken: int = field(init=False, default=0)
    _lock: Lock = field(init=False, default_factory=Lock, repr=False)
    _keeping: Lock = field(init=False, default_factory=Lock, repr=False)
    _wake: Event = field(init=False, default_factory=Event, repr=False)
    _ended: Event = field(init=False, default_factory=Event, repr=False)
    _keeper: Thread | None = field(init=False, default=None, repr=False)

    @property
    def home(self) -> Home:
        """The paths of the installation."""
        return Home(self.settings.home)

    def open(self) -> None:
        """Open the store, and begin to keep the index up to date."""
        self.store = self.parts.open_store(self.settings)
        self._pool = ThreadPoolExecutor(self.limits.threads, thread_name_prefix="compute")
        self._keeper = Thread(target=self._keep_index, name="index-keeper", daemon=True)
        self._keeper.start()

    def close(self) -> None:
        """End the threads and let the store go."""
        self._ended.set()
        self._wake.set()
        if self._keeper:
            self._keeper.join()
        self._pool.shutdown(cancel_futures=True)
        self.store.close()

    @property
    def matcher(self) -> Matcher:
        """The matcher over the newest index.

        Raises:
            NotReadyError: there is no index yet.
        """
        if self._matcher is None:
            raise NotReadyError
        return self._matcher

    @property
    def is_ready(self) -> bool:
        """Whether there is an index."""
        return self._matcher is not None

    @property
    def taken(self) -> int:
        """Computations that run or wait."""
        return self._taken

    @property
    def is_crowded(self) -> bool:
        """Whether so many wait that a list should be given by search alone, for now."""
        return self._taken > self.limits.threads + self.limits.patient

    def changed(self) -> None:
        """Tell the keeper of the index that the store has changed."""
        self._wake.set()

    async def compute(self, work: Callable[..., T], *given: Any, **named: Any) -> T:
        """Run work on a thread of the pool.

        Raises:
            TooManyError: too much waits already.
            TooSlowError: it did not end in time.
        """
        with self._lock:
            if self._taken >= self.limits.threads + self.limits.waiting:
                raise TooManyError
            self._taken += 1
        future = self._pool.submit(lambda: work(*given, **named))
        future.add_done_callback(lambda _done: self._give_back())
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self.limits.seconds)
        except TimeoutError as error:
            raise TooSlowError from error

    def _give_back(self) -> None:
        with self._lock:
            self._taken -= 1

    def _keep_index(self) -> None:
        """Bring the index up to date whenever told, and now and then without being told.

        The store's revisions say what the index lacks (`service.sync`), so nothing is lost when
        the process dies between a write and this.
        """
        while not self._ended.is_set():
            self._wake.clear()
            try:
                self.catch_up()
            except Exception as error:
                # It must go on: the next write, or the next round, may succeed.
                log.exception("index not brought up to date: %s", type(error).__name__)
            if self._ended.is_set():  # told between the test above and the clearing
                return
            self._wake.wait(self.limits.catch_up_seconds)

    def catch_up(self) -> None:
        """Bring the index up to date and take the newest one into use."""
        with self.holding():
            self._catch_up()

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Hold the home for writing files; this server's threads take turns, however long it takes.

        Raises:
            HomeBusyError: another process writes into it.
        """
        with self._keeping, writing(self.home):
            yield

    def _catch_up(self) -> None:
        behind = self._matcher is None
        for side in SIDES:
            behind = behind or self.store.last_revision(side) > self.revision(side)
        if not any(self.store.last_revision(side) for side in SIDES):
            return
        if not behind:
            self._follow()
            return
        if self._indexer is None:
            self._indexer = self.parts.make_indexer(self.settings)
        try:
            bring_up_to_date(self.store, self.home, self._indexer, saved=self._take_newest)
        except EngineError:
            if self._matcher is None:  # what is there answers by words; the next round tries again
                with suppress(IndexMissingError):
                    self._matcher = self.parts.make_matcher(self.settings, self.store)
            raise

    def _follow(self) -> None:
        """Take an index into use that another process made anew of the same records.

        What the one before rests on, files or a server's collection, does not stay for ever.
        """
        matcher = self.matcher
        if not all(matcher.sides[side].bundle.is_current(self.home.index(side)) for side in SIDES):
            self._take_newest()

    def _take_newest(self) -> None:
        before = self._matcher
        self._matcher = (
            self.parts.reopened(before, self.settings, self.store)
            if before
            else self.parts.make_matcher(self.settings, self.store)
        )

    def revision(self, side: Side) -> int:
        """The store's revision that the index in use has reached; -1 without an index."""
        if self._matcher is None:
            return -1
        return int(self._matcher.sides[side].bundle.meta.get(META_REVISION, 0))
