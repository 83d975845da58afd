"""The style sheet's colours: texts must stand out from what is behind them (WCAG 2.2, 1.4.3)."""

import re
from pathlib import Path

import pytest

from service.pages.routes import STATIC

LEAST = 4.5
PAIRS = [
    *((ink, behind) for ink in ("ink", "soft", "accent") for behind in ("paper", "sheet")),
    *((f"l{level}-ink", f"l{level}-bg") for level in (1, 2, 3, 4)),
    *((f"{kind}-ink", f"{kind}-bg") for kind in ("met", "part", "miss", "bad")),
    *(("ink", f"mark{kind}") for kind in ("", "-met", "-part", "-miss")),
    *((name, "sheet") for name in ("met-ink", "part-ink")),
    ("accent-ink", "accent"),
    ("accent", "accent-soft"),
    ("ink", "accent-soft"),
    ("lit-ink", "lit"),
]


def palettes() -> list[dict[str, str]]:
    """The light colours, and the dark ones."""
    sheet = (Path(STATIC) / "app.css").read_text("utf-8")
    blocks = re.findall(r":root \{(.*?)\n *\}", sheet, re.DOTALL)
    return [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in blocks]


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("at", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "behind"), PAIRS)
def test_texts_can_be_read_in_both_palettes(at: int, ink: str, behind: str) -> None:
    colours = palettes()[at]
    assert contrast(colours[ink], colours[behind]) >= LEAST
