"""A small bundle whose content depends on a revision, so that a test sees which one it opened."""

from pathlib import Path

import numpy as np

from indexing.bundle import Bundle, Entry
from indexing.columns import ColumnKind
from tests.indexing.checks import rows_of, sign_vectors, unit_vectors

DIM = 8
COLUMNS: dict[str, ColumnKind] = {"region": "text", "trl": "number", "modes": "texts"}


def empty(**options) -> Bundle:
    settings = {"dim": DIM, "fingerprint": "编码器甲", "columns": COLUMNS, "token_dim": 4}
    return Bundle.create(**{**settings, **options})


def entry(number: int, revision: int = 0) -> Entry:
    return Entry(
        id=f"A{number}",
        vector=unit_vectors(1, DIM, 100 * revision + number)[0],
        tokens=["共同", f"词{number}", f"版{revision}"],
        columns={"region": f"省{number % 3}", "trl": number % 9, "modes": ["转让"][: number % 2]},
        token_vectors=sign_vectors(number % 4, 4, number),
    )


def at_revision(revision: int, bundle: Bundle | None = None, size: int = 12) -> Bundle:
    """Make, or bring, a bundle to a revision: record `revision` is missing, the others are new."""
    bundle = empty() if bundle is None else bundle
    bundle.upsert([entry(number, revision) for number in range(size)])
    bundle.remove([f"A{revision % size}"])
    bundle.meta["revision"] = revision
    return bundle


def assert_is_revision(bundle: Bundle, revision: int, size: int = 12):
    """Every part of the bundle is at the revision and at no other."""
    numbers = [number for number in range(size) if number != revision % size]
    ids = [f"A{number}" for number in numbers]
    assert bundle.meta == {"revision": revision}
    assert len(bundle) == len(numbers)
    rows = bundle.rows(ids)
    assert bundle.ids(rows) == ids
    expected = [entry(number, revision) for number in numbers]
    np.testing.assert_array_equal(bundle.vectors(rows), [e.vector for e in expected])
    found = bundle.lexical_search([f"版{revision}"], 99).rows
    assert sorted(found.tolist()) == sorted(rows.tolist())
    assert len(bundle.lexical_search([f"版{revision - 1}"], 99).rows) == 0
    assert bundle.dense(expected[0].vector, 1).rows.tolist() == rows[:1].tolist()
    for stored, each in zip(bundle.token_vectors(rows), expected, strict=True):
        np.testing.assert_allclose(stored, each.token_vectors, rtol=1e-6)


def generations(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir() if path.is_dir())


__all__ = ["assert_is_revision", "at_revision", "empty", "entry", "generations", "rows_of"]
