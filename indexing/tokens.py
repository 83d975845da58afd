"""What counts as a token of a lexical index, the same for every implementation."""

import re
from collections.abc import Sequence
from contextlib import suppress

LONGEST = 10_000
"""Characters of a token; tantivy leaves out tokens of more than 65,530 bytes."""

_SEPARATORS = re.compile(r"[\s\0]+")


def clean(tokens: Sequence[str]) -> list[str]:
    """Drop empty tokens; take white space, NUL and lone surrogates out of the others."""
    whole = list(tokens)
    joined = " ".join(whole)
    if len(joined) <= LONGEST and "\0" not in joined and joined.split() == whole:
        with suppress(UnicodeEncodeError):
            joined.encode()
            return whole
    return [cleaned for cleaned in map(clean_token, whole) if cleaned]


def clean_token(token: str) -> str:
    """Return the token as it is stored and looked up; empty where nothing of it remains."""
    token = _SEPARATORS.sub("", token)[:LONGEST]
    return token.encode("utf-8", "ignore").decode()
