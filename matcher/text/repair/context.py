"""How likely a character is in its surroundings, as itself and as a member of a family."""

import math
from dataclasses import dataclass

from matcher.text.repair.disguises import relatives
from matcher.text.repair.ngrams import background_ngrams
from matcher.text.repair.protection import guards

_NO_CHAR = math.log(1 / 20_000)
"""What a character that clean texts never have shares with all such characters."""
_ONE_OF_FAMILY = math.log(1 / 200)
_SELDOM = 15.0
"""-log P of a character from which on its family says more of its use than its few occurrences."""


@dataclass(frozen=True, slots=True)
class Context:
    """What stands around a character, and how likely one would be in its place (log P)."""

    left: str
    right: str

    def near(self, char: str) -> float:
        """The character and the two after it, each after its two predecessors."""
        model = background_ngrams()
        at = len(self.left)
        written = self.left + char + self.right
        return model.score(written, at, min(at + 3, len(written))) + self._unseen(char)

    def tiled(self, char: str) -> float:
        """The whole surroundings in the best tiles: a word of the neighbours is not torn apart."""
        return background_ngrams().tiling(self.left + char + self.right) + self._unseen(char)

    def near_family(self, char: str) -> float:
        """`near` of a rare member of a known family; minus infinity without one.

        A class model (Brown et al. 1992): 鈳铁合金 is as likely as 锰铁合金 is, times the chance
        that this member is meant.
        """
        members = relatives().get(char, "")
        model = background_ngrams()
        seldom = not model.knows(char) or model.rarity(char) >= _SELDOM or char in guards()
        if not members or not seldom:
            return -math.inf
        likes = [math.exp(self.near(member)) for member in members]
        return math.log(sum(likes) / len(members)) + _ONE_OF_FAMILY

    @staticmethod
    def _unseen(char: str) -> float:
        return 0.0 if background_ngrams().knows(char) else _NO_CHAR
