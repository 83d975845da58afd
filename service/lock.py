"""One writer at a time in a home folder."""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from service.errors import HomeBusyError, HomeError
from service.settings import Home

PATIENCE_S = 5.0
"""How long to wait for another writer."""


@contextmanager
def writing(home: Home, patience: float | None = None) -> Iterator[None]:
    """Hold the home for writing; the system frees it when the process ends, however it ends.

    Args:
        home: The home folder; it is made if need be.
        patience: Seconds to wait for another writer; `PATIENCE_S` unless told.

    Raises:
        HomeBusyError: another process still writes after that.
        HomeError: the home cannot be written.
    """
    home.prepare()
    lock = FileLock(home.lock)
    try:
        lock.acquire(timeout=PATIENCE_S if patience is None else patience)
    except Timeout as error:
        raise HomeBusyError(home.root) from error
    except OSError as error:
        raise HomeError(home.root, error.strerror or str(error)) from error
    try:
        yield
    finally:
        lock.release()
