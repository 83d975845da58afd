"""No host holds up the news of others."""

from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Event, Lock
from time import monotonic

import pytest

from service.jobs.kinds import Stopped
from service.jobs.watch_post import Bounds, Post
from service.workbench.watches import Watch
from service.workbench.webhook import NoAnswerError, WebhookError

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def watched(number: int, host: str) -> Watch:
    return Watch(number, 1, f"N{number}", 0.5, f"https://{host}/{number}", NOW, NOW)


class Hosts:
    """Tells what was asked of whom; a host does as its name says."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.free = Event()
        self._lock = Lock()

    def deliver(self, one: Watch) -> int:
        with self._lock:
            self.asked.append(one.id)
        if "dead" in one.webhook:
            raise NoAnswerError("连接失败")
        if "cross" in one.webhook and one.id % 2:
            raise WebhookError("对方回答了状态 404")
        if "odd" in one.webhook:
            raise ZeroDivisionError
        if "stuck" in one.webhook:
            assert self.free.wait(20)
        return 2


@pytest.fixture
def hosts() -> Iterator[Hosts]:
    found = Hosts()
    yield found
    found.free.set()


def never() -> bool:
    return False


def test_a_host_without_an_answer_is_left_alone_and_the_others_are_sent_to(hosts: Hosts) -> None:
    post = Post(hosts.deliver, Bounds(hosts=1))
    for number, host in enumerate(["dead.org"] * 5 + ["a.org", "b.org"]):
        post.hand_in(watched(number, host))
    post.finish(never)
    assert (post.sent, post.failed, post.postponed) == (4, 1, 4)
    assert sorted(hosts.asked) == [0, 5, 6]


def test_a_refusal_is_one_addresss_and_not_its_hosts(hosts: Hosts) -> None:
    post = Post(hosts.deliver)
    for number in range(4):
        post.hand_in(watched(number, "cross.org"))
    post.finish(never)
    assert (post.sent, post.failed, post.postponed) == (4, 2, 0)


def test_an_error_that_nobody_foresaw_stops_only_its_own_watch(
    hosts: Hosts, caplog: pytest.LogCaptureFixture
) -> None:
    post = Post(hosts.deliver)
    for number, host in enumerate(["odd.org", "a.org"]):
        post.hand_in(watched(number, host))
    post.finish(never)
    assert (post.sent, post.failed, post.postponed) == (2, 1, 0)
    assert "ZeroDivisionError" in caplog.text


def test_a_stuck_host_holds_nobody_up_beyond_the_rounds_time(hosts: Hosts) -> None:
    post = Post(hosts.deliver, Bounds(hosts=2, seconds=0.3))
    for number, host in enumerate(["stuck.org", "stuck.org", "a.org", "b.org", "c.org"]):
        post.hand_in(watched(number, host))
    began = monotonic()
    post.finish(never)
    assert monotonic() - began < 5
    assert (post.sent, post.failed, post.postponed) == (6, 0, 2)
    hosts.free.set()
    post._pool.shutdown()
    assert (post.sent, post.postponed) == (6, 2), "the round has ended"
    assert 1 not in hosts.asked


def test_a_host_has_only_its_share_of_a_round(hosts: Hosts) -> None:
    post = Post(hosts.deliver, Bounds(host_seconds=-1.0))
    for number in range(3):
        post.hand_in(watched(number, "a.org"))
    post.finish(never)
    assert (post.sent, post.postponed) == (0, 3)


def test_a_round_ends_when_it_is_asked_to(hosts: Hosts) -> None:
    post = Post(hosts.deliver)
    post.hand_in(watched(1, "stuck.org"))
    with pytest.raises(Stopped):
        post.finish(lambda: True)
    post.close()
