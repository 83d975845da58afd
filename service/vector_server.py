"""Where vectors lie: in the home, or on the Milvus server of the settings."""

from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING
from uuid import uuid4

from filelock import FileLock

from service.errors import SettingsError
from service.settings import Home, Settings

if TYPE_CHECKING:
    from indexing.bundle import Bundle
    from indexing.milvus.options import MilvusOptions

SCOPE_FILE = "milvus-scope"
"""Beside the indexes of a home whose vectors are on a server: its name there."""


def bundle_type(settings: Settings) -> "type[Bundle]":
    """Return the class of indexes; the server is not asked before one is filled or searched.

    Raises:
        SettingsError: a server is named, and what speaks to it is not installed.
    """
    if not settings.milvus:
        from indexing.bundle import Bundle

        return Bundle
    from indexing.errors import EngineMissingError
    from indexing.milvus.bundle import MilvusBundle
    from indexing.milvus.options import MilvusOptions

    if find_spec("pymilvus") is None:
        raise SettingsError([str(EngineMissingError()).rstrip("。")])
    _offer(
        MilvusOptions(
            uri=settings.milvus,
            token=settings.milvus_token.get_secret_value(),
            scope=_scope(Home(settings.home)),
            replicas=settings.milvus_replicas,
            graph=settings.milvus_index,
            partition=settings.milvus_partition,
        )
    )
    return MilvusBundle


@cache
def _offer(options: "MilvusOptions") -> None:
    """Make the kind known, once: all indexes of a process share one connection."""
    from indexing.factory import offer
    from indexing.milvus.bundle import KIND
    from indexing.milvus.index import on_server

    offer(KIND, on_server(options))


def _scope(home: Home) -> str:
    """Name this home on the server; the name lies with its indexes, whoever mounts them where."""
    path = home.root / "index" / SCOPE_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(f"{path.name}.lock")):
        # Empty where its writer died: without a scope, everybody's collections would be its own.
        scope = path.read_text(encoding="ascii").strip() if path.is_file() else ""
        if not scope:
            scope = f"duijie_{uuid4().hex[:8]}"
            fresh = path.with_name(f"{path.name}.part")
            fresh.write_text(scope, encoding="ascii")
            fresh.replace(path)
    return scope
