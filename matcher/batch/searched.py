"""What a job searches: the rows, and a digest of each that tells whether it changed since."""

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from indexing.base import Mask, Rows
from indexing.bundle import Bundle

Digests = NDArray[np.uint64]
_CHUNK = 1 << 14


@dataclass(frozen=True, slots=True)
class Searched:
    """Rows of one side that may be answered.

    Attributes:
        rows: int64[n], ascending.
        digests: uint64[n], of id, vector, and whether there is a text.
    """

    rows: Rows
    digests: Digests

    @classmethod
    def of(cls, bundle: Bundle, allowed: Mask | None) -> "Searched":
        """Take down what an index holds, as far as a mask lets it through."""
        rows = bundle.all_rows(allowed)
        chunks = [_digests(bundle, rows[at : at + _CHUNK]) for at in range(0, len(rows), _CHUNK)]
        return cls(rows, np.concatenate([np.zeros(0, dtype=np.uint64), *chunks]))

    @property
    def fingerprint(self) -> str:
        """Changes whenever a row may have another dense score, or stands for another record."""
        return blake2b(self.rows.tobytes() + self.digests.tobytes(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Change:
    """What is different from an earlier job.

    Attributes:
        fresh: int64[n], rows that are new or changed, ascending.
        gone: bool[m], rows that were there and are removed or changed.
    """

    fresh: Rows
    gone: Mask


def change(before: Searched, now: Searched) -> Change:
    """Compare what was searched with what is searched now."""
    size = 1 + max(int(one.rows[-1]) if len(one.rows) else -1 for one in (before, now))
    there: Mask = np.zeros(size, dtype=np.bool_)
    digests: Digests = np.zeros(size, dtype=np.uint64)
    there[before.rows] = True
    digests[before.rows] = before.digests
    same = there[now.rows] & (digests[now.rows] == now.digests)
    gone = there
    gone[now.rows[same]] = False
    return Change(now.rows[~same], gone)


def _digests(bundle: Bundle, rows: Rows) -> Digests:
    has_text = np.nan_to_num(bundle.numbers("has_text", rows)).astype(np.uint8)
    vectors = np.ascontiguousarray(bundle.vectors(rows))
    found = b"".join(
        blake2b(
            b"%d|%b|%b" % (form, id_.encode("utf-8", "surrogatepass"), vector.data), digest_size=8
        ).digest()
        for form, id_, vector in zip(has_text, bundle.ids(rows), vectors, strict=True)
    )
    return np.frombuffer(found, dtype="<u8").astype(np.uint64)
