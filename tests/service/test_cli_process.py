"""What only a process of its own can show: sudden ends, and what a start costs."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.cli.main import main
from service.settings import Home
from service.store.store import Store

ROOT = Path(__file__).parents[2]
ROWS = 50_000  # some seconds of work

# The real program, but that it tells on stdout when it takes in a batch of rows.
TELLING = """
import sys
from contextlib import contextmanager
from service import bootstrap
from service.cli.main import main
from service.store.batch import ImportBatch

class Telling(ImportBatch):
    def put_many(self, incoming):
        print("batch", flush=True)
        return super().put_many(incoming)

import service.store.store
service.store.store.ImportBatch = Telling
sys.exit(main(sys.argv[1:]))
"""

LOADED = """
import sys
from service.cli.main import main
main(["--help"])
print(" ".join(sys.modules), file=sys.stderr)
"""


def start(*arguments: str | Path, code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        # A job in the background ignores SIGINT, and so would what it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


@pytest.fixture(scope="module")
def long_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("long") / "长.csv"
    with path.open("w", encoding="gb18030") as stream:
        stream.write("需求编号,需求名称,技术需求描述\n")
        stream.writelines(f"N{n},需求{n},需要一种可靠的技术方案\n" for n in range(ROWS))
    return path


@contextmanager
def in_mid_import(home: Home, file: Path) -> Iterator[subprocess.Popen[str]]:
    arguments = ("--home", home.root, "import", "needs", file, "--no-index")
    with start(*arguments, code=TELLING) as running:
        assert running.stdout is not None
        for _ in range(5):
            assert running.stdout.readline() == "batch\n"
        yield running
        running.communicate(timeout=30)


def test_a_killed_import_leaves_nothing_and_the_next_one_works(
    home: Home, long_file: Path, csv_file: Callable[..., Path]
) -> None:
    short_file = csv_file("id,title\nN0,甲\n")
    with in_mid_import(home, long_file) as running:
        running.send_signal(signal.SIGKILL)
    assert running.returncode == -signal.SIGKILL
    with Store.open(home.database) as store:
        assert store.count("need") == 0
    # The next writer finds no lock and no leftovers.
    assert main(["--home", str(home.root), "import", "needs", str(short_file), "--no-index"]) == 0
    with Store.open(home.database) as store:
        assert [need.id for need in store.iterate("need")] == ["N0"]


def test_ctrl_c_ends_an_import_with_a_message_and_leaves_nothing(
    home: Home, long_file: Path
) -> None:
    with in_mid_import(home, long_file) as running:
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=30)
    assert running.returncode == 1
    assert "已按 Ctrl-C 中断" in err
    assert "Traceback" not in err
    with Store.open(home.database) as store:
        assert store.count("need") == 0


def test_help_loads_nothing_heavy() -> None:
    with start(code=LOADED) as running:
        out, err = running.communicate(timeout=60)
    assert "用法：" in out
    loaded = {name.partition(".")[0] for name in err.split()}
    heavy = {
        *("torch", "numpy", "scipy", "sklearn", "faiss", "tantivy", "jieba", "rjieba"),
        *("onnxruntime", "tokenizers", "sentence_transformers", "transformers"),
        *("sqlalchemy", "alembic", "pydantic_settings", "python_calamine", "matcher", "models"),
    }
    assert not loaded & heavy
