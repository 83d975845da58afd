"""Work on the whole installation that an admin starts from the pages, done in the background."""

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from service.access.who import Admin, Place
from service.jobs import back_up, find_duplicates
from service.pages.jobs import Work

router = APIRouter()


@router.post("/admin/duplicates")
def find(place: Place, caller: Admin, worker: Work) -> Response:
    """Look for duplicates among all records."""
    find_duplicates.begin(place, caller)
    worker.tell()
    return RedirectResponse("/jobs", 303)


@router.post("/admin/backup")
def backup(place: Place, caller: Admin, worker: Work) -> Response:
    """Write a backup into the home."""
    back_up.begin(place, caller)
    worker.tell()
    return RedirectResponse("/jobs", 303)
