"""What was computed before, in files of one JSON line a result: a second run takes no time.

Lines are appended as they are computed, so an interrupted run goes on where it was. The files hold
sentences of records and are as confidential as the database beside them; they may be deleted.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

KEPT = 24
"""Files of one kind; the oldest make room for new ones."""


class Remembered:
    """Results by key, JSON values.

    Args:
        folder: where such files lie; made if need be.
        kind: what is remembered, the beginning of the file's name.
        names: everything that all results depend on; other names, another file.
    """

    def __init__(self, folder: Path, kind: str, names: Iterable[str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{kind}-{digest_of(*names)}.jsonl"
        others = [one for one in folder.glob(f"{kind}-*.jsonl") if one != self.path]
        others.sort(key=lambda one: one.stat().st_mtime, reverse=True)
        for old in others[KEPT - 1 :]:
            old.unlink(missing_ok=True)
        self._known = self._read()

    def get(self, key: str) -> Any:
        """What is remembered under a key; None for nothing."""
        return self._known.get(key)

    def put(self, key: str, result: Any) -> None:
        """Remember a result."""
        self._known[key] = result
        line = json.dumps([key, result])
        with self.path.open("a", encoding="ascii") as stream:
            stream.write(line + "\n")

    def _read(self) -> dict[str, Any]:
        if not self.path.is_file():
            return {}
        self.path.touch()
        found = {}
        for line in self.path.read_text("ascii", errors="replace").splitlines():
            try:
                key, result = json.loads(line)
            except ValueError:
                continue  # a line that a dying process left half written
            found[key] = result
        return found


def digest_of(*told: str) -> str:
    """Name some texts by 24 hex digits."""
    joined = "\x1f".join(told).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:24]
