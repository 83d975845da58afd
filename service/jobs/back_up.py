"""Writes a backup of the whole home into its folder `backups`, while everything goes on."""

from datetime import datetime
from pathlib import Path

from service.access.caller import Caller
from service.backup.errors import refuse_server
from service.backup.write import write_backup
from service.jobs.find_duplicates import queue_once
from service.jobs.kinds import Arguments, IsCancelled, Kind, Progress, Result
from service.web.workplace import Workplace

NAME = "backup"


def run(
    place: Workplace, arguments: Arguments, _progress: Progress, _is_cancelled: IsCancelled
) -> Result:
    """Write and verify a backup; begun again after it was written, it is not written twice.

    Returns:
        The file's name and size.

    Raises:
        BackupError: the records are on a server of their own, or the file cannot be written.
        StoreError: the database is damaged.
        HomeBusyError: the index is being written for too long.
    """
    refuse_server(place.settings)
    folder = place.home.backups
    folder.mkdir(mode=0o700, exist_ok=True)
    there = next(folder.glob(f"*-{arguments['job']}.zip"), None)
    file = there or folder / f"duijie-{datetime.now():%Y%m%d-%H%M%S}-{arguments['job']}.zip"
    if there is None:
        write_backup(place.home, file)
        file.chmod(0o600)
    return {"file": file.name, "bytes": file.stat().st_size}


KIND = Kind(NAME, "备份", run, alone=True)


def begin(place: Workplace, caller: Caller) -> int:
    """Ask for it, unless it waits already; returns the job's number."""
    return queue_once(place, caller, NAME)


def written(folder: Path) -> list[tuple[str, int, datetime]]:
    """Name, size in bytes and moment of each backup in a folder, the newest first."""
    files = [(path, path.stat()) for path in folder.glob("*.zip")]
    found = [(one.name, of.st_size, datetime.fromtimestamp(of.st_mtime)) for one, of in files]
    return sorted(found, key=lambda one: (one[2], one[0]), reverse=True)
