from pathlib import Path

import pytest

from service.errors import HomeError, SettingsError
from service.settings import Home, Settings, load_settings


def test_the_option_wins_over_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DUIJIE_HOME", str(tmp_path / "env"))
    assert load_settings().home == tmp_path / "env"
    assert load_settings(home=tmp_path / "option").home == tmp_path / "option"
    assert load_settings(home=None).home == tmp_path / "env"


def test_without_anything_the_home_is_the_users_data_folder(tmp_path: Path) -> None:
    settings = load_settings()
    assert settings.home == tmp_path / "share" / "duijie"
    assert settings.encoder == ""
    assert settings.log_level == "INFO"


def test_encoder_and_log_level_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUIJIE_ENCODER", " some-model ")
    monkeypatch.setenv("DUIJIE_LOG_LEVEL", "DEBUG")
    settings = load_settings()
    assert (settings.encoder, settings.log_level) == ("some-model", "DEBUG")


def test_a_relative_home_is_made_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings(home=Path("here")).home == tmp_path / "here"
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load_settings(home=Path("~/there")).home == tmp_path / "there"


def test_a_bad_setting_is_named_with_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUIJIE_LOG_LEVEL", "LOUD")
    with pytest.raises(SettingsError, match=r"DUIJIE_LOG_LEVEL.*'LOUD'"):
        load_settings()


def test_an_empty_home_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUIJIE_HOME", "")
    with pytest.raises(SettingsError, match="DUIJIE_HOME"):
        load_settings()


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().encoder = "other"  # type: ignore[misc]
    ours = {name for name in Settings.model_fields if not name.startswith(("oidc_", "public_"))}
    assert ours == {
        "home",
        "encoder",
        "log_level",
        "calls_per_minute",
        "database",
        "webhook_private",
        "milvus",
        "milvus_token",
        "milvus_replicas",
        "milvus_index",
        "milvus_partition",
    }


def test_everything_lies_under_the_home(tmp_path: Path) -> None:
    home = Home(tmp_path)
    paths = (home.database, home.rejects, home.logs, home.lock, home.index("need"))
    assert all(path.is_relative_to(tmp_path) for path in paths)
    assert home.index("need") == tmp_path / "index" / "needs"
    assert home.index("achievement") == tmp_path / "index" / "achievements"


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(HomeError, match="--home"):
        Home(blocked).prepare()
    with pytest.raises(HomeError, match="file"):
        Home(blocked / "below").prepare()
