"""What the `duijie user` commands share."""

from collections.abc import Iterator
from contextlib import contextmanager

from service.access.caller import KIND_NAMES, ROLE_NAMES
from service.access.people import Person
from service.errors import InputError
from service.web.errors import RequestError

ONCE = "（只显示这一次；首次登录后要改掉）"


@contextmanager
def as_input() -> Iterator[None]:
    """Turn what a request would be told into what a command is told, with its exit code."""
    try:
        yield
    except RequestError as error:
        raise InputError(str(error)) from error


def line(one: Person) -> str:
    """Say who somebody is, on one line."""
    marks = [
        mark
        for mark, holds in (("已停用", not one.active), ("未改一次性密码", one.must_change))
        if holds
    ]
    said = f"{one.login}  {one.name}  {ROLE_NAMES[one.role]}  {one.organisation}"
    return f"{said}  （{'、'.join(marks)}）" if marks else said


def document(one: Person) -> dict[str, object]:
    """Give somebody as JSON values."""
    return {
        "login": one.login,
        "name": one.name,
        "role": one.role,
        "organisation": one.organisation,
        "active": one.active,
        "must_change": one.must_change,
        "created_at": one.created_at.isoformat(),
    }


def kinds() -> str:
    """The kinds of organisations for a help text."""
    return "，".join(f"{kind} {name}" for kind, name in KIND_NAMES.items())
