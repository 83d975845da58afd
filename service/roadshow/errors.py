"""What can be wrong with a roadshow's plan, seen from the front door."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.errors import InputError

SHOWN = 60
"""Mistakes that a message lists; more of them are counted."""


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One thing to put right.

    Attributes:
        line: of the plan file, from 1; 0 where none can be named.
        rule: the key or the table, `quota[2].least`.
        message: in Chinese: what is wrong, and what to do.
    """

    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        at = f"第 {self.line} 行 " if self.line else ""
        return f"{at}{self.rule}：{self.message}"


class PlanFileError(InputError):
    """A plan file that cannot be used; every mistake that can be seen is named at once.

    Attributes:
        mistakes: in the order of the file.
    """

    def __init__(self, name: str, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes))
        lines = [f"  {one}" for one in self.mistakes[:SHOWN]]
        if len(self.mistakes) > SHOWN:
            lines.append(f"  ……共 {len(self.mistakes)} 处")
        told = "\n".join(lines)
        super().__init__(f"计划 {name} 有 {len(self.mistakes)} 处要改：\n{told}")


class PastEventError(InputError):
    """A past event cannot be recorded or taken back."""


class MandateFileError(InputError):
    """A file of mandates cannot be read; the message is the caller's."""


class AgendaFileError(InputError):
    """A saved agenda cannot be used again."""
