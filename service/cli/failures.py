"""The one place where errors of all rooms become a Chinese message and an exit code."""

import errno
import logging
from typing import NamedTuple

import typer

from service.cli import usage
from service.errors import CancelledError, DiskFullError, ServiceError

log = logging.getLogger(__name__)

FAILED = 1
WRONG_INPUT = 2


class Failure(NamedTuple):
    """What the user is told, and the exit code."""

    message: str
    code: int


def explain(error: BaseException) -> Failure:
    """Explain an error that ended a command."""
    if isinstance(error, KeyboardInterrupt):
        error = CancelledError()
    if isinstance(error, ServiceError):
        return Failure(str(error), error.exit_code)
    if isinstance(error, typer.TyperException):
        return Failure(usage.explain(error), WRONG_INPUT)
    if isinstance(error, OSError):
        return _explain_system(error)
    return _explain_rooms(error) or _explain_bug(error)


def _explain_system(error: OSError) -> Failure:
    where = str(error.filename) if error.filename is not None else "磁盘"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Failure(str(DiskFullError(where)), FAILED)
    reason = error.strerror or str(error)
    return Failure(f"读写 {where} 失败：{reason}。请检查路径和权限后重试。", FAILED)


def _explain_rooms(error: BaseException) -> Failure | None:
    from indexing.errors import FilterError, IndexingError
    from matcher import errors as matching
    from models.errors import ModelNotLocalError, ModelsError, UnknownModelError

    wrong_input = (
        matching.EmptyQueryError,
        matching.UnknownRecordError,
        matching.EvaluationError,
        matching.FilterSyntaxError,
        matching.RoadshowError,
        matching.MandateError,
        matching.BatchError,
        FilterError,
        UnknownModelError,
        ModelNotLocalError,
    )
    if isinstance(error, IndexingError | matching.MatchError | ModelsError):
        if isinstance(error, wrong_input):  # no fault of the program: nothing to trace
            log.info("%s", type(error).__name__)
            return Failure(str(error), WRONG_INPUT)
        log.error("%s", type(error).__name__, exc_info=error)
        return Failure(str(error), FAILED)
    return None


def _explain_bug(error: BaseException) -> Failure:
    # Only the kind of error is logged with its place: its text may quote a record.
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    place = f"{last.tb_frame.f_code.co_filename}:{last.tb_lineno}" if last else "?"
    log.critical("unexpected %s at %s", type(error).__name__, place)
    return Failure(
        f"程序内部错误（{type(error).__name__}）。"
        "请用 duijie --debug 重新运行同一命令，并把输出反馈给开发者。",
        FAILED,
    )
