"""Keep the hashes of a card true after its files were made again."""

import json
from pathlib import Path

from models.card import CARD_FILE, file_sha256, read_card


def refresh_hashes(folder: Path) -> None:
    """Write the SHA-256 of the listed files into `card.json`; nothing else of it changes.

    A file that is not there keeps the hash that it had.

    Raises:
        CardError: the card cannot be read.
    """
    card = read_card(folder)
    path = folder / CARD_FILE
    raw = json.loads(path.read_text(encoding="utf-8"))
    there = {name: file_sha256(folder / name) for name in card.files if (folder / name).is_file()}
    raw["files"] = {**card.files, **there}
    path.write_text(json.dumps(raw, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
