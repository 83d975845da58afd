import logging
import stat
from pathlib import Path

import pytest
from filelock import FileLock

from service import log
from service.errors import HomeBusyError, HomeError
from service.lock import writing
from service.settings import Home


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.lock.PATIENCE_S", 0.05)


def test_a_second_writer_gets_a_clear_message(home: Home) -> None:
    with (
        FileLock(home.lock),
        pytest.raises(HomeBusyError, match="另一个 duijie"),
        writing(home),
    ):
        pass


def test_the_home_is_free_again_after_a_failure(home: Home) -> None:
    with pytest.raises(ZeroDivisionError), writing(home):
        _ = 1 / 0
    with writing(home):
        assert home.lock.exists()


def test_locking_makes_the_home(tmp_path: Path) -> None:
    with writing(Home(tmp_path / "a" / "b")):
        assert (tmp_path / "a" / "b").is_dir()


def test_a_lock_that_cannot_be_made_is_explained(home: Home) -> None:
    home.lock.mkdir()
    with pytest.raises(HomeError, match="--home"), writing(home):
        pass


def test_all_rooms_log_into_one_file(home: Home) -> None:
    log.set_up(home, "INFO")
    try:
        for room in ("service", "matcher", "indexing", "models"):
            logging.getLogger(f"{room}.something").info("word from %s", room)
        logging.getLogger("service").debug("too quiet")
    finally:
        log.close()
    written = (home.logs / "duijie.log").read_text("utf-8")
    assert [line.split()[-1] for line in written.splitlines()] == list(log.ROOMS)
    logging.getLogger("service.something").info("after the end")
    assert (home.logs / "duijie.log").read_text("utf-8") == written


def test_setting_up_twice_does_not_write_twice(home: Home) -> None:
    log.set_up(home, "INFO")
    log.set_up(home, "INFO")
    logging.getLogger("service").info("once")
    log.close()
    assert (home.logs / "duijie.log").read_text("utf-8").count("once") == 1


def test_a_home_that_cannot_be_written_costs_only_the_log(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    log.set_up(Home(blocked), "INFO")
    logging.getLogger("service").info("lost")
    log.close()
    assert stat.S_ISREG(blocked.stat().st_mode)
    assert blocked.read_text() == ""
