"""Progress on stderr: a bar on a terminal, now and then a line elsewhere; short work shows none."""

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import typer

_QUIET_S = 2.0
_LINE_EVERY_S = 10.0


class ProgressLine:
    """Shows how far a piece of work is; made for a `with` block.

    Args:
        title: What is being done, in Chinese.
        enabled: False shows nothing at all.
        clock: Seconds; tests hand in their own.
    """

    def __init__(
        self, title: str, *, enabled: bool = True, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._title = title
        self._enabled = enabled
        self._clock = clock
        self._started = clock()
        self._line_at = self._started + _QUIET_S
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, fraction: float, detail: str) -> None:
        """Show the share that is done, in [0, 1], and a few words."""
        now = self._clock()
        if not self._enabled or now - self._started < _QUIET_S:
            return
        if sys.stderr.isatty():
            self._draw(fraction, detail)
        elif now >= self._line_at:
            self._line_at = now + _LINE_EVERY_S
            typer.echo(f"{self._title}：{detail}（{fraction:.0%}）", err=True)

    def show_rows(self, rows: int, fraction: float) -> None:
        """Show how many rows of a file were read; a `service.importer.run.Progress`."""
        self.show(fraction, f"已读 {rows:,} 行")

    def _draw(self, fraction: float, detail: str) -> None:
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
            self._task = self._bar.add_task(self._title, total=1.0)
        self._bar.update(self._task, completed=fraction, description=f"{self._title} {detail}")
