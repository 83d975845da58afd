"""Repairs text that was garbled on its way: `repair(text)`, `undo(repaired, changes)`.

`rules.py` lists what is done and in which order; each rule is a file. A repair is decided by
context, logged, and can be undone from its log.
"""

from matcher.text.repair.fingerprint import repair_fingerprint
from matcher.text.repair.repaired import Change, Mark, Repaired, undo
from matcher.text.repair.rules import CONTEXTUAL, MARKS, RULES, MarkRule, Rule, repair

__all__ = [
    "CONTEXTUAL",
    "MARKS",
    "RULES",
    "Change",
    "Mark",
    "MarkRule",
    "Repaired",
    "Rule",
    "repair",
    "repair_fingerprint",
    "undo",
]
