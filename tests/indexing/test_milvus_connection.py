"""Patience with a server that fails, in the time of a clock that the tests turn."""

import logging
import os
import traceback
from types import SimpleNamespace

import pytest

from indexing.errors import (
    EngineError,
    EngineMissingError,
    EngineRefusedError,
    EngineUnavailableError,
    without_secrets,
)
from indexing.milvus import connection as module
from indexing.milvus.connection import READ_SECONDS, Connection
from indexing.milvus.options import MilvusOptions
from tests.indexing.milvus_engine import REASON

URI = "http://user:secret@milvus:19530/duijie"


@pytest.fixture
def milvus():
    return pytest.importorskip("pymilvus", reason=REASON)


@pytest.fixture
def clock(monkeypatch):
    now = SimpleNamespace(time=100.0)

    def sleep(seconds: float) -> None:
        now.time += seconds

    ours = SimpleNamespace(monotonic=lambda: now.time, sleep=sleep)
    monkeypatch.setattr(module, "time", ours)
    return now


@pytest.fixture
def server():
    connection = Connection(MilvusOptions(uri=URI))
    connection._client = object()
    return connection


def failing(times: int, error: Exception):
    calls = []

    def call(_client, seconds):
        calls.append(seconds)
        if len(calls) <= times:
            raise error
        return "answer"

    return call, calls


def test_a_question_is_asked_again_until_it_is_answered(milvus, clock, server):
    call, calls = failing(3, milvus.MilvusException(503, "node offline"))
    assert server.read(call) == "answer"
    assert len(calls) == 4
    assert 0.3 < clock.time - 100 < 1.2  # 0.1 + 0.2 + 0.4 s, each half to one and a half times
    assert all(0 < seconds <= 4 for seconds in calls)


def test_a_question_is_given_up_and_the_next_ones_are_turned_away_at_once(milvus, clock, server):
    call, calls = failing(10**6, milvus.MilvusException(503, "node offline"))
    with pytest.raises(EngineUnavailableError, match=r"http://milvus:19530/duijie.*词语检索"):
        server.read(call)
    assert clock.time - 100 <= READ_SECONDS + 1
    asked, given_up = len(calls), clock.time
    with pytest.raises(EngineUnavailableError):
        server.read(call)
    assert (len(calls), clock.time) == (asked, given_up)


def test_after_the_pause_one_question_tries_and_others_do_not_wait_for_it(milvus, clock, server):
    server._paused_until = clock.time - 1
    seen = []

    def call(_client, _seconds):
        with pytest.raises(EngineUnavailableError):
            server.read(lambda _client, _seconds: seen.append("asked"))
        return "answer"

    assert server.read(call) == "answer"
    assert seen == []
    assert server.read(lambda _client, _seconds: "next") == "next"


def test_a_refusal_ends_the_pause_for_the_server_is_there(milvus, clock, server):
    server._paused_until = clock.time - 1
    call, _ = failing(1, milvus.MilvusException(1100, "no such field"))
    with pytest.raises(EngineRefusedError):
        server.read(call)
    assert server.read(call) == "answer"


@pytest.mark.parametrize("code", [503, 1100])
def test_a_log_of_the_failure_does_not_repeat_what_the_server_said(milvus, clock, server, code):
    call, _ = failing(10**6, milvus.MilvusException(code, 'near: f_region in ["江苏"]'))
    with pytest.raises(EngineError) as caught:
        server.read(call)
    assert "江苏" not in "".join(traceback.format_exception(caught.value))


def test_a_refusal_is_not_asked_again_and_repeats_no_filter(milvus, clock, server):
    said = milvus.MilvusException(1100, 'cannot parse: f_region in ["江苏"]')
    call, calls = failing(9, said)
    with pytest.raises(EngineRefusedError) as caught:
        server.write(call)
    assert len(calls) == 1
    assert "江苏" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_wrong_token_is_a_refusal_and_a_lost_line_is_not(milvus, clock, server):
    import grpc

    class Lost(grpc.RpcError):
        def __init__(self, code):
            self.code = lambda: code

    call, calls = failing(1, Lost(grpc.StatusCode.UNAVAILABLE))
    assert server.write(call) == "answer"
    call, calls = failing(1, Lost(grpc.StatusCode.UNAUTHENTICATED))
    with pytest.raises(EngineRefusedError, match="口令"):
        server.write(call)
    assert len(calls) == 1


def test_no_server_at_all_is_told_in_time(milvus, monkeypatch):
    monkeypatch.setattr(module, "READ_SECONDS", 0.5)
    monkeypatch.setattr(module, "CONNECT_SECONDS", 0.2)
    nobody = Connection(MilvusOptions(uri="http://127.0.0.1:1"))
    with pytest.raises(EngineUnavailableError):
        nobody.read(lambda client, seconds: client.list_collections(timeout=seconds))


def test_without_the_library_the_way_to_it_is_told(server, monkeypatch):
    def absent(name):
        raise ImportError(name)

    monkeypatch.setattr(module.importlib, "import_module", absent)
    with pytest.raises(EngineMissingError, match=r"duijie\[milvus\]"):
        server.read(lambda _client, _seconds: None)


def test_secrets_are_taken_out_of_an_address():
    assert without_secrets(URI) == "http://milvus:19530/duijie"
    assert without_secrets("local.db") == "local.db"


def test_what_the_import_changes_in_a_process_is_undone(monkeypatch):
    ours, silent = logging.getLogger("tests.ours"), logging.getLogger("tests.silent")
    monkeypatch.setattr(silent, "disabled", True)
    with module._as_it_was():
        ours.disabled = True
        os.environ["DUIJIE_PLANTED"] = "from a .env file"
    assert not ours.disabled
    assert silent.disabled  # as it was before
    assert "DUIJIE_PLANTED" not in os.environ
