"""Whatever stands in a file, reading it gives rows or an error for people."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reader_seeds import KINDS, PACKED, part_of, read_all, seeds, with_part

SEEDS = seeds()

relaxed = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize("kind", KINDS)
def test_the_seed_itself_is_read(kind: str, tmp_path: Path) -> None:
    assert read_all(SEEDS[kind], kind, tmp_path) > 0


@pytest.mark.parametrize("kind", KINDS)
@relaxed
@given(content=st.binary(min_size=1, max_size=300))
def test_any_bytes_with_any_ending_are_read_or_refused(
    kind: str, tmp_path: Path, content: bytes
) -> None:
    read_all(content, kind, tmp_path)


@st.composite
def damaged(draw: st.DrawFn, good: bytes) -> bytes:
    """A good file with a few pieces changed, doubled or cut out."""
    content = bytearray(good)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, max(len(content) - 1, 0)))
        end = min(start + draw(st.integers(0, 40)), len(content))
        piece = draw(st.one_of(st.binary(max_size=8), st.just(bytes(content[start:end]) * 3)))
        content[start:end] = piece
    return bytes(content)


@pytest.mark.parametrize("kind", KINDS)
@relaxed
@given(choice=st.data())
def test_a_damaged_file_is_read_or_refused(
    kind: str, tmp_path: Path, choice: st.DataObject
) -> None:
    if kind in PACKED:
        part = choice.draw(damaged(part_of(kind, SEEDS[kind])))
        read_all(with_part(kind, SEEDS[kind], part), kind, tmp_path)
    else:
        read_all(choice.draw(damaged(SEEDS[kind])), kind, tmp_path)
