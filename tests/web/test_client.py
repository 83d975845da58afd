"""The client of `service.client`, over a real socket."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import uvicorn
from fastapi.testclient import TestClient

from service.client import Client, ClientError
from tests.web.api_people import MAKER, calling, settle


@pytest.fixture
def duijie(client: TestClient) -> Iterator[Client]:
    """A client of a server that takes every caller for one maker."""
    app = client.app
    settle(app.state.workplace.store)
    config = uvicorn.Config(app, port=0, lifespan="off", log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    with calling(app, MAKER):
        thread.start()
        while not server.started:
            time.sleep(0.01)
        (socket,) = server.servers[0].sockets
        yield Client(f"http://127.0.0.1:{socket.getsockname()[1]}/", "dj_secret")
        server.should_exit = True
        thread.join()


def test_a_record_is_made_changed_matched_and_withdrawn(duijie: Client) -> None:
    made = duijie.create("needs", {"id": "C1", "title": "叶片热障涂层"}, key="once")
    assert duijie.create("needs", {"id": "C1", "title": "叶片热障涂层"}, key="once") == made
    assert duijie.read("needs", made["id"]) == made
    changed = duijie.change("needs", made["id"], {"title": "涂层"}, made["about"]["version"])
    with pytest.raises(ClientError) as refused:
        duijie.withdraw("needs", made["id"], made["about"]["version"])
    assert (refused.value.status, refused.value.code) == (412, "version_changed")
    found = duijie.matches("needs", made["id"], k=2, filters=["trl>=5", "province=江苏"])
    assert [one["id"] for one in found["matches"]] == ["A1"]
    assert duijie.similar("achievements", "A1", k=1)["similar"][0]["id"] == "A4"
    duijie.withdraw("needs", made["id"], changed["about"]["version"])
    with pytest.raises(ClientError, match="撤回"):
        duijie.withdraw("needs", made["id"], "*")


def test_pages_and_texts(duijie: Client) -> None:
    records = [{"id": f"P{number}", "title": f"第{number}"} for number in range(5)]
    assert duijie.put_many("achievements", records, mode="each")["counts"] == {"new": 5}
    listed = duijie.listed("achievements", whose="own", limit=2)
    assert [one["given_id"] for one in listed] == [one["id"] for one in records]
    assert duijie.match_text("低温脱氮", k=1)["matches"][0]["id"] == "A2"
    assert duijie.requirements("需要耐1200℃的材料。")["requirements"]


def test_who_cannot_be_reached_is_told_so() -> None:
    with pytest.raises(ClientError, match="连不上"):
        Client("http://127.0.0.1:9", "k", timeout=2).read("needs", "x")
    with pytest.raises(ClientError, match="http"):
        Client("file:///etc", "k").read("needs", "x")
    assert "secret" not in repr(Client("http://x", "secret"))


class Elsewhere(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(302 if "needs" in self.path else 503)
        self.send_header("Location", "http://127.0.0.1:9/")
        self.send_header("Retry-After", "7")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_given: object) -> None: ...


def test_the_key_is_not_taken_elsewhere_and_waiting_is_told() -> None:
    with HTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        client = Client(f"http://127.0.0.1:{server.server_port}", "k")
        for folder, status in (("needs", 302), ("achievements", 503)):
            with pytest.raises(ClientError) as refused:
                client.read(folder, "x")
            assert (refused.value.status, refused.value.retry_after) == (status, 7)
        server.shutdown()
        thread.join()
