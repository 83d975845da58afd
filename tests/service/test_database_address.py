"""Where the records are, when they are not in a file of the home."""

from pathlib import Path

import pytest

from service.errors import SettingsError
from service.store import engine
from service.store.engine import server_address
from tests.service_parts import Caller


def test_without_an_address_there_is_no_server() -> None:
    assert server_address("") is None


def test_an_address_is_read_for_the_driver_that_is_installed() -> None:
    pytest.importorskip("psycopg")
    address = server_address("postgresql://甲:secret@db.example:5433/duijie")
    assert address is not None
    assert (address.drivername, address.host, address.port) == (
        "postgresql+psycopg",
        "db.example",
        5433,
    )
    assert "secret" not in str(address)


@pytest.mark.parametrize("given", ["mysql://a/b", "sqlite:///x.db", "not an address"])
def test_any_other_address_is_refused(given: str) -> None:
    with pytest.raises(SettingsError, match="postgresql://"):
        server_address(given)


def test_a_missing_driver_is_told_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "find_spec", lambda _name: None)
    with pytest.raises(SettingsError, match="pip install"):
        server_address("postgresql://a/b")


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_records_on_a_server_are_backed_up_by_its_own_means(
    duijie_new: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("DUIJIE_DATABASE", "postgresql://a/b")
    assert duijie_new(command, tmp_path / "b.zip") == 2
    assert "pg_dump" in duijie_new.err
