"""The log file: English, for whoever looks into a fault, and never a text of a record."""

import logging
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from service.settings import Home, LogLevel

ROOMS = ("service", "matcher", "indexing", "models")

_MAX_BYTES = 2_000_000
_BACKUPS = 3
_FORMAT = "%(asctime)s %(levelname)s %(name)s [%(process)d] %(message)s"


class _LogFile(RotatingFileHandler):
    """Appears with its first line; where it cannot be written, the log is lost, not the work."""

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        return None


def set_up(home: Home, level: LogLevel) -> None:
    """Send the rooms' logs to `logs/duijie.log`; the terminal stays free for answers."""
    close()
    handler = _LogFile(
        home.logs / "duijie.log",
        maxBytes=_MAX_BYTES,
        backupCount=_BACKUPS,
        encoding="utf-8",
        delay=True,
    )
    handler.setFormatter(logging.Formatter(_FORMAT))
    for room in ROOMS:
        logger = logging.getLogger(room)
        logger.setLevel(level)
        logger.addHandler(handler)
        logger.propagate = False


def close() -> None:
    """Take away what `set_up` added."""
    for room in ROOMS:
        logger = logging.getLogger(room)
        for handler in [*logger.handlers]:
            logger.removeHandler(handler)
            handler.close()
        logger.propagate = True
