"""The job that imports an uploaded file: all of its good rows and the job's result, or nothing.

The counts are written into the job's row in the transaction of the import. So a server that is
killed has either not imported the file, and begins anew, or has, and goes on with what follows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection

from matcher.types import Side
from service.access.caller import Caller
from service.access.sight import hidden_ids
from service.errors import InputError
from service.importer.followup import part_merged, suspected
from service.importer.preview import preview
from service.importer.quality import DataQuality
from service.importer.report import ImportReport
from service.importer.run import import_file
from service.jobs import queue, uploads
from service.jobs.kinds import Arguments, IsCancelled, Kind, Progress, Result, Stopped
from service.web.errors import InvalidError
from service.web.workplace import Workplace

_COUNTS = ("read", "new", "updated", "unchanged", "duplicate", "rejected")
_READ = 0.6
"""Share of the work that is reading the file; the rest is looking for duplicates, and quality."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was uploaded, and what is to become of it.

    Attributes:
        side: what its rows are.
        folder, name: where it is (`service.jobs.uploads`).
        chosen: fields by column, beside or over the known headings.
        dry_run: only say what an import would do.
    """

    side: Side
    folder: str
    name: str
    chosen: Mapping[str, str]
    dry_run: bool


def ask(connection: Connection, caller: Caller, upload: Upload) -> int:
    """Queue the import of an upload; returns the job's number."""
    arguments = {
        "side": upload.side,
        "folder": upload.folder,
        "file": upload.name,
        "chosen": dict(upload.chosen),
        "dry_run": upload.dry_run,
        "holder": caller.holder,
        "organisation": caller.organisation_id,
        "sees_all": caller.is_admin,
    }
    return queue.enqueue(connection, "import", arguments, caller)


def run(
    place: Workplace, arguments: Arguments, progress: Progress, is_cancelled: IsCancelled
) -> Result:
    """Import the file, then look at the quality of what came in."""
    path = uploads.find(place.home, arguments["folder"], arguments["file"])
    work = _Import(place, arguments, path, progress, is_cancelled)
    try:
        with place.holding():
            result = work.done()
            uploads.discard(place.home, arguments["folder"])
    except InputError as error:
        raise InvalidError(str(error).replace(str(path), path.name)) from error
    finally:
        place.changed()
    return result


KIND = Kind("import", "导入文件", run, shown=("file", "side", "dry_run"), alone=True)


@dataclass(frozen=True, slots=True)
class _Import:
    place: Workplace
    arguments: Arguments
    path: Path
    progress: Progress
    is_cancelled: IsCancelled

    @property
    def side(self) -> Side:
        return cast("Side", self.arguments["side"])

    def done(self) -> Result:
        dry_run = bool(self.arguments["dry_run"])
        quality = DataQuality(self.side, date.today())
        with self.place.store.reading() as connection:
            before = queue.kept_result(connection, self.arguments["job"])
        report = self._import(quality, dry_run=dry_run or bool(before))
        result = before or _written(report)
        if before:  # the records are in; the file was read once more for its quality alone
            _recall(report, before)
        elif dry_run:
            tables = preview(self.path, self.side, self.arguments["chosen"])
            result["tables"] = [one.as_json() for one in tables]
        # From here on nobody can stop it: the records are in, and are to be looked at.
        result = {name: value for name, value in result.items() if name != "since"}
        part_merged(self.place.store, report)
        found = suspected(
            *(self.place.store, self.place.home, report),
            lambda share: self.progress(_READ + (1 - _READ) * 0.8 * share),
            self._hidden,
        )
        return {**result, "quality": quality.as_json(report, found)}

    def _import(self, quality: DataQuality, *, dry_run: bool) -> ImportReport:
        self._check()
        job = int(self.arguments["job"])
        return import_file(
            self.place.store,
            self.path,
            self.side,
            rejects_folder=rejects_folder(self.place, job),
            chosen=self.arguments["chosen"],
            dry_run=dry_run,
            progress=lambda _rows, share: self._tell(share * _READ),
            observe=quality.observe,
            holder=self.arguments["holder"],
            finish=lambda connection, report: queue.keep_result(
                connection, job, _written(report) | {"since": report.since}
            ),
        )

    def _tell(self, share: float) -> None:
        self._check()
        self.progress(share)

    def _check(self) -> None:
        if self.is_cancelled():
            raise Stopped

    def _hidden(self) -> frozenset[str]:
        if self.arguments["sees_all"]:
            return frozenset()
        with self.place.store.reading() as connection:
            return hidden_ids(connection, self.side, _sight(self.arguments["organisation"]))


def rejects_folder(place: Workplace, job: int) -> Path:
    """Where the list of rejected rows of a job is."""
    return place.home.rejects / f"job-{job}"


def rejects_file(place: Workplace, job: int) -> Path | None:
    """The list of rejected rows of a job; None without any."""
    return max(rejects_folder(place, job).glob("*.csv"), default=None)


def _written(report: ImportReport) -> Result:
    """What an import tells its owner; no path of this machine."""
    told = report.as_json()
    kept = ("encoding", "columns", "duplicates", "warnings")
    return {
        "counts": {name: told[name] for name in _COUNTS},
        "has_rejects": report.rejects is not None,
        **{name: told[name] for name in kept},
    }


def _recall(report: ImportReport, before: Mapping[str, Any]) -> None:
    """Give a report of reading a file again the counts of its import."""
    for name in _COUNTS:
        setattr(report, name, before["counts"][name])
    report.dry_run = False
    report.since = before.get("since", 0)


def _sight(organisation: int) -> Caller:
    """Somebody who sees what an organisation sees."""
    return Caller(0, "", "", organisation, "", "enterprise", frozenset({"read"}))
