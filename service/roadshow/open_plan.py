"""Opens a plan file on a disk."""

from pathlib import Path

from service.roadshow.plan_file import PlanFile, read_plan
from service.roadshow.scope import Scope
from service.roadshow.sections import content_of


def open_plan(scope: Scope, path: Path) -> PlanFile:
    """Read a plan file and compare its ids with the records.

    Raises:
        FileMissingError: it is not there.
        PlanFileError: it cannot be used; every mistake that can be seen is named.
    """
    return read_plan(content_of(path), path.name, scope.known)
