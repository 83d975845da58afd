"""Files as they are uploaded: their names and places."""

import io
from typing import Any

import pytest

from service.jobs import uploads
from service.settings import Home, Settings


def _stream(text: str) -> Any:
    return io.BytesIO(text.encode())


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        (r"C:\报表\需求 表.xlsx", "需求 表.xlsx"),
        ("..", "上传"),
        (None, "上传"),
        (".csv", "上传.csv"),
        ("a\0b\n.csv", "a_b_.csv"),
        ("长" * 200 + ".csv", "长" * 50 + ".csv"),
        ("\ud800.csv", "_.csv"),
    ],
)
def test_names_of_uploads_are_made_safe(given: str | None, kept: str) -> None:
    assert uploads.safe_name(given) == kept


def test_an_upload_is_found_in_its_folder_only(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(settings.home)
    folder = uploads.keep(home, _stream("x"), "a.csv")
    assert uploads.find(home, folder, "a.csv").read_text() == "x"
    (settings.home / "secret.csv").write_text("y")
    with pytest.raises(Exception, match="重新上传"):
        uploads.find(home, "..", "secret.csv")
    uploads.discard(home, "..")
    assert settings.home.is_dir()
    assert uploads.sweep(home, set()) == 0
    monkeypatch.setattr(uploads, "YOUNG_SECONDS", -60.0)
    assert uploads.sweep(home, {folder}) == 0
    assert uploads.sweep(home, set()) == 1
    assert not any(home.uploads.iterdir())
