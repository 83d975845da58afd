"""Which encoding a text file has: one that decodes all of it and gives Chinese that is Chinese.

Nearly every sequence of bytes is valid GB18030, so decoding without an error proves little. What
tells text from mojibake is how common its characters are. Measured on 3,000 abstracts and 300
descriptions: of a text's characters 0.36 to 1.0 (median 0.7) are in `frequent.txt`, of the same
bytes read with a wrong encoding, or of Korean, Japanese or Russian, at most 0.15.
"""

import codecs
import unicodedata
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from service.errors import DecodingError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is the start of this one
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CANDIDATES = ("gb18030", "big5", "utf-16-le", "utf-16-be")
_CHUNK = 1 << 20
_SAMPLE = 1 << 16
_LEAST_SHARE = 0.25
_NUL_SHARE = 0.1  # English in UTF-16 has a NUL for every second byte


def detect(path: Path) -> str:
    """Return the codec that reads a text file.

    Raises:
        DecodingError: no encoding decodes all of it into plausible text.
    """
    with path.open("rb") as stream:
        head = stream.read(_SAMPLE)
    for mark, codec in _BOMS:
        if head.startswith(mark):
            if (bad := _first_bad(path, codec)) is not None:
                raise DecodingError(path, f"标记为 {codec}，但第 {bad} 字节处不符")
            return codec
    bad = _first_bad(path, "utf-8")
    if bad is None and head.count(0) <= _NUL_SHARE * len(head):
        return "utf-8"
    best = _most_plausible(_sample(path, bad or 0))
    if best is None:
        raise DecodingError(path, f"第 {bad or 0} 字节处不是 UTF-8，也不像 GB18030 等中文编码")
    if (place := _first_bad(path, best)) is not None:
        raise DecodingError(path, f"大部分像 {best}，但第 {place} 字节处不符")
    return best


def read_text(path: Path) -> str:
    """Read a text file, whatever its encoding.

    Raises:
        DecodingError: no encoding decodes all of it into plausible text.
    """
    return path.read_text(encoding=detect(path))


def _first_bad(path: Path, codec: str) -> int | None:
    """Return where strict decoding of the file fails, None when it does not."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    read = 0
    with path.open("rb") as stream:
        try:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
                read += len(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            # The failing buffer may begin with bytes kept from the chunk before.
            return max(0, read + error.start)
    return None


def _sample(path: Path, around: int) -> bytes:
    """Return bytes from an even place before the first that are not UTF-8."""
    start = max(0, around - _SAMPLE // 2)
    with path.open("rb") as stream:
        stream.seek(start - start % 4)
        sample = stream.read(_SAMPLE)
    if start == 0:
        return sample
    # Characters of one or two bytes may be cut at the start; lines are not.
    cut = sample.find(b"\n") + 1
    return sample[cut:]


def _most_plausible(sample: bytes) -> str | None:
    shares = {codec: _plausibility(sample, codec) for codec in _CANDIDATES}
    best = max(shares, key=lambda codec: shares[codec])
    return best if shares[best] >= _LEAST_SHARE else None


def _plausibility(sample: bytes, codec: str) -> float:
    """Return the share of frequent characters among those that are not ASCII; 0 if undecodable."""
    try:
        text = codecs.getincrementaldecoder(codec)("strict").decode(sample)
    except UnicodeDecodeError:
        return 0.0
    foreign = [character for character in text if character > "\x7f"]
    if "\0" in text or not text:
        return 0.0
    if not foreign:
        return 1.0
    frequent = _frequent()
    good = sum(c in frequent or unicodedata.category(c)[0] in "PZ" for c in foreign)
    return good / len(foreign)


@lru_cache(maxsize=1)
def _frequent() -> frozenset[str]:
    text = files("service.importer").joinpath("frequent.txt").read_text("utf-8")
    return frozenset(text) - {"\n"}
