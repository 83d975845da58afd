"""`python -m benchmarks.fuzz_repair [SECONDS]`: looks for texts that break the repair.

Guided by coverage (package `atheris`); without it texts are drawn at random. Each finding is
printed with its text, written as Python writes it; none leaves the exit status at 0.
"""

import re
import sys
import tempfile
import time
from collections.abc import Callable
from random import Random
from types import FunctionType

from benchmarks.corruption import LEVELS, garble
from benchmarks.repairing.invariants import violations
from matcher.text.repair import RULES, repair

PIECES = (
    *"的化囮镓Φφ轉術發乾隆①½²₂（）()，。,.:：>|\n\r\t \u3000\u200b\xa0\ufeff\xad⽯㎏ﬁⅢéùōæ°®銆锛鐨",
    *(
        "\U00020000",
        "\U0001f600",
        "\ue000",
        "\x00",
        "\ud800",
        "e\u0301",
        "(wù)",
        "20166月",
        "201612月",
    ),
    *("科技成果转化", "我国高校科技成果转化移转化", "石 墨 烯", "氮化镓", "æ°®åŒ–é•“", "姘寲闀"),
    *(
        "您现在的位置:首页 > 新闻",
        "责任编辑:某",
        "(市科委、市教委)",
        "未提供",
        "技術服務",
        "２０１８",
    ),
    "本项目开发了一种新型传感器,可以连续监测管道的压力和温度。",
)


_ROUNDS = 50
_SURROGATE = re.compile("[\ud800-\udfff]")


def try_text(text: str) -> list[str]:
    """Repair a text and name what is wrong with the result."""
    found: list[str] = []
    try:
        repaired = repair(text)
        found += violations(repaired)
        if not _settles(repaired.text.text):
            found.append("repairs go on without end")
        for rule in RULES:
            at = 0
            for edit in rule.find(_SURROGATE.sub("", text)):
                if not at <= edit.start < edit.end <= len(text):
                    found.append(f"{rule.name}: edits overlap")
                at = edit.end
    except Exception as error:  # whatever it is, it is a finding
        found.append(f"{type(error).__name__}: {error}")
    return found


def _settles(text: str) -> bool:
    """Tell whether repairing a repaired text again comes to an end; it may find more."""
    for _ in range(_ROUNDS):
        before, text = text, repair(text).text.text
        if text == before:
            return True
    return False


def drawn(rng: Random) -> str:
    """Draw a text."""
    text = "".join(rng.choice(PIECES) for _ in range(rng.randrange(40)))
    if rng.random() < 0.3:
        text += "".join(chr(rng.randrange(0x110000)) for _ in range(rng.randrange(12)))
    if rng.random() < 0.3 and not any("\ud800" <= char <= "\udfff" for char in text):
        text = garble(text, LEVELS[rng.choice((1, 2, 3))], rng).text
    if rng.random() < 0.2:
        text *= rng.randrange(1, 12)
    return text


def from_bytes(raw: bytes) -> str:
    """Read fuzzing input: low bytes name pieces, the others begin a character of any plane."""
    parts = []
    at = 0
    while at < len(raw):
        if raw[at] < 0xC0:
            parts.append(PIECES[raw[at] % len(PIECES)])
            at += 1
        else:
            code = int.from_bytes(raw[at : at + 3], "big") & 0x1FFFFF
            parts.append(chr(code % 0x110000))
            at += 3
    return "".join(parts)


def main() -> int:
    """Draw texts for half the seconds, then let coverage lead; that half stops at a finding."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    seen: dict[str, str] = {}

    def look(text: str) -> None:
        for wrong in try_text(text):
            kind = wrong.partition(":")[0]
            if kind not in seen or len(text) < len(seen[kind]):
                seen[kind] = text
                print(f"{wrong}\n    {text!a}", flush=True)

    count = _at_random(seconds / 2, look)
    print(f"{count} texts, {len(seen)} kinds of findings", flush=True)
    if not seen:
        _guided(seconds / 2, look, seen)
    return 1 if seen else 0


def _at_random(seconds: float, look: Callable[[str], None]) -> int:
    rng, end, count = Random(0), time.monotonic() + seconds, 0
    while time.monotonic() < end:
        look(drawn(rng))
        count += 1
    return count


def _guided(seconds: float, look: Callable[[str], None], seen: dict[str, str]) -> None:
    """Hand over to libFuzzer, which ends the process itself."""
    try:
        import atheris
    except ImportError:
        print("atheris is not installed: nothing was led by coverage")
        return
    for name, module in list(sys.modules.items()):
        if name.startswith("matcher.text.repair."):
            for key, value in list(vars(module).items()):
                if isinstance(value, FunctionType) and value.__module__ == name:
                    setattr(module, key, atheris.instrument_func(value))

    def one_input(raw: bytes) -> None:
        look(from_bytes(raw))
        if seen:
            raise RuntimeError("a finding; see above")

    limits = [f"-max_total_time={round(seconds)}", "-max_len=200", "-verbosity=0"]
    limits.append(f"-artifact_prefix={tempfile.gettempdir()}/")
    atheris.Setup([sys.argv[0], *limits], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
