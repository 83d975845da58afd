"""The files of a tantivy index, and the private folders that it works in."""

import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from indexing.files import link_or_copy, load_json, reading

META = "meta.json"


class Segment(NamedTuple):
    """One segment, as tantivy's `meta.json` lists it.

    Attributes:
        name: what its files' names begin with.
        documents: how many it holds, removed ones included.
        deletes: suffix of the file that says which are removed; None where none is.
    """

    name: str
    documents: int
    deletes: str | None


def segments(folder: Path) -> list[Segment]:
    """Read which segments make up the index. Raises CorruptIndexError."""
    path = folder / META
    with reading(path):
        return [_segment(entry) for entry in load_json(path)["segments"]]


def copy_index(source: Path, target: Path, *, symlink: bool = False) -> None:
    """Put a committed index into an existing folder; segment files are linked where possible.

    Raises:
        CorruptIndexError: `meta.json` is missing or damaged.
        OSError: a file cannot be read or written.
    """
    for segment in segments(source):
        for path in _files(source, segment):
            link_or_copy(path, target / path.name, symlink=symlink)
    shutil.copyfile(source / META, target / META)


def follow(source: Path, target: Path) -> None:
    """Let links of a private copy lead to another saved folder of the same segments.

    Of hard links there is nothing to do. Symbolic ones would lead nowhere once the folder that
    they lead into is pruned; and what was copied need not lie in both folders.

    Raises:
        CorruptIndexError: `meta.json` is missing or damaged.
        OSError: a symbolic link cannot be made anew.
    """
    for segment in segments(source):
        for path in _files(source, segment):
            kept = target / path.name
            if kept.is_symlink():
                _replace_by_link(kept, path)
            elif not kept.samefile(path):
                with suppress(OSError):  # then a copy stays a copy
                    _replace_by_link(kept, path)


def _replace_by_link(path: Path, source: Path) -> None:
    fresh = path.with_name(f".{path.name}.link")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(source.resolve())
    fresh.replace(path)


def work_folder(owner: object, writers: list[Any]) -> Path:
    """Make a private folder that goes when its owner goes.

    Args:
        owner: whose folder it is.
        writers: the owner's writers; they are let go first, for their threads write files.
    """
    folder = Path(tempfile.mkdtemp(prefix="duijie-lexical-"))
    weakref.finalize(owner, _remove, folder, writers)
    return folder


def _remove(folder: Path, writers: list[Any]) -> None:
    writers.clear()
    shutil.rmtree(folder, ignore_errors=True)


def _segment(entry: dict[str, Any]) -> Segment:
    deletes = entry["deletes"]
    return Segment(
        name=str(entry["segment_id"]).replace("-", ""),
        documents=int(entry["max_doc"]),
        deletes=f".{deletes['opstamp']}.del" if deletes else None,
    )


def _files(folder: Path, segment: Segment) -> Iterator[Path]:
    for path in sorted(folder.glob(f"{segment.name}.*")):
        # A segment may have several of these; only one is in force.
        if path.suffix != ".del" or path.name == f"{segment.name}{segment.deletes}":
            yield path
