import io
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from threading import Event, Thread
from time import monotonic
from typing import Any
from urllib.error import URLError
from urllib.request import HTTPSHandler, Request
from urllib.response import addinfourl

import pytest

from service.web.errors import InvalidError
from service.workbench import webhook
from service.workbench.webhook import (
    NoAnswerError,
    WebhookError,
    check_address,
    is_public,
    resolved,
    send,
)

URL = "https://hooks.example.org/duijie"


class Answers(HTTPSHandler):
    """Answers with one status after the other, None for no answer at all."""

    def __init__(self, *statuses: int | None) -> None:
        super().__init__()
        self.statuses = list(statuses)
        self.bodies: list[Any] = []

    def https_open(self, request: Request) -> Any:
        status = self.statuses.pop(0)
        self.bodies.append(json.loads(request.data))  # type: ignore[arg-type]
        if status is None:
            raise URLError("no answer")
        headers: Any = {"Location": "https://elsewhere.example.org/"} if status == 302 else {}
        answer: Any = addinfourl(io.BytesIO(b""), headers, request.full_url, status)
        answer.msg = "said"
        return answer


def resolving_to(*addresses: str) -> Callable[..., Any]:
    return lambda host, port, **_given: [(0, 0, 0, "", (one, port)) for one in addresses]


def test_a_body_is_delivered_as_json() -> None:
    answers = Answers(204)
    send(URL, {"count": 1, "title": "新匹配"}, handler=answers)
    assert answers.bodies == [{"count": 1, "title": "新匹配"}]


@pytest.mark.parametrize("first", [500, 503, None])
def test_a_failure_of_the_other_side_is_tried_once_more(first: int | None) -> None:
    answers = Answers(first, 200)
    send(URL, {}, handler=answers, pause=0)
    assert len(answers.bodies) == 2
    with pytest.raises(WebhookError, match="没有送达"):
        send(URL, {}, handler=Answers(first, first), pause=0)


@pytest.mark.parametrize("status", [302, 400, 404])
def test_a_refusal_or_a_redirect_is_final(status: int) -> None:
    answers = Answers(status, 200)
    with pytest.raises(WebhookError, match=str(status)):
        send(URL, {}, handler=answers, pause=0)
    assert len(answers.bodies) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/",
        "file:///etc/passwd",
        "https://",
        "https://user:secret@hooks.example.org/",
        "https://hooks.example.org:port/",
        "https://hooks.example.org/" + "a" * 500,
        "https://hooks.example.org/a b",
        "https://例子.example.org/",
        "ftp://hooks.example.org/",
        "",
    ],
)
def test_an_address_that_is_no_plain_https_is_refused(url: str) -> None:
    with pytest.raises(InvalidError, match="webhook"):
        check_address(url)
    with pytest.raises(InvalidError, match="webhook"):
        send(url, {}, handler=Answers(200))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fc00::1",
        "::ffff:10.0.0.1",
        "2002:0a00:0001::1",
        "64:ff9b::a00:1",
        "64:ff9b:1::808:808",
        "::808:808",
        "fec0::1",
        "ff02::1",
    ],
)
def test_an_address_of_the_own_network_is_told_from_a_public_one(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not is_public(address)
    monkeypatch.setattr(socket, "getaddrinfo", resolving_to("8.8.8.8", address))
    with pytest.raises(WebhookError, match="内部网络"):
        resolved("hooks.example.org", 443, allow_private=False)
    assert resolved("hooks.example.org", 443, allow_private=True) == "8.8.8.8"


def test_public_addresses_are_connected_to() -> None:
    assert all(map(is_public, ("8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8")))


def test_what_was_checked_is_what_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Any, float]] = []

    def connected(address: Any, timeout: float) -> Any:
        asked.append((address, timeout))
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolving_to("8.8.8.8"))
    monkeypatch.setattr(webhook.socket, "create_connection", connected)
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    with pytest.raises(WebhookError, match="URLError"):
        send(URL, {}, seconds=3, pause=0)
    assert asked == [(("8.8.8.8", 443), 3)] * 2


class Plain(HTTPConnection):
    """Speaks without TLS, so that a test can answer."""

    def __init__(self, host: str, *, context: Any = None, **given: Any) -> None:
        super().__init__(host, **given)


@contextmanager
def dripping() -> Iterator[str]:
    """A server that begins to answer, and then gives a byte now and again, for ever."""
    ended = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                while not ended.wait(0.02):
                    connection.sendall(b"H")

        thread = Thread(target=answer)
        thread.start()
        yield f"https://127.0.0.1:{server.getsockname()[1]}/"
        ended.set()
        thread.join()


def test_an_answer_that_drips_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "HTTPSConnection", Plain)
    began = monotonic()
    with dripping() as url, pytest.raises(NoAnswerError, match="没有送达"):
        send(url, {}, allow_private=True, seconds=1, whole=0.3, pause=0)
    assert monotonic() - began < 3


def test_a_name_that_takes_all_the_time_is_not_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving_to("8.8.8.8"))
    monkeypatch.setattr(webhook.socket, "create_connection", pytest.fail)
    with pytest.raises(NoAnswerError):
        send(URL, {}, whole=0, pause=0)


def test_a_name_that_is_none_is_told() -> None:
    with pytest.raises(WebhookError, match="主机名"):
        send(f"https://{'a' * 70}.example.org/", {}, pause=0)


@pytest.mark.parametrize(("status", "is_silent"), [(503, False), (404, False), (None, True)])
def test_only_who_says_nothing_is_told_to_be_silent(status: int | None, is_silent: bool) -> None:
    with pytest.raises(WebhookError) as caught:
        send(URL, {}, handler=Answers(status, status), pause=0)
    assert isinstance(caught.value, NoAnswerError) is is_silent


def test_a_private_address_is_not_even_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving_to("127.0.0.1"))
    monkeypatch.setattr(webhook.socket, "create_connection", pytest.fail)
    with pytest.raises(WebhookError, match="DUIJIE_WEBHOOK_PRIVATE"):
        send(URL, {}, pause=0)
