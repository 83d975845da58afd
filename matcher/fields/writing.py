"""Values and headings in one writing, so that 300萬元 reads as 300万元 does."""

import unicodedata

from matcher.text.repair.traditional import simplify_characters


def usual_writing(written: str) -> str:
    """Write a short value in the usual width and in simplified characters (NFKC, OpenCC).

    Characters are judged one by one, which is right for the words of lists and wrong for texts:
    those are repaired.
    """
    return simplify_characters(unicodedata.normalize("NFKC", written))
