"""The texts that the repair is measured on."""

import hashlib
import json
from pathlib import Path


def is_held_out(abstract: str) -> bool:
    """Tell whether an abstract was kept from the n-gram model of the repair: 30 % of them."""
    digest = hashlib.md5(abstract[:30].encode(), usedforsecurity=False).hexdigest()
    return int(digest, 16) % 1000 < 300


def held_out_abstracts(data: Path) -> list[str]:
    """The abstracts of CSL that the n-gram model was not trained on, in the order of the file."""
    with (data / "csl" / "csl_abstracts.jsonl").open(encoding="utf-8") as lines:
        every = (json.loads(line)["abstract"] for line in lines)
        return [abstract for abstract in every if is_held_out(abstract)]


def seed(data: Path, number: str) -> str:
    """One of the seed documents by its number, such as 003."""
    (path,) = (data / "seeds").glob(f"{number}_*.txt")
    return path.read_text("utf-8")


def context(text: str, start: int, end: int, reach: int = 8) -> str:
    """Show a place in brackets 【】 with what stands around it."""
    left, right = text[max(0, start - reach) : start], text[end : end + reach]
    return f"{left}【{text[start:end]}】{right}".replace("\n", "⏎")
