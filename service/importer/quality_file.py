"""Keeps the quality report of an import as a JSON file, for pages and for people."""

import json
from datetime import datetime
from pathlib import Path

from service.importer.report import ImportReport, dated_path


def keep_report(folder: Path, report: ImportReport, finished: datetime) -> Path:
    """Write the report of an import that was committed.

    Args:
        folder: Where; it is made if need be.
        report: With its quality. No value of a record is written.
        finished: When the import ended; part of the file's name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = dated_path(folder, report.file, finished, ".json")
    counts = ("read", "new", "updated", "unchanged", "duplicate", "rejected")
    document = {
        "file": report.file.name,
        "side": report.side,
        "finished": finished.astimezone().isoformat(timespec="seconds"),
        **{name: getattr(report, name) for name in counts},
        "quality": report.quality,
    }
    unfinished = path.with_name(path.name + ".part")
    written = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    unfinished.write_text(written + "\n", encoding="utf-8")
    unfinished.replace(path)
    return path
