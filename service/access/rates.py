"""How often somebody may try to sign in, and how often a caller may ask."""

import math
import time

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter, RateLimiter, SlidingWindowCounterRateLimiter

from service.access.caller import Caller
from service.web.errors import TooManyError

TRIES_PER_LOGIN = RateLimitItemPerMinute(10, 5, namespace="login")
TRIES_PER_ADDRESS = RateLimitItemPerMinute(60, 5, namespace="address")
"""Many people of one organisation may share an address."""


class Rates:
    """Counts of one running server, in memory: they begin anew with it.

    Args:
        calls_per_minute: that a caller may make to the API.
    """

    def __init__(self, calls_per_minute: int) -> None:
        storage = MemoryStorage()
        self._tries = MovingWindowRateLimiter(storage)
        self._calls = SlidingWindowCounterRateLimiter(storage)
        self._per_caller = RateLimitItemPerMinute(calls_per_minute, namespace="caller")

    def try_to_sign_in(self, login: str, address: str) -> None:
        """Count an attempt to sign in. Raises TooManyError."""
        _hit(self._tries, TRIES_PER_ADDRESS, address)
        _hit(self._tries, TRIES_PER_LOGIN, login)

    def try_from(self, address: str) -> None:
        """Count an attempt that names no login. Raises TooManyError."""
        _hit(self._tries, TRIES_PER_ADDRESS, address)

    def signed_in(self, login: str) -> None:
        """Forget the attempts of a login: its owner has come in."""
        self._tries.clear(TRIES_PER_LOGIN, login)

    def call(self, caller: Caller) -> None:
        """Count a call of the API. Raises TooManyError."""
        _hit(self._calls, self._per_caller, str(caller.user_id))


def _hit(limiter: RateLimiter, item: RateLimitItem, who: str) -> None:
    if not limiter.hit(item, who):
        left = limiter.get_window_stats(item, who).reset_time - time.time()
        raise TooManyError(max(1, math.ceil(left)))
