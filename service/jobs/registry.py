"""Which kinds of background work there are."""

from service.jobs import import_file, watch_news
from service.jobs.kinds import Kind

KINDS: tuple[Kind, ...] = (import_file.KIND, watch_news.KIND)
