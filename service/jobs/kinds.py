"""What a kind of background work is; which kinds there are stands in `service.jobs.registry`.

Work is begun at least once: a server that was killed begins it again. So each kind's work must be
such that beginning it again does no harm.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from service.web.workplace import Workplace

Arguments = Mapping[str, Any]
"""What was given to `enqueue`, as JSON values, and `job`: the job's own number."""
Result = dict[str, Any]
Progress = Callable[[float], None]
"""Told the share that is done, in [0, 1]."""
IsCancelled = Callable[[], bool]
"""Whether to stop: somebody asked for it, or the server ends. Work then raises `Stopped`."""
Run = Callable[[Workplace, Arguments, Progress, IsCancelled], Result]


class Stopped(Exception):  # noqa: N818 - nothing went wrong
    """Raised by work that has stopped because it was asked to."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of background work.

    Attributes:
        name: kept with each job.
        title: in Chinese, for people.
        run: does the work; what it raises ends the job as failed, with the error's message if it
            is one of ours.
        shown: names of arguments that the job's owner is shown.
        attempts: how often it is begun at the most, when the server dies in the middle of it or
            the store is busy; any other error ends it at once.
        alone: no two jobs of the kind at a time.
        every: the program itself asks for it this often; then it has no arguments.
    """

    name: str
    title: str
    run: Run
    shown: tuple[str, ...] = ()
    attempts: int = 3
    alone: bool = False
    every: timedelta | None = None
