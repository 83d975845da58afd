"""Opening a database: SQLite's settings, and its errors in our words."""

import errno
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from service.errors import (
    CorruptStoreError,
    DiskFullError,
    ServiceError,
    SettingsError,
    StoreAccessError,
    StoreBusyError,
)

WRITES = "duijie_writes"
"""Execution option of a connection that is going to write."""

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_BUSY_TIMEOUT_MS = 5000
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    # With WAL a crash of the machine can lose the last commits, never the database's soundness.
    "PRAGMA synchronous=NORMAL",
    f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}",
    "PRAGMA foreign_keys=ON",
    # Ids and hashes arrive in no order, so a large import touches index pages all over.
    "PRAGMA cache_size=-65536",
)


def server_address(given: str) -> URL | None:
    """Read the address of a database server, as `DUIJIE_DATABASE` has it; None for an empty one.

    Raises:
        SettingsError: it is no address of PostgreSQL, or its driver is not installed.
    """
    if not given:
        return None
    try:
        address = make_url(given)
    except ArgumentError as error:
        raise SettingsError([_ADDRESS]) from error
    if address.get_backend_name() != "postgresql":
        raise SettingsError([_ADDRESS])
    if find_spec("psycopg") is None:
        raise SettingsError(["使用 PostgreSQL 需要先运行 pip install 'duijie[postgres]'"])
    return address.set(drivername="postgresql+psycopg")


_ADDRESS = "DUIJIE_DATABASE 要写成 postgresql://用户:密码@主机:端口/数据库"


def open_engine(url: str | URL) -> Engine:
    """Connect to a database; SQLite gets WAL, foreign keys, patience and real transactions."""
    address = make_url(url)
    if address.get_backend_name() == "postgresql":
        options = f"-c lock_timeout={_BUSY_TIMEOUT_MS}"
        return create_engine(
            address.set(drivername="postgresql+psycopg"),
            json_serializer=_as_json,
            connect_args={"options": options},
            pool_pre_ping=True,  # a server may have been restarted
        )
    engine = create_engine(
        address,
        json_serializer=_as_json,
    )
    if address.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
    return engine


def _as_json(value: Any) -> str:
    # Most records have no extra columns, and there are many records.
    return "{}" if value == {} else _encode(value)


def _on_connect(connection: Any, _entry: ConnectionPoolEntry) -> None:
    # The driver's own transactions begin too late (at the first write); ours begin at `begin`.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma).close()


def _on_begin(connection: Connection) -> None:
    # A reader that turns writer fails at once when another has written since; so say it early.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def clear_errors(where: str) -> Iterator[None]:
    """Turn what the database says about disk, lock and damage into errors for people.

    Raises:
        DiskFullError, StoreBusyError, CorruptStoreError, StoreAccessError: see there.
    """
    try:
        yield
    except DBAPIError as error:
        reason = str(error.orig)
        for signs, kind in _SIGNS:
            if any(sign in reason for sign in signs):
                raise kind(where, reason) from error
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFullError(where) from error
        raise


def _disk_full(where: str, _reason: str) -> ServiceError:
    return DiskFullError(where)


def _busy(where: str, _reason: str) -> ServiceError:
    return StoreBusyError(where)


_SIGNS: tuple[tuple[tuple[str, ...], Callable[[str, str], ServiceError]], ...] = (
    (("disk is full", "No space left"), _disk_full),
    (("is locked", "lock timeout"), _busy),
    (("malformed", "not a database"), CorruptStoreError),
    (("unable to open", "readonly", "disk I/O"), StoreAccessError),
    (("connection failed", "connection to server", "server closed"), StoreAccessError),
)
"""SQLite's and PostgreSQL's own words; SQLite's drivers give no codes that SQLAlchemy passes on."""
