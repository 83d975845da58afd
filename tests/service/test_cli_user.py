import logging
from pathlib import Path

import pytest
from sqlalchemy import select

from service.access import passwords
from service.access.keys import caller_with
from service.store.people_tables import AuditRow, UserRow
from service.store.store import Store
from tests.service_parts import Caller
from tests.web.access_world import QUICK


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "HASHER", QUICK)


@pytest.fixture
def duijie(duijie_new: Caller) -> Caller:
    """The program on a home with one person."""
    assert duijie_new("user", "add", "wang", "--organisation", "甲厂", "--kind", "enterprise") == 0
    return duijie_new


def password_of(duijie: Caller, login: str) -> str:
    with Store.open(duijie.home.database) as store, store.reading() as connection:
        return connection.scalar(select(UserRow.password).where(UserRow.login == login)) or ""


def test_a_person_is_added_with_a_one_time_password(duijie: Caller) -> None:
    told = duijie.document(
        "user", "add", "Li", "--organisation", "丙中心", "--kind", "broker", "--name", "李某"
    )
    person = told["person"]
    assert (person["login"], person["name"], person["role"]) == ("li", "李某", "broker")
    assert person["must_change"] is True
    assert passwords.matches(told["one_time_password"], password_of(duijie, "li"))


def test_another_person_joins_an_organisation_that_is_there(duijie: Caller) -> None:
    assert duijie("user", "add", "qian", "--organisation", "甲厂") == 0
    assert "一次性密码：" in duijie.out
    assert duijie("user", "add", "sun", "--organisation", "甲厂", "--kind", "enterprise") == 0
    logins = [one["login"] for one in duijie.document("user", "list")["people"]]
    assert logins == ["qian", "sun", "wang"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "x1", "--organisation", "没有的"), "--kind"),
        (("add", "x1", "--organisation", "甲厂", "--kind", "broker"), "类别是 enterprise"),
        (("add", "wang", "--organisation", "甲厂"), "已经有账号"),
        (("add", "有", "--organisation", "甲厂"), "账号要有"),
        (("reset", "nobody"), "duijie user list"),
        (("key", "nobody"), "duijie user list"),
        (("key", "wang", "--scope", "admin"), "不能超过"),
        (("key", "wang", "--scope", "fly"), "read、write、admin"),
        (("key", "wang", "--revoke", "abc"), "前缀为“abc”"),
    ],
)
def test_what_cannot_be_done_is_told(duijie: Caller, arguments: tuple[str, ...], said: str) -> None:
    assert duijie("user", *arguments) == 2
    assert said in duijie.err


def test_everybody_is_listed(duijie: Caller) -> None:
    assert duijie("user", "list") == 0
    assert duijie.out == "wang  wang  企业  甲厂  （未改一次性密码）\n"


def test_a_home_without_people_says_how_to_begin(duijie_new: Caller) -> None:
    assert duijie_new("user", "list") == 0
    assert "duijie serve" in duijie_new.out


def test_a_reset_gives_another_one_time_password(duijie: Caller) -> None:
    before = password_of(duijie, "wang")
    told = duijie.document("user", "reset", "WANG")
    assert password_of(duijie, "wang") != before
    assert passwords.matches(told["one_time_password"], password_of(duijie, "wang"))
    assert duijie("user", "reset", "wang") == 0
    assert "wang 的一次性密码：" in duijie.out


def test_a_key_is_made_and_revoked(duijie: Caller) -> None:
    told = duijie.document(
        "user", "key", "wang", "--name", "夜间", "--scope", "write", "--days", "3"
    )
    assert told["scopes"] == ["write"]
    with Store.open(duijie.home.database) as store:
        found = caller_with(store, told["key"])
        assert found is not None
        assert (found.login, found.scopes) == ("wang", {"write"})
        assert duijie("user", "key", "wang", "--revoke", told["prefix"]) == 0
        assert caller_with(store, told["key"]) is None
    assert duijie("user", "key", "wang") == 0
    assert "dj_" in duijie.out


def test_what_the_terminal_does_is_written_down(duijie: Caller) -> None:
    duijie("user", "reset", "wang")
    with Store.open(duijie.home.database) as store, store.reading() as connection:
        actions = list(connection.execute(select(AuditRow.action, AuditRow.user_id)))
    assert actions == [("add", None), ("add", None), ("reset_password", None)]


def test_the_first_start_tells_the_one_time_password_once_and_logs_it_never(
    duijie_new: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[object] = []
    monkeypatch.setattr("uvicorn.run", lambda app, **options: served.append(options))
    monkeypatch.setenv("DUIJIE_LOG_LEVEL", "DEBUG")
    assert duijie_new("serve", "--port", "9") == 0
    first = duijie_new.err
    once = first.partition("一次性密码 ")[2].partition("（")[0]
    assert passwords.matches(once, password_of(duijie_new, "admin"))
    assert duijie_new.out == ""
    assert duijie_new("serve", "--port", "9") == 0
    assert "一次性密码" not in duijie_new.err
    logging.shutdown()
    logs: list[Path] = [*duijie_new.home.logs.glob("*")] if duijie_new.home.logs.exists() else []
    assert not any(once in path.read_text("utf-8") for path in logs)
    assert len(served) == 2
