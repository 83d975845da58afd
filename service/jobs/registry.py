"""Which kinds of background work there are."""

from service.jobs import (
    back_up,
    find_duplicates,
    import_file,
    make_plan,
    select_roadshow,
    watch_news,
)
from service.jobs.kinds import Kind

KINDS: tuple[Kind, ...] = (
    import_file.KIND,
    watch_news.KIND,
    select_roadshow.KIND,
    make_plan.KIND,
    find_duplicates.KIND,
    back_up.KIND,
)
