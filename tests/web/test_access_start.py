from pathlib import Path

import pytest
from sqlalchemy import select

from service.access import first_start
from service.access.local_path import local_path
from service.store.people_tables import UserRow
from service.store.store import Store


def test_the_first_start_makes_an_admin_with_a_one_time_password(tmp_path: Path) -> None:
    with Store.open(tmp_path / "x.db") as store:
        once = first_start.first_admin(store)
        again = first_start.first_admin(store)
        with store.reading() as connection:
            row = connection.execute(select(UserRow.__table__)).one()
    assert once is not None
    assert len(once.replace("-", "")) == 16
    assert again is None
    assert (row.login, row.role, row.must_change) == ("admin", "admin", True)
    assert once not in row.password


def test_two_first_starts_make_two_passwords(tmp_path: Path) -> None:
    made = set()
    for at in range(2):
        with Store.open(tmp_path / f"{at}.db") as store:
            made.add(first_start.first_admin(store))
    assert len(made) == 2


@pytest.mark.parametrize("path", ["/", "/needs", "/needs/3:N-1?x=1&y=%E4%B8%AD", "/a//b"])
def test_a_path_of_this_server_is_gone_back_to(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        *("", "needs", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example"),
        *(
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/\r\nSet-Cookie: a=b",
        ),
        *("/中文", "http:evil", "/a\\b"),
    ],
)
def test_an_address_of_another_server_is_not(path: str) -> None:
    assert local_path(path) == "/"
