"""What a generation consists of: counts, versions, fingerprint, and each file's size and hash."""

import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, Self

from indexing.column_kinds import ColumnKind
from indexing.errors import CorruptIndexError
from indexing.files import digest, load_json, reading, save_json

FILE = "manifest.json"
FORMAT = 2
"""Raised whenever an older program could not read what a newer one writes."""

Verify = Literal["quick", "full"]
Meta = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as it was written."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What a bundle is made for; fixed for its life.

    Attributes:
        fingerprint: names everything that its numbers depend on (encoder, dictionary).
        dim: width of a vector.
        token_dim: width of a token vector; None where none are stored.
        columns: filter columns and their kinds.
        vectors: kind of the vector index, a name of `indexing.factory.KINDS`.
    """

    fingerprint: str
    dim: int
    token_dim: int | None
    columns: Mapping[str, ColumnKind]
    vectors: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The content of `manifest.json`.

    Attributes:
        layout: what the bundle is made for.
        records: how many records it holds.
        meta: JSON values of whoever uses the bundle.
        files: every other file of the generation by its path, `/` between folders.
        created: ISO 8601, UTC.
        libraries: versions that wrote it; for people only.
    """

    layout: Layout
    records: int
    meta: Meta
    files: Mapping[str, StoredFile]
    created: str
    libraries: Mapping[str, str]

    @classmethod
    def of(cls, layout: Layout, records: int, meta: Meta, files: Mapping[str, StoredFile]) -> Self:
        """Make a manifest with the time and the versions of now."""
        libraries = {name: version(name) for name in ("numpy", "faiss-cpu", "tantivy")}
        libraries["python"] = ".".join(map(str, sys.version_info[:3]))
        created = datetime.now(UTC).isoformat(timespec="seconds")
        return cls(
            layout=layout,
            records=records,
            meta=meta,
            files=files,
            created=created,
            libraries=libraries,
        )

    def save(self, folder: Path) -> None:
        """Write the manifest into the folder that it describes."""
        save_json(folder / FILE, {"format": FORMAT, **asdict(self)}, indent=1)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            CorruptIndexError: it is missing, damaged, or of a format that is not known here.
        """
        path = folder / FILE
        with reading(path):
            content = load_json(path)
            if content["format"] != FORMAT:
                raise CorruptIndexError(
                    path, f"格式版本为 {content['format']}，本程序只认识版本 {FORMAT}"
                )
            del content["format"]
            content["layout"] = Layout(**content["layout"])
            content["files"] = {name: StoredFile(**f) for name, f in content["files"].items()}
            return cls(**content)

    def check(self, folder: Path, verify: Verify) -> None:
        """Compare the files of a folder with the manifest: their sizes, or also their hashes.

        Raises:
            CorruptIndexError: a file is missing or differs.
        """
        for name, stored in self.files.items():
            path = folder / name
            with reading(path):  # a writer may take it away at any moment
                size = path.stat().st_size
                is_whole = verify != "full" or digest(path) == stored.sha256
            if size != stored.size:
                raise CorruptIndexError(path, f"大小应为 {stored.size} 字节，实际为 {size} 字节")
            if not is_whole:
                raise CorruptIndexError(path, "SHA-256 与清单不符")


def stored_files(
    folder: Path, previous: Path | None, known: Mapping[str, StoredFile]
) -> dict[str, StoredFile]:
    """Size and hash of every file under a folder.

    A hard link to a file of the previous generation keeps its hash: it saves reading gigabytes,
    and bytes that went bad meanwhile are not declared good.
    """
    files: dict[str, StoredFile] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        before = known.get(name)
        if before is None or not _is_linked(path, previous and previous / name):
            before = StoredFile(path.stat().st_size, digest(path))
        files[name] = before
    return files


def _is_linked(path: Path, other: Path | None) -> bool:
    return other is not None and other.exists() and path.samefile(other)
