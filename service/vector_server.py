"""Where vectors lie: in the home, or on the Milvus server of the settings."""

from functools import cache
from typing import TYPE_CHECKING
from uuid import uuid4

from service.settings import Home, Settings

if TYPE_CHECKING:
    from indexing.bundle import Bundle
    from indexing.milvus.options import MilvusOptions


def bundle_type(settings: Settings) -> "type[Bundle]":
    """Return the class of indexes; the server is not asked before one is filled or searched."""
    if not settings.milvus:
        from indexing.bundle import Bundle

        return Bundle
    from indexing.milvus.bundle import MilvusBundle
    from indexing.milvus.options import MilvusOptions

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
    path = home.root / "index" / "milvus-scope"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="ascii") as file:
            file.write(f"duijie_{uuid4().hex[:8]}")
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii").strip()
