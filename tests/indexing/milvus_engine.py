"""The Milvus that tests talk to: milvus-lite, or the server that DUIJIE_TEST_MILVUS names."""

import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from indexing.milvus.index import MilvusIndex

REASON = "pymilvus or milvus-lite is not installed: pip install -e '.[milvus]'"
SERVER = os.environ.get("DUIJIE_TEST_MILVUS", "")


@cache
def kind(graph: str = "flat", scope: str = "duijie") -> "type[MilvusIndex]":
    """Skips the test that asks for it where the extra is absent."""
    pytest.importorskip("pymilvus", reason=REASON)
    from indexing.milvus.index import on_server
    from indexing.milvus.options import MilvusOptions

    return on_server(MilvusOptions(uri=SERVER or _lite(), graph=graph, scope=scope))


@cache
def _lite() -> str:
    pytest.importorskip("milvus_lite", reason=REASON)
    import atexit

    folder = tempfile.mkdtemp(prefix="duijie-milvus-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return str(Path(folder) / "test.db")


class AnyMilvus:
    """Milvus as a kind of index: it is reached for by the first test that needs it."""

    def __call__(self, dim: int) -> "MilvusIndex":
        return kind()(dim)

    def load(self, folder: Path) -> "MilvusIndex":
        return kind().load(folder)
