"""The connection to Milvus: patience, typed errors, and a pause once the server is gone."""

import importlib
import logging
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, TypeVar

from indexing.errors import EngineMissingError, EngineRefusedError, EngineUnavailableError
from indexing.milvus.options import MilvusOptions

log = logging.getLogger(__name__)

T = TypeVar("T")
Call = Callable[[Any, float], T]
"""Asks a `pymilvus.MilvusClient`, within so many seconds."""

CONNECT_SECONDS = 3.0
TRY_SECONDS = 4.0
"""One attempt of a question; a cluster that loses a query node answers again after 3 s."""
READ_SECONDS = 8.0
"""All attempts of a question, then words have to do."""
WRITE_SECONDS = 60.0
FIRST_DELAY, LONGEST_DELAY = 0.1, 5.0
PAUSE_SECONDS = 5.0
"""After a question was given up, others are not kept waiting for so long."""
REFUSALS = frozenset({100, 700, 1100, 1101})
"""Codes of Milvus that no patience mends: no such collection or index, a wrong parameter."""


class Connection:
    """One server; connects when it is first asked, so that opening an index needs no server."""

    def __init__(self, options: MilvusOptions) -> None:
        self.options = options
        self._client: Any = None
        self._guard = Lock()
        self._paused_until = 0.0

    def read(self, call: Call[T]) -> T:
        """Ask a question; a lost node is waited for, but not for long.

        Raises:
            EngineUnavailableError: the server cannot be reached or lost too many nodes.
            EngineRefusedError: it understood and refused.
        """
        if self._paused_until:
            self._one_at_a_time()
        try:
            answer = self._patiently(call, READ_SECONDS, TRY_SECONDS)
        except EngineUnavailableError:
            self._paused_until = time.monotonic() + PAUSE_SECONDS
            raise
        except BaseException:  # it is there: others need not be turned away
            self._paused_until = 0.0
            raise
        self._paused_until = 0.0
        return answer

    def write(self, call: Call[T]) -> T:
        """Have something written, with more patience; raises what `read` raises."""
        return self._patiently(call, WRITE_SECONDS, WRITE_SECONDS)

    def _one_at_a_time(self) -> None:
        """Turn a question away that comes while the server is known to be gone.

        After the pause one question tries again, and the others are turned away meanwhile.
        """
        with self._guard:
            now = time.monotonic()
            if now < self._paused_until:
                raise EngineUnavailableError(self.options.uri, "刚刚不可用，稍后再试")
            self._paused_until = now + READ_SECONDS

    def written(self, collection: str) -> int:
        """Return the server's time of the last write that this process made; 0 if not known."""
        stamps = importlib.import_module("pymilvus.client.ts_utils")
        client = self._connected()
        address, database = client._handler.server_address, client._config.db_name
        return int(stamps.get_collection_ts(collection, address, database) or 0)

    def _patiently(self, call: Call[T], seconds: float, each: float) -> T:
        end = time.monotonic() + seconds
        delay = FIRST_DELAY
        milvus, grpc = _libraries()
        while True:
            try:
                return call(self._connected(), max(0.5, min(each, end - time.monotonic())))
            except (milvus.MilvusException, grpc.RpcError) as error:
                if _is_refusal(error, milvus, grpc):
                    # Without its cause: a log would repeat what the server said, and it quotes.
                    raise EngineRefusedError(self.options.uri, _said(error)) from None
                if time.monotonic() + delay >= end:
                    raise EngineUnavailableError(self.options.uri, _said(error)) from None
                log.warning("milvus failed, trying again: %s", type(error).__name__)
            # Many workers must not come back at the same moment.
            time.sleep(delay * random.uniform(0.5, 1.5))
            delay = min(2 * delay, LONGEST_DELAY)

    def _connected(self) -> Any:
        with self._guard:
            if self._client is None:
                milvus, _ = _libraries()
                options = self.options
                self._client = milvus.MilvusClient(
                    options.uri, token=options.token, timeout=CONNECT_SECONDS
                )
            return self._client


def _is_refusal(error: Any, milvus: Any, grpc: Any) -> bool:
    if isinstance(error, grpc.RpcError):
        codes = grpc.StatusCode
        return error.code() in (codes.UNAUTHENTICATED, codes.PERMISSION_DENIED)
    typed = (milvus.exceptions.ParamError, milvus.exceptions.DataNotMatchException)
    return isinstance(error, typed) or error.is_input_error or error.code in REFUSALS


def _said(error: Any) -> str:
    """What the server said, without the expression that it may repeat: that holds values."""
    code = error.code() if callable(getattr(error, "code", None)) else error.code
    return f"{type(error).__name__} {code}"


def library() -> Any:
    """Return the module `pymilvus`. Raises EngineMissingError."""
    return _libraries()[0]


def _libraries() -> tuple[Any, Any]:
    try:
        with _as_it_was():
            return importlib.import_module("pymilvus"), importlib.import_module("grpc")
    except ImportError as error:
        raise EngineMissingError from error


@contextmanager
def _as_it_was() -> Iterator[None]:
    """Undo what importing pymilvus 3.0 does to a process, beside defining things.

    It configures logging anew, which silences every logger that exists, and reads a `.env` file
    from the folders above into the environment. Its own log lines repeat filters: they are dropped.
    """
    known = logging.root.manager.loggerDict.values()
    loggers = [one for one in known if isinstance(one, logging.Logger) and not one.disabled]
    before = os.environ.copy()
    yield
    for one in loggers:
        one.disabled = False
    if os.environ != before:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
    for name in ("pymilvus", "pymilvus.milvus_client"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
