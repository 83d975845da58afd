"""查找重复 and 备份: asked for on the pages by an admin, done in the background."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi import FastAPI

from service.backup.errors import BackupError
from service.backup.manifest import files_of
from service.backup.verify import verify
from service.jobs import back_up, find_duplicates, queue
from service.jobs.kinds import Stopped
from service.jobs.registry import KINDS
from service.jobs.worker import Worker
from service.pages.jobs import shown
from service.settings import Settings
from service.store.merges import Merges
from tests.service_parts import ACHIEVEMENTS
from tests.web.pages_world import patient_world, sent, whole, words_of
from tests.web.workbench_world import LI, ROOT, ZHAO, World

BUTTONS = {"/admin/duplicates": "duplicates", "/admin/backup": "backup"}


@pytest.fixture
def world(app: FastAPI) -> Iterator[World]:
    with patient_world(app) as found:
        yield found


def waiting(world: World) -> list[str]:
    names = set(BUTTONS.values())
    with world.place.store.reading() as connection:
        return [job.kind for job in queue.of_state(connection, "queued") if job.kind in names]


def told(share: float) -> None:
    assert 0 <= share <= 1


def never() -> bool:
    return False


@pytest.mark.parametrize("path", BUTTONS)
def test_only_who_runs_the_platform_may_ask(world: World, path: str) -> None:
    for who in (LI, ZHAO):
        world.comes(who)
        assert sent(world.client, path).status_code == 403
        assert path not in whole(world.client, "/duplicates").text
    assert waiting(world) == []
    world.comes(ROOT)
    where = "/duplicates" if path == "/admin/duplicates" else "/admin"
    assert f'action="{path}"' in whole(world.client, where).text
    answers = [sent(world.client, path) for _ in range(2)]
    assert [one.headers["Location"] for one in answers] == ["/jobs", "/jobs"]
    assert waiting(world) == [BUTTONS[path]]  # asked for twice, queued once


def test_duplicates_are_suggested_and_nothing_is_merged(world: World) -> None:
    world.put(replace(ACHIEVEMENTS[0], id="A9", region="江苏省苏州市"))
    assert find_duplicates.run(world.place, {}, told, never) == {"proposed": 1}
    (found,) = Merges(world.place.store).listed("achievement")
    assert ({found.kept, found.absorbed}, found.state) == ({"A1", "A9"}, "proposed")
    assert find_duplicates.run(world.place, {}, told, never) == {"proposed": 0}


def test_a_search_for_duplicates_stops_when_asked(world: World) -> None:
    world.put(replace(ACHIEVEMENTS[0], id="A9"))
    with pytest.raises(Stopped):
        find_duplicates.run(world.place, {}, told, lambda: True)
    assert Merges(world.place.store).listed("achievement") == []


def test_a_backup_is_written_verified_and_listed(world: World) -> None:
    result = back_up.run(world.place, {"job": 7}, told, never)
    file = world.place.home.backups / result["file"]
    assert verify(file).counts == {"needs": 3, "achievements": 5}
    assert file.stat().st_mode & 0o077 == 0
    assert result["bytes"] == file.stat().st_size
    assert back_up.run(world.place, {"job": 7}, told, never) == result  # begun again
    assert [one.name for one in world.place.home.backups.iterdir()] == [file.name]
    assert file not in list(files_of(world.place.home, with_index=True))
    world.comes(ROOT)
    assert file.name in words_of(whole(world.client, "/admin"))


def test_a_database_server_has_backups_of_its_own(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=world.place.settings.home, database="postgresql://x/y")
    monkeypatch.setattr(world.place, "settings", settings)
    with pytest.raises(BackupError, match="pg_dump"):
        back_up.run(world.place, {"job": 7}, told, never)


def test_a_job_that_is_done_leads_to_what_came_of_it(world: World) -> None:
    world.comes(ROOT)
    worker = Worker(world.place, KINDS)
    kinds = (
        (find_duplicates.begin, "查找重复", "/duplicates"),
        (back_up.begin, "备份", "/admin"),
    )
    for begin, title, path in kinds:
        number = begin(world.place, ROOT)
        with world.place.store.writing() as (connection, _transaction, _revision):
            job = queue.find(connection, ROOT, number)
            assert (shown(worker, job).title, shown(worker, job).path) == (title, "")
            queue.set_state(connection, number, "done", result={"proposed": 3, "bytes": 9})
            assert shown(worker, queue.find(connection, ROOT, number)).path == path
