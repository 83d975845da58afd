"""How much time is left."""

import time
from collections.abc import Callable

Clock = Callable[[], float]


class Deadline:
    """A moment by some clock; wall time unless said."""

    def __init__(self, seconds: float, clock: Clock = time.perf_counter) -> None:
        self._clock, self._ends = clock, clock() + seconds

    @property
    def left(self) -> float:
        """Seconds, 0 or below when it has passed."""
        return self._ends - self._clock()
