"""One collection on the server: made, written, searched, dropped."""

import re
import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, Self
from uuid import uuid4

import numpy as np

from indexing.base import Rows, Scores, Vectors
from indexing.column_kinds import ColumnKind
from indexing.milvus.connection import Connection, library
from indexing.milvus.expressions import ROW, VECTOR, in_rows
from indexing.milvus.fields import schema

MOST_HITS = 16_384
"""Milvus gives no more hits for a query."""
BATCH = 1000
"""Rows that are written, read or deleted by one call; about 2 MB at a width of 384."""
MOST_EF = 32_768


def new_name(scope: str) -> str:
    """Name a collection by its scope and the time of its making, which `made_at` reads."""
    return f"{scope}_{int(time.time())}_{uuid4().hex[:8]}"


def made_at(name: str, scope: str) -> float | None:
    """When a collection of a scope was made, Unix seconds; None for what is none of the scope's."""
    found = re.fullmatch(rf"{re.escape(scope)}_(\d+)_[0-9a-f]{{8}}", name)
    return float(found[1]) if found else None


class Found(NamedTuple):
    """What a server gives for one query, best first: rows int64[n], scores float32[n]."""

    rows: Rows
    scores: Scores


class Collection:
    """A collection by its name.

    Every question carries `since`, the server's time of the last write that it must see
    (consistency level Customized). The index that writes knows the time of its own last write, and
    one that was loaded knows that of the save: each reads everything of its own generation and
    waits for nothing newer. Strong would wait for the newest write of anybody, 0.2 to 0.5 s a
    question; Session, as pymilvus keeps it, ends with the process.
    """

    def __init__(self, connection: Connection, name: str) -> None:
        self.connection = connection
        self.name = name
        self.since = 0

    @classmethod
    def create(cls, connection: Connection, dim: int, kinds: Mapping[str, ColumnKind]) -> Self:
        """Make an empty collection, loaded into the query nodes."""
        options = connection.options
        name = new_name(options.scope)

        def make(client: Any, seconds: float) -> None:
            if client.has_collection(name, timeout=seconds):
                return
            made, index = schema(library(), client, dim, kinds, options)
            client.create_collection(name, schema=made, timeout=seconds)
            client.create_index(name, index, timeout=seconds)

        def load(client: Any, seconds: float) -> None:
            client.load_collection(name, replica_number=options.replicas, timeout=seconds)

        connection.write(make)
        connection.write(load)
        return cls(connection, name)

    def upsert(self, entities: Sequence[Mapping[str, Any]]) -> None:
        """Write rows; what stood under a row is replaced, so a repeated attempt does no harm."""
        for start in range(0, len(entities), BATCH):
            self.connection.write(partial(self._upsert, list(entities[start : start + BATCH])))
        self.since = max(self.since, self.connection.written(self.name))

    def delete(self, rows: Rows) -> None:
        """Delete rows; those that are not there are passed over."""
        for start in range(0, len(rows), BATCH):
            self.connection.write(partial(self._delete, rows[start : start + BATCH].tolist()))

    def search(self, queries: Vectors, limit: int, expression: str, ef: int) -> list[Found]:
        """Search queries float32[n, dim] for the `limit` best rows that an expression passes."""
        effort = _effort(self.connection.options.graph, ef, limit)
        answer = self.connection.read(
            lambda client, seconds: client.search(
                self.name,
                data=list(queries),
                anns_field=VECTOR,
                limit=limit,
                filter=expression,
                search_params={"metric_type": "IP", "params": effort},
                timeout=seconds,
                **self._at_least(),
            )
        )
        return [
            Found(
                np.array([hit.pk for hit in hits], dtype=np.int64),
                np.array([hit.distance for hit in hits], dtype=np.float32),
            )
            for hits in answer
        ]

    def fetch(self, rows: Rows) -> dict[int, Vectors]:
        """Vectors float32[dim] of rows; those that are not there are left out."""
        found: dict[int, Vectors] = {}
        for start in range(0, len(rows), BATCH):
            wanted = in_rows(np.unique(rows[start : start + BATCH]))
            entities = self.connection.read(partial(self._query, wanted))
            for one in entities:
                found[one[ROW]] = np.asarray(one[VECTOR], dtype=np.float32)
        return found

    def seal(self) -> None:
        """Have what was written so far put on the object store and its graph built."""
        self.connection.write(lambda client, seconds: client.flush(self.name, timeout=seconds))

    def drop(self) -> None:
        """Remove the collection with everything in it."""
        self.connection.write(
            lambda client, seconds: client.drop_collection(self.name, timeout=seconds)
        )

    def _upsert(self, entities: list[Mapping[str, Any]], client: Any, seconds: float) -> None:
        client.upsert(self.name, entities, timeout=seconds)

    def _delete(self, rows: list[int], client: Any, seconds: float) -> None:
        client.delete(self.name, ids=rows, timeout=seconds)

    def _query(self, expression: str, client: Any, seconds: float) -> Any:
        fields = [ROW, VECTOR]
        since = self._at_least()
        return client.query(
            self.name, filter=expression, output_fields=fields, timeout=seconds, **since
        )

    def _at_least(self) -> dict[str, Any]:
        if not self.since:
            return {"consistency_level": "Strong"}
        return {"consistency_level": "Customized", "guarantee_timestamp": self.since}


def _effort(graph: str, ef: int, limit: int) -> dict[str, int]:
    if graph == "flat":
        return {}
    return {"search_list" if graph == "diskann" else "ef": min(max(ef, limit), MOST_EF)}
