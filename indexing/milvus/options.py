"""Which Milvus server holds the vectors, and how it is to keep them."""

from dataclasses import dataclass
from typing import Literal

Graph = Literal["hnsw", "diskann", "flat"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MilvusOptions:
    """A server and what is asked of it.

    Attributes:
        uri: `http://host:19530`, with the name of a database behind it if need be; a file that
            ends in `.db` is served by milvus-lite within this machine.
        token: `user:password` or an API key; empty where the server asks for none.
        scope: names of collections begin with it; one for each home, for what begins with it and
            is in nobody's use is dropped. Letters, digits and underscores.
        replicas: copies of each collection in the memory of the query nodes.
        graph: `hnsw` in memory, `diskann` on the nodes' disks, `flat` exact.
        partition: text column whose values share partitions (Milvus' partition key); none if empty.
    """

    uri: str
    token: str = ""
    scope: str = "duijie"
    replicas: int = 1
    graph: Graph = "hnsw"
    partition: str = ""
