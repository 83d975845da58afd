"""A small invented world of both sides, searchable without any trained weights."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

import numpy as np

from matcher.config import MatchConfig
from matcher.documents import Document, side_of
from matcher.embed import Centre, Embedder
from matcher.features import OFFERS
from matcher.fit import FitModel, FitModels
from matcher.indexer import create, update
from matcher.pipeline import Matcher, SearchSide
from matcher.protocols import Segmenter
from matcher.reading.closely import CloseReader
from matcher.requirements.verdicts import VerdictOdds
from matcher.types import Achievement, Need, Record, Side
from matcher.weighing import FIRST_FEATURES, FULL_FEATURES, READ_FEATURES, TITLE_FEATURES
from matcher.weight_file import Weights
from models.base import FloatMatrix, Role, TokenVectors
from tests.fakes import CharEncoder, CharReader, ListSource

ASKED = "现有做法费工费时，希望在年内找到合作伙伴，共同试制样机并在车间里试用，费用面议。"
OFFERED = "已完成小批量验证，申请发明专利，团队愿以许可或入股方式落地，并派人驻厂指导调试运行。"
"""They make a phrase as long as a text."""

NEEDS = (
    Need(
        id="N1",
        title="ＰＥＴ基石墨烯散热膜",
        text="厚度１０⁶ｎｍ以下，导热系数≥1500W/(m·K)。希望用石 墨 烯散热材料,成本可控.",
        region="江苏省苏州市",
        budget_wan=80,
        deadline=date(2027, 3, 1),
    ),
    Need(
        id="N2", title="污水处理中膜污染的在线监测", text="膜污染监测要实时；反冲洗可自动。" + ASKED
    ),
    Need(id="N3", title="水稻病虫害遥感识别", region="江苏省", industry="农业", min_trl=6),
    Need(id="N4", text="寻求锂电池低温电解液，零下４０℃仍能放电。电解液须阻燃。" + ASKED),
    Need(
        id="N5",
        title="焊缝缺陷的机器视觉检测",
        text="相机拍照,识别裂纹、气孔。误检率＜２％。" + ASKED,
    ),
    Need(id="N6", title="氮化镓功率器件封装", text="封装热阻低，氮化镓器件结温下降２０℃。" + ASKED),
    Need(id="N7", title="养殖水体溶解氧预测"),
    Need(id="N8", title="　", text="钛 合 金 增材制造粉末，球形度高。\n㎡级成形面积。"),
)

ACHIEVEMENTS = (
    Achievement(
        id="A01",
        title="高导热石墨烯散热膜制备方法",
        text="以石墨烯为原料，卷对卷制成散热膜。导热系数达１６００Ｗ／（ｍ·Ｋ）,厚度１０⁶ｎｍ。",
        region="江苏省南京市",
        trl=7,
        transfer_modes=("许可", "转让"),
        published=date(2025, 5, 1),
    ),
    Achievement(id="A02", title="石墨烯导热材料", trl=4, region="浙江省", transfer_modes=("许可",)),
    Achievement(
        id="A03", title="膜污染在线监测装置", text="监测膜污染，自动反冲洗。污水处理用。" + OFFERED
    ),
    Achievement(
        id="A04", title="污水处理曝气控制", text="按溶解氧调节曝气，污水处理节能。" + OFFERED
    ),
    Achievement(id="A05", title="水稻病虫害无人机遥感识别系统", industry="农业", trl=8),
    Achievement(id="A06", text="水稻育种新方法。抗病虫害，产量高。" + OFFERED, industry="农业"),
    Achievement(
        id="A07", title="低温锂电池电解液", text="零下４０℃可放电。电解液含阻燃剂。" + OFFERED
    ),
    Achievement(id="A08", title="锂电池回收工艺", text="废旧锂电池拆解后回收钴、锂。" + OFFERED),
    Achievement(
        id="A09", title="焊缝缺陷视觉检测仪", text="相机识别焊缝裂纹与气孔，误检率低。" + OFFERED
    ),
    Achievement(id="A10", title="焊接机器人路径规划"),
    Achievement(
        id="A11", title="氮化镓功率器件低热阻封装", text="氮 化 镓 器件,银烧结封装。" + OFFERED
    ),
    Achievement(
        id="A12", title="碳化硅衬底抛光", text="化学机械抛光碳化硅，表面粗糙度低。" + OFFERED
    ),
    Achievement(
        id="A13", title="水产养殖溶解氧预测模型", text="预测水体溶解氧，提前增氧。" + OFFERED
    ),
    Achievement(
        id="A14", title="球形钛合金粉末", text="气雾化制备钛合金粉末，供增材制造。" + OFFERED
    ),
    Achievement(id="A15", title="增材制造设备", text="㎡级成形，激光选区熔化。"),
    Achievement(id="A16", title="中药配方颗粒指纹图谱", region="安徽省"),
    Achievement(id="A17", title="古建筑木结构加固", text="榫卯节点加固，不改外观。"),
    Achievement(id="A18", title="无线充电线圈设计", text="充电效率９５％以上。"),
    Achievement(id="A19", title="茶叶自动采摘机", price_wan=30),
    Achievement(id="A20", text="噪声地图绘制软件，城市道路用。"),
)

RECORDS = (*NEEDS, *ACHIEVEMENTS)
ASKING = (*NEEDS, *ACHIEVEMENTS[::5])
"""Some of both sides, to ask with."""
CENTRE_TEXTS = ("研究一种新的材料与设备", "系统可以用于生产", "方法简单，效率高")


@cache
def sign_vectors(text: str) -> tuple[FloatMatrix, TokenVectors]:
    vectors, (tokens,) = CharEncoder().encode_tokens([text], "query")
    step = np.float32(CharEncoder.token_dim**-0.5)
    signs = np.where(tokens.vectors > 0, step, -step).astype(np.float32)
    return vectors[0], TokenVectors(signs, tokens.spans)


class SignEncoder(CharEncoder):
    """Its token vectors are signs, as a store keeps them; what it encoded it remembers."""

    def encode_tokens(
        self, texts: Sequence[str], role: Role
    ) -> tuple[FloatMatrix, list[TokenVectors]]:
        made = [sign_vectors(text) for text in texts]
        vectors = np.array([vector for vector, _ in made], dtype=np.float32)
        return vectors.reshape(-1, self.dim), [tokens for _, tokens in made]


class CheapEncoder(SignEncoder):
    """Its token vectors cost next to nothing, so no index keeps them."""

    cheap_tokens = True


REFERENCES = {
    "dense": 0.1,
    "need_meaning": 0.35,
    "need_title_meaning": 0.3,
    "sentences": 0.4,
    "reader": -1.0,
    "coverage": 0.2,
    "asked": 0.4,
}
ODDS = VerdictOdds(
    (1.0, 1.2, 1.1),
    {"met": (0.1, 0.2, 0.7), "short": (0.2, 0.6, 0.2), "against": (0.7, 0.2, 0.1)},
)


def by_hand(names: Sequence[str], strength: float) -> FitModel:
    return FitModel(
        {name: strength * (1 + at / 4) for at, name in enumerate(names)},
        {name: REFERENCES.get(name, 0.0) for name in names},
        (0.5 * strength, strength, 2 * strength),
    )


def weights_by_hand(centre: Centre) -> Weights:
    """Each offer has numbers of its own, so that a mix-up shows."""
    pair, read = {}, {}
    for at, offer in enumerate(OFFERS):
        title = offer.endswith("-title")  # more features, so each counts for less
        names, strength = (TITLE_FEATURES, 0.6) if title else (FULL_FEATURES, 1.5)
        pair[offer] = by_hand(names, strength + at / 8)
        read[offer] = by_hand((*names, *READ_FEATURES), strength / 4 + at / 16)
    first = {offer: by_hand(FIRST_FEATURES, 2.0 + at / 8) for at, offer in enumerate(OFFERS)}
    means = {"query": centre.query.tolist(), "passage": centre.passage.tolist()}
    return Weights(FitModels(first), FitModels(pair), means, FitModels(read), ODDS)


def embedder_of(encoder: CharEncoder) -> Embedder:
    return Embedder(encoder, encoder, Centre.of(encoder, CENTRE_TEXTS))


@dataclass
class World:
    """Both sides indexed."""

    segmenter: Segmenter
    embedder: Embedder
    needs: Sequence[Record] = NEEDS
    achievements: Sequence[Record] = ACHIEVEMENTS
    reader: CloseReader | None = None
    sides: dict[Side, SearchSide] = field(init=False)

    def __post_init__(self) -> None:
        self.weights = weights_by_hand(self.embedder.centre)
        self.sides = {
            "need": self.side("need", self.needs),
            "achievement": self.side("achievement", self.achievements),
        }

    def side(self, name: Side, records: Sequence[Record]) -> SearchSide:
        bundle = create(name, self.embedder, self.segmenter)
        update(bundle, records, [], self.embedder, self.segmenter)
        return SearchSide(bundle, ListSource(records))

    def matcher(self, sides: dict[Side, SearchSide] | None = None, **settings) -> Matcher:
        return Matcher(
            {**self.sides, **(sides or {})},
            self.embedder,
            self.segmenter,
            self.weights,
            MatchConfig(**settings),
            self.reader,
        )

    def read(self, record: Record) -> Document:
        return Document.of(record, self.segmenter)


def char_reader() -> CloseReader:
    return CloseReader(CharReader(), ODDS)


def asks_for(direction: Side) -> Sequence[Record]:
    return [record for record in RECORDS if side_of(record) != direction]


def ids(found) -> list[str]:
    return [match.record.id for match in found.matches]


def contents(found) -> tuple:
    """All of a list but its timings."""
    return found.query, found.direction, found.fingerprint, found.matches
