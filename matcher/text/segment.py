"""Words of a Chinese text, by jieba's dictionary and a technology dictionary of our own.

Two engines give the same words (docs/adr/0002): `rjieba` (jieba in Rust, 11 times as fast and
4 times as quick to load) and `jieba` itself, the reference, for platforms without its wheel.
HMM is off in both: guessed words differ between texts and harm an index, and the technology
dictionary knows the new words that matter.
"""

import hashlib
import importlib
import importlib.util
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from importlib import resources
from typing import Literal

from matcher.errors import ResourceError
from matcher.protocols import Token

Engine = Literal["rjieba", "jieba"]
_Cut = Callable[[str], Iterable[tuple[str, int, int]]]


def read_words(name: str) -> list[str]:
    """Read a word list of the package: one word a line, `#` begins a comment.

    Raises:
        ResourceError: the file is missing.
    """
    file = resources.files("matcher.text") / "data" / name
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ResourceError(f"缺少程序自带的词表 {name}；请重新安装 duijie。") from error
    words = (line.split("#", 1)[0].strip() for line in lines)
    return [word for word in words if word]


@cache
def default_engine() -> Engine:
    """Return the fast engine where it is installed."""
    return "rjieba" if importlib.util.find_spec("rjieba") else "jieba"


class JiebaSegmenter:
    """`Segmenter` over a dictionary of its own; nothing is shared with other users of jieba.

    Args:
        engine: which library cuts; the words are the same.
        extra_words: words beside the shipped technology dictionary.
    """

    def __init__(self, engine: Engine | None = None, extra_words: Iterable[str] = ()) -> None:
        self._terms = [*read_words("terms.txt"), *(word.lower() for word in extra_words)]
        self._stop = frozenset(read_words("stopwords.txt"))
        self._engine: Engine = engine or default_engine()
        self._cut: _Cut | None = None

    @property
    def fingerprint(self) -> str:
        """Hash of the dictionaries; the engine does not matter, since both agree."""
        words = "\n".join([*self._terms, "--", *sorted(self._stop)])
        return "jieba-search-" + hashlib.sha256(words.encode()).hexdigest()[:12]

    def tokens(self, text: str) -> list[Token]:
        """Words in search mode, lower case; blanks, punctuation, numbers, stop words left out."""
        if self._cut is None:  # loading takes a quarter of a second: only when needed
            load = _load_rjieba if self._engine == "rjieba" else _load_jieba
            self._cut = load(self._terms)
        lowered = lower_keeping_length(text)
        return [Token(*piece) for piece in self._cut(lowered) if self._keeps(piece[0])]

    def _keeps(self, word: str) -> bool:
        return word not in self._stop and _says_something(word)


@lru_cache(maxsize=1 << 16)  # texts repeat their words; the question costs more than the cutting
def _says_something(word: str) -> bool:
    if word.isascii():
        # A lone letter or a bare number says nothing of the matter; units join numbers (2mm).
        return len(word) > 1 and not word.isdigit() and word.isalnum()
    return any(unicodedata.category(char)[0] == "L" for char in word)


def lower_keeping_length(text: str) -> str:
    """Lower a text so that every character stays at its place."""
    lowered = text.lower()
    # A few letters grow when lowered (İ): then offsets would shift, so those stay.
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def _load_rjieba(terms: list[str]) -> _Cut:
    engine = importlib.import_module("rjieba").Jieba()
    for term in terms:
        engine.add_word(term.lower(), engine.suggest_freq(term.lower()), "nz")
    return lambda text: engine.tokenize(text, "search", False)


def _load_jieba(terms: list[str]) -> _Cut:
    jieba = importlib.import_module("jieba")
    jieba.setLogLevel("WARNING")
    engine = jieba.Tokenizer()
    engine.initialize()
    for term in terms:
        engine.add_word(term.lower(), engine.suggest_freq(term.lower()), "nz")
    return lambda text: engine.tokenize(text, mode="search", HMM=False)
