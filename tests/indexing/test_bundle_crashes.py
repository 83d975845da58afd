"""Whatever stops a save, what is opened next is whole: the old generation or the new one."""

import errno
import math
import os
import random
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

import indexing
from indexing.bundle import Bundle
from indexing.errors import IndexWriteError
from tests.indexing.worlds import assert_is_revision, at_revision, generations

REPOSITORY = Path(indexing.__file__).parents[1]
STEPS = ["fsync", "link", "mkdir", "rename", "replace"]


class Stop:
    """Lets so many calls of system functions pass, then fails each one."""

    def __init__(self, monkeypatch, error: type[BaseException] | OSError) -> None:
        self.left = math.inf
        for name in STEPS:
            monkeypatch.setattr(os, name, self._wrapped(getattr(os, name), error))

    @contextmanager
    def after(self, calls: int):
        self.left = calls
        try:
            yield
        finally:
            self.left = math.inf

    def _wrapped(self, function, error):
        def call(*args, **kwargs):
            self.left -= 1
            if self.left < 0:
                raise error
            return function(*args, **kwargs)

        return call


FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("error", [FULL, KeyboardInterrupt], ids=["disk full", "interrupted"])
def test_a_save_that_fails_at_any_step_leaves_a_whole_bundle(folder, monkeypatch, error):
    at_revision(1).save(folder)
    writer, stop = at_revision(2, Bundle.open(folder)), Stop(monkeypatch, error)
    with stop.after(1000):
        writer.save(folder)
        steps = 1000 - stop.left
    at_revision(1, writer).save(folder)
    revisions = []
    # Most steps flush one file after the other; from the renaming on, each step is another.
    for step in sorted({*range(0, steps, 6), *range(steps - 8, steps)}):
        writer = at_revision(2, Bundle.open(folder))
        with stop.after(step), pytest.raises((IndexWriteError, KeyboardInterrupt)):
            writer.save(folder)
        opened = Bundle.open(folder, verify="full")
        assert_is_revision(opened, opened.meta["revision"])
        revisions.append(opened.meta["revision"])
        if opened.meta["revision"] == 2:
            at_revision(1, opened).save(folder)
    assert steps > 30
    # The last step flushes the folder after the pointer was replaced.
    assert revisions == [1] * (len(revisions) - 1) + [2]
    writer = at_revision(2, Bundle.open(folder))
    writer.save(folder)
    assert_is_revision(Bundle.open(folder, verify="full"), 2)
    assert len(generations(folder)) == 2


def test_a_refused_save_says_where_why_and_that_nothing_is_lost(folder, monkeypatch):
    at_revision(1).save(folder)
    writer = at_revision(2, Bundle.open(folder))

    def full(*_args, **_kwargs):
        raise FULL

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(IndexWriteError, match=r"No space left.*没有改动.*磁盘空间") as caught:
        writer.save(folder)
    assert str(folder) in str(caught.value)
    assert generations(folder) == ["gen-000001"]
    monkeypatch.undo()
    assert_is_revision(Bundle.open(folder), 1)


def test_generations_that_cannot_be_removed_do_not_fail_a_save(folder, monkeypatch):
    bundle = at_revision(1)
    for revision in (2, 3):
        bundle.save(folder)
        at_revision(revision, bundle)
    (folder / ".tmp-pointer").write_text("")

    def refuse(*_args, **_kwargs):
        raise PermissionError(errno.EACCES, "in use")

    with monkeypatch.context() as patch:
        patch.setattr(os, "rmdir", refuse)
        patch.setattr(os, "unlink", refuse)
        bundle.save(folder)
    assert generations(folder) == ["gen-000001", "gen-000002", "gen-000003"]
    assert_is_revision(Bundle.open(folder), 3)


LIMITED = """
import resource, sys
from pathlib import Path
from indexing.bundle import Bundle
from indexing.errors import IndexWriteError
from tests.indexing.worlds import at_revision
root = Path(sys.argv[1])
bundle = at_revision(2, Bundle.open(root), size=400)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    bundle.save(root)
except IndexWriteError as error:
    sys.exit(7)
"""

ENDLESS = """
import sys
from pathlib import Path
from indexing.bundle import Bundle
from tests.indexing.worlds import at_revision
root = Path(sys.argv[1])
bundle = Bundle.open(root)
for revision in range(bundle.meta["revision"] + 1, 10_000):
    at_revision(revision, bundle).save(root)
    sys.stdout.write(f"{revision}\\n")
    sys.stdout.flush()
"""


def start(script: str, root: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "OMP_NUM_THREADS": "1"}
    environment["TMPDIR"] = str(root.parent)
    command = [sys.executable, "-c", script, str(root)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
def test_a_write_that_the_system_refuses_leaves_the_bundle_as_it_was(folder):
    root = folder / "bundle"
    at_revision(1).save(root)
    with start(LIMITED, root) as process:
        process.communicate(timeout=60)
    assert process.returncode == 7
    assert_is_revision(Bundle.open(root, verify="full"), 1)
    assert generations(root) == ["gen-000001"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_writer_that_is_killed_leaves_a_whole_bundle(folder):
    root = folder / "bundle"
    at_revision(1).save(root)
    chance = random.Random(4)
    for _ in range(3):
        with start(ENDLESS, root) as process:
            reported = int(process.stdout.readline())
            time.sleep(chance.uniform(0.0, 0.12))
            process.kill()
            reported = max([reported, *map(int, process.stdout.read().split())])
        opened = Bundle.open(root, verify="full")
        # What was reported as saved is there; the save under way may or may not be.
        assert reported <= opened.meta["revision"] <= reported + 1
        assert_is_revision(opened, opened.meta["revision"])
    at_revision(opened.meta["revision"] + 1, opened).save(root)
    assert not [name for name in generations(root) if name.startswith(".tmp")]
