"""One Milvus server of the version that production may still have: the same contract holds."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.cluster

ROOT = Path(__file__).parents[2]
SUITE = (
    "tests/indexing/test_vector_index_contract.py",
    "tests/indexing/test_milvus_index.py",
    "tests/indexing/test_milvus_bundle.py",
)


def run_suite(uri: str) -> None:
    """Run what holds for every vector index, and what holds for Milvus, on a server."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-k", "milvus", *SUITE]
    environment = os.environ | {"DUIJIE_TEST_MILVUS": uri}
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:]
    assert "skipped" not in done.stdout


def test_the_contract_holds_on_a_standalone_server(standalone):
    run_suite(standalone.uri)
