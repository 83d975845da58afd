"""What to put before a text, by model family; without its prompt a model retrieves worse."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from models.base import Role


@dataclass(frozen=True, slots=True)
class Prompts:
    """The prompts of one model.

    Attributes:
        family: The row of `prompts.json`, `own` for the model's own prompts, `none` for neither.
        query: Before a text of the asking side.
        passage: Before a text that is searched.
    """

    family: str
    query: str
    passage: str

    def of(self, role: Role) -> str:
        """Return the prompt of a role."""
        return self.query if role == "query" else self.passage


NO_PROMPTS = Prompts("none", "", "")


@cache
def prompt_table() -> tuple[tuple[re.Pattern[str], Prompts], ...]:
    """Rows of `prompts.json` in order: a pattern on the model's bare name, and its prompts."""
    text = files("models").joinpath("prompts.json").read_text(encoding="utf-8")
    return tuple(
        (re.compile(row["pattern"]), Prompts(row["family"], row["query"], row["passage"]))
        for row in json.loads(text)
    )


def prompts_for(names: Sequence[str], own: Mapping[str, str]) -> Prompts:
    """Choose a model's prompts: its own if it brings any, else its family's, else none.

    Args:
        names: Names that the model goes by, best first; an organisation or a path before the last
            `/` does not count.
        own: Prompts from the model's configuration by their names there.
    """
    passage = own.get("passage") or own.get("document") or ""
    if own.get("query") or passage:
        return Prompts("own", own.get("query") or "", passage)
    for name in names:
        bare = re.split(r"[/\\]", name.rstrip("/\\"))[-1].lower()
        for pattern, prompts in prompt_table():
            if pattern.search(bare):
                return prompts
    return NO_PROMPTS
