"""One call of the program: its settings, and how it speaks to people and to programs."""

import json
import sys
from contextvars import ContextVar
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from service.settings import Home, Settings

_CURRENT: ContextVar["Invocation"] = ContextVar("invocation")


class Invocation:
    """What a command needs of its surroundings.

    Attributes:
        parts: The composition root, `service.bootstrap`; tests hand in one of their own.
        home_option: `--home`, None when it was not given.
        debug: Tracebacks are wanted.
    """

    def __init__(self, parts: Any = None) -> None:
        self._parts = parts
        self.home_option: Path | None = None
        self.debug = False
        self.is_logging = False

    @property
    def parts(self) -> Any:
        """The composition root; imported late, because it knows every room."""
        if self._parts is None:
            self._parts = import_module("service.bootstrap")
        return self._parts

    @cached_property
    def settings(self) -> "Settings":
        """Read the settings, and start the log file that they ask for.

        Raises:
            SettingsError: a setting cannot be used.
        """
        from service import log
        from service.settings import Home, load_settings

        settings = load_settings(home=self.home_option)
        log.set_up(Home(settings.home), settings.log_level)
        self.is_logging = True
        return settings

    def settings_with(self, encoder: str | None) -> "Settings":
        """Return the settings, with another encoder where a command was given one."""
        if encoder is None:
            return self.settings
        return self.settings.model_copy(update={"encoder": encoder})

    @property
    def home(self) -> "Home":
        """The paths of this installation."""
        from service.settings import Home

        return Home(self.settings.home)

    def say(self, text: str = "") -> None:
        """Write a line of the answer, on stdout."""
        typer.echo(text)

    def note(self, text: str) -> None:
        """Write a message beside the answer, on stderr."""
        typer.echo(text, err=True)

    def emit_json(self, document: Any) -> None:
        """Write the one JSON document that `--json` promises, on stdout."""
        # A terminal that cannot show Chinese still gets JSON that says the same.
        is_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
        typer.echo(json.dumps(document, ensure_ascii=not is_utf8, indent=2, allow_nan=False))

    def close(self) -> None:
        """End the log."""
        if self.is_logging:
            from service import log

            log.close()

    def make_current(self) -> None:
        """Let `current` return this one."""
        _CURRENT.set(self)


def current() -> Invocation:
    """Return the invocation that the running command belongs to."""
    return _CURRENT.get()
