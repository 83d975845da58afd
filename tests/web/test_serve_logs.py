"""What the server's own log says of an error."""

import logging
import sys

from service.cli.serve import without_traceback


def test_a_traceback_with_a_text_in_it_is_not_printed() -> None:
    try:
        raise ValueError("高温轴承润滑脂")
    except ValueError:
        record = logging.LogRecord("uvicorn.error", 40, "x", 1, "failed", (), sys.exc_info())
    assert without_traceback(record)
    assert "高温轴承" not in logging.Formatter().format(record)
    assert "failed" in logging.Formatter().format(record)
