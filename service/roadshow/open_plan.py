"""Opens a plan file on a disk."""

from pathlib import Path

from service.errors import FileMissingError
from service.roadshow.plan_file import PlanFile, read_plan
from service.roadshow.scope import Scope
from service.roadshow.toml_text import LARGEST


def open_plan(scope: Scope, path: Path) -> PlanFile:
    """Read a plan file and compare its ids with the records.

    Raises:
        FileMissingError: it is not there.
        PlanFileError: it cannot be used; every mistake that can be seen is named.
    """
    if not path.is_file():
        raise FileMissingError(path)
    with path.open("rb") as stream:
        content = stream.read(LARGEST + 1)
    return read_plan(content, path.name, scope.known)
