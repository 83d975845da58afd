"""Small PDF files with Chinese text, written by hand: the font is named, not embedded."""

from collections.abc import Sequence
from pathlib import Path

WIDTH, HEIGHT = 595, 842


class PdfWriter:
    """Collects pages; places are in points from the upper left corner."""

    def __init__(self) -> None:
        self.pages: list[list[str]] = []

    def page(self) -> None:
        self.pages.append([])

    def text(self, x: float, y: float, text: str, size: float = 12) -> None:
        codes = text.encode("utf-16-be").hex()
        self.pages[-1].append(f"BT /F1 {size} Tf {x} {HEIGHT - y - size} Td <{codes}> Tj ET")

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.pages[-1].append(f"{x0} {HEIGHT - y0} m {x1} {HEIGHT - y1} l S")

    def picture(self) -> None:
        """A grey square, as a page that was scanned has."""
        self.pages[-1].append("q 500 0 0 700 50 50 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q")

    def grid(self, top: float, rows: Sequence[Sequence[str]], *, width: float = 120) -> None:
        """A ruled table; an empty text joins its cell to the one on its left."""
        height, right = 24, 60 + width * len(rows[0])
        for number, row in enumerate(rows):
            y = top + number * height
            self.rule(60, y, right, y)
            for at, cell in enumerate(row):
                if cell or at == 0:
                    self.rule(60 + at * width, y, 60 + at * width, y + height)
                if cell:
                    self.text(64 + at * width, y + 6, cell, 10)
            self.rule(right, y, right, y + height)
        self.rule(60, top + len(rows) * height, right, top + len(rows) * height)

    def write(self, path: Path) -> Path:
        first = 6
        kids = " ".join(f"{first + 2 * at} 0 R" for at in range(len(self.pages)))
        parts = [
            "<< /Type /Catalog /Pages 2 0 R >>",
            f"<< /Type /Pages /Kids [{kids}] /Count {len(self.pages)} >>",
            "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H"
            " /DescendantFonts [4 0 R] >>",
            "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo"
            " << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 5 0 R"
            " /DW 1000 >>",
            "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox"
            " [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880"
            " /StemV 93 >>",
        ]
        for at, page in enumerate(self.pages):
            content = "\n".join(page)
            parts.append(
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Resources"
                f" << /Font << /F1 3 0 R >> >> /Contents {first + 2 * at + 1} 0 R >>"
            )
            parts.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        out = bytearray(b"%PDF-1.4\n")
        places = []
        for number, part in enumerate(parts, start=1):
            places.append(len(out))
            out += f"{number} 0 obj\n{part}\nendobj\n".encode("latin-1")
        start = len(out)
        out += f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n".encode()
        out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
        out += (
            f"trailer << /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF".encode()
        )
        path.write_bytes(out)
        return path
