"""A home with some hundred invented achievements, whose vectors lie on a server."""

from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path

from matcher.config import MatchConfig
from matcher.pipeline import Matcher
from matcher.types import Achievement, Need
from service import bootstrap
from service.indexer import BundleIndexer
from service.settings import Home, Settings
from service.store.store import Store
from service.sync import bring_up_to_date
from service.vector_server import bundle_type
from tests.service_parts import ReadingParts

MATERIALS = ("石墨烯", "碳化硅", "氮化镓", "钛合金", "聚酰亚胺", "陶瓷纤维", "铝蜂窝", "水凝胶")
DEVICES = ("散热膜", "封装基板", "过滤网", "密封圈", "传感器", "隔热板", "电极", "轴承")
MEANS = ("卷对卷制备", "低温烧结", "激光修复", "在线检测", "表面改性", "精密铸造")
PLACES = ("江苏省苏州市", "浙江省宁波市", "安徽省合肥市", "广东省佛山市")

ACHIEVEMENTS = tuple(
    Achievement(
        id=f"A{at:03}",
        title=f"{material}{device}的{means}",
        text=f"用{means}做出{material}{device}，已在车间试用{at % 17 + 1}个月。",
        region=PLACES[at % 4],
        trl=at % 9 + 1,
    )
    for at, (material, device, means) in enumerate(product(MATERIALS, DEVICES, MEANS))
)
NEEDS = tuple(
    Need(id=f"N{at:02}", title=f"寻求{material}{device}", text=f"要求{means}，成本可控。")
    for at, (material, device, means) in enumerate(
        zip(MATERIALS * 2, DEVICES[3:] + DEVICES * 2, MEANS * 3, strict=False)
    )
)


class ServerParts(ReadingParts):
    """The composition root of the tests, with indexes where the settings put them."""

    def make_indexer(
        self, settings: Settings, progress: Callable[[float], None] = lambda share: None
    ) -> BundleIndexer:
        return BundleIndexer(self.embedder, self.segmenter, bundle_type(settings))

    def make_matcher(
        self,
        settings: Settings,
        store: Store,
        config: MatchConfig | None = None,
        index_home: Home | None = None,
    ) -> Matcher:
        home, bundles = index_home or Home(settings.home), bundle_type(settings)
        sides = bootstrap.open_sides(home, store, self.embedder, self.segmenter, bundles)
        return Matcher(sides, self.embedder, self.segmenter, self.weights, config, self.reader)


def fill(store: Store, achievements: Sequence[Achievement] = ACHIEVEMENTS) -> None:
    for side, records in (("need", NEEDS), ("achievement", achievements)):
        with store.importing(side, "test") as batch:
            for record in records:
                batch.put(record)


def home_on(folder: Path, uri: str, **more: object) -> Settings:
    """An indexed home."""
    settings = Settings(home=folder, milvus=uri, **more)
    parts = ServerParts()
    with parts.open_store(settings) as store:
        fill(store)
        bring_up_to_date(store, Home(folder), parts.make_indexer(settings))
    return settings


def answers(matcher: Matcher) -> list[list[tuple[str, float]]]:
    """For each need, what was found, with scores."""
    return [
        [(one.record.id, round(one.score, 5)) for one in matcher.match(need).matches]
        for need in NEEDS
    ]
