"""`duijie`: the commands, put together so that each costs only what it needs."""

import sys
import traceback
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from service.cli.invocation import Invocation
from service.cli.registry import COMMANDS, CommandEntry
from service.errors import CancelledError, UnknownCommandError

_HELP = "对接：为企业技术需求找科技成果，为科技成果找企业需求，并说明每个匹配的理由。"


class _Command(TyperCommand):
    """A command with a Chinese help page."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        from service.cli.help import page

        formatter.write(page(self, ctx))


class _Group(TyperGroup):
    """Some commands of the registry; `--help` lists them without importing them."""

    entries: Sequence[CommandEntry] = COMMANDS

    def list_commands(self, ctx: Any) -> list[str]:
        return [entry.name for entry in self.entries]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        for entry in self.entries:
            if entry.name == cmd_name:
                return load(entry)
        if cmd_name.startswith("-"):
            return None
        similar = get_close_matches(cmd_name, self.list_commands(ctx))
        raise UnknownCommandError(cmd_name, similar)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        from service.cli.help import page

        formatter.write(page(self, ctx, [(entry.name, entry.summary) for entry in self.entries]))

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            # typer would turn it into a silent exit code of 130.
            raise CancelledError from error


def load(entry: CommandEntry) -> TyperCommand | TyperGroup:
    """Import a command's module and make a command of its `run`; of a group, a group."""
    alone = typer.Typer(add_completion=False)
    if entry.commands:
        alone = typer.Typer(
            cls=type("_Part", (_Group,), {"entries": entry.commands}),
            name=entry.name,
            help=entry.summary,
            add_completion=False,
            no_args_is_help=True,
        )
        alone.callback(options_metavar="[选项]", subcommand_metavar="命令 …")(_nothing)
    else:
        module = import_module(entry.module)
        text = getattr(module, "HELP", entry.summary)
        alone.command(entry.name, cls=_Command, help=text, options_metavar="[选项]")(module.run)
    command = typer.main.get_command(alone)
    if not isinstance(
        command, TyperCommand | TyperGroup
    ):  # pragma: no cover - typer makes no other
        raise TypeError(f"{entry.name} makes {type(command).__name__}")
    return command


def _nothing() -> None:
    """Do what a group does before its command."""


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"duijie {version()}")
        raise typer.Exit


def version() -> str:
    """Return the version of the installed distribution."""
    from importlib import metadata

    try:
        return metadata.version("duijie")
    except metadata.PackageNotFoundError:
        return "（未安装，直接从源码运行）"


def _root(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(
            "--home", metavar="目录", help="数据目录；默认 DUIJIE_HOME，再默认用户数据目录"
        ),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="出错时显示完整的调用栈")] = False,
    show_version: Annotated[
        bool,
        typer.Option("--version", help="显示版本号", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    invocation: Invocation = context.obj
    invocation.home_option = home
    invocation.debug = debug
    invocation.make_current()


def main(arguments: Sequence[str] | None = None, *, parts: Any = None) -> int:
    """Run a command.

    Args:
        arguments: Without the program's name; by default those of this process.
        parts: A composition root in the place of `service.bootstrap`.

    Returns:
        The exit code: 0 done, 1 the work failed, 2 the call or the input was wrong.
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal of another encoding gets "?" for what it lacks; an error would hide the rest.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app = typer.Typer(cls=_Group, add_completion=False, no_args_is_help=True, help=_HELP)
    app.callback(options_metavar="[选项]", subcommand_metavar="命令 …")(_root)
    command = typer.main.get_command(app)
    invocation = Invocation(parts)
    try:
        result = command.main(
            args=None if arguments is None else [*arguments],
            prog_name="duijie",
            standalone_mode=False,
            obj=invocation,
        )
    # Whatever went wrong must end in a message and an exit code.
    except (Exception, KeyboardInterrupt) as error:
        return _fail(error, debug=invocation.debug)
    finally:
        invocation.close()
    return result if isinstance(result, int) else 0


def _fail(error: BaseException, *, debug: bool) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(str(error), err=True)  # the help page
        return 2
    from service.cli.failures import explain

    message, code = explain(error)
    if debug:
        typer.echo("".join(traceback.format_exception(error)), err=True)
    typer.echo(f"错误：{message}", err=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
