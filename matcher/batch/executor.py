"""Where the parts of a job are done: here, in processes beside this one, or wherever one says."""

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from typing import Protocol, TypeVar

from threadpoolctl import threadpool_limits

from matcher.errors import WorkerLostError

T = TypeVar("T")
R = TypeVar("R")

AHEAD = 2
"""Tasks a worker that are handed out before one is done, so that none waits."""


class Executor(Protocol):
    """Does tasks. One that is done twice must leave the same behind as one done once."""

    def map(self, work: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """Give the results as they finish, in any order; tasks are taken as they are needed.

        Args:
            work: does one task; it and the tasks can be pickled.
            tasks: what to do.

        Raises:
            Exception: what `work` raised; tasks that were not begun are left.
        """


@dataclass(frozen=True, slots=True)
class Serial:
    """An `Executor` that does one task after the other, in this process."""

    def map(self, work: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """Do the tasks; see `Executor.map`."""
        return map(work, tasks)


@dataclass(frozen=True, slots=True)
class Processes:
    """An `Executor` of processes on this machine, each with one thread for its products.

    Attributes:
        workers: how many processes.
    """

    workers: int

    def map(self, work: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """Do the tasks; see `Executor.map`.

        Raises:
            WorkerLostError: a process was ended from outside.
        """
        waiting = iter(tasks)
        context = multiprocessing.get_context("spawn")  # a fork would copy locked threads
        with ProcessPoolExecutor(self.workers, context, _one_thread) as pool:
            running: set[Future[R]] = set()
            try:
                while True:
                    room = AHEAD * self.workers - len(running)
                    running |= {pool.submit(work, task) for task in islice(waiting, room)}
                    if not running:
                        return
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    yield from (one.result() for one in done)
            except BrokenProcessPool as error:
                raise WorkerLostError from error
            finally:
                pool.shutdown(wait=False, cancel_futures=True)


def _one_thread() -> None:
    threadpool_limits(1)
