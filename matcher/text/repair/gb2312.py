"""The characters of simplified Chinese in ordinary use: GB 2312-80, 6,763 of them."""


def _characters() -> frozenset[str]:
    rows, cells = range(0xB0, 0xF8), range(0xA1, 0xFF)
    every = b"".join(bytes((row, cell)) for row in rows for cell in cells)
    return frozenset(every.decode("gb2312", "ignore"))


GB2312 = _characters()
