"""A collection's schema and its rows: the vector, and a typed field for each filter column."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from indexing.base import Rows, Vectors
from indexing.column_kinds import ColumnKind, Value
from indexing.milvus.expressions import BULKY, LONGEST, NONE, ROW, VECTOR, as_number, field_of
from indexing.milvus.options import MilvusOptions

CAPACITY = 64
"""Texts in a list."""
GRAPHS: Mapping[str, tuple[str, Mapping[str, int]]] = {
    "hnsw": ("HNSW", {"M": 16, "efConstruction": 200}),
    "diskann": ("DISKANN", {}),
    "flat": ("FLAT", {}),
}
"""Index types of Milvus with their build parameters; M 16 was measured (docs/adr/0032)."""


def schema(
    milvus: Any, client: Any, dim: int, kinds: Mapping[str, ColumnKind], options: MilvusOptions
) -> tuple[Any, Any]:
    """Return schema and index parameters of a collection; the row is the primary key."""
    types = milvus.DataType
    made = client.create_schema(auto_id=False, enable_dynamic_field=False)
    made.add_field(ROW, types.INT64, is_primary=True)
    made.add_field(VECTOR, types.FLOAT_VECTOR, dim=dim)
    made.add_field(BULKY, types.BOOL)
    text = {"max_length": LONGEST}
    for column, kind in kinds.items():
        field = field_of(column)
        if field is None:
            continue
        if kind == "texts":
            made.add_field(
                field, types.ARRAY, element_type=types.VARCHAR, max_capacity=CAPACITY, **text
            )
        elif kind == "text":
            parts = {"is_partition_key": True} if column == options.partition else {}
            made.add_field(field, types.VARCHAR, **text, **parts)
        else:
            made.add_field(field, types.DOUBLE)
    kind_of_index, parameters = GRAPHS[options.graph]
    index = client.prepare_index_params()
    index.add_index(VECTOR, index_type=kind_of_index, metric_type="IP", params=dict(parameters))
    return made, index


def entities(
    rows: Rows,
    vectors: Vectors,
    values: Mapping[int, Mapping[str, Value]],
    kinds: Mapping[str, ColumnKind],
) -> list[dict[str, Any]]:
    """Shape rows int64[n] and vectors float32[n, dim] with their columns as Milvus takes them."""
    made = []
    for row, vector in zip(rows.tolist(), vectors, strict=True):
        entity: dict[str, Any] = {ROW: row, VECTOR: vector, BULKY: False}
        stored = values.get(row, {})
        for column, kind in kinds.items():
            if (field := field_of(column)) is not None:
                entity[field], fits = _stored(kind, stored.get(column))
                entity[BULKY] |= not fits
        made.append(entity)
    return made


def _stored(kind: ColumnKind, value: Value) -> tuple[Any, bool]:
    """What a field holds of a value, and whether that is all of it."""
    match kind:
        case "text":
            whole = value if isinstance(value, str) else ""
            return (whole, True) if _fits(whole) else ("", False)
        case "texts":
            texts = [] if value is None or isinstance(value, str) else _texts(value)
            fit = len(texts) <= CAPACITY and all(map(_fits, texts))
            return (texts, True) if fit else ([], False)
        case _:
            number = as_number(kind, value)
            if number is None or np.isnan(number):
                return NONE, True
            return (number, True) if NONE < number < -NONE else (NONE, False)


def _texts(value: object) -> list[str]:
    return list(value) if isinstance(value, Sequence) else []


def _fits(text: str) -> bool:
    try:
        return len(text.encode()) <= LONGEST
    except UnicodeEncodeError:  # a lone surrogate
        return False
